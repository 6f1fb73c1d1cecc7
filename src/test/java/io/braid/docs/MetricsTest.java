package io.braid.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.ApiTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** {@code docs/metrics.md} has what {@code /actuator/prometheus} has under {@code braid_}. */
class MetricsTest extends ApiTest {
  private static final Pattern TYPE = Pattern.compile("# TYPE (braid_\\w+) (\\w+)");
  private static final Pattern SAMPLE = Pattern.compile("(braid_\\w+)\\{(.*)}.*");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  @LocalServerPort private int port;

  @Test
  void everyMetricIsDocumentedAsItIsExported() {
    var service = new Service(port);
    embed(service, "{\"samples\": [{\"modalities\": {\"protein\": {\"EGFR\": 1}}}]}", 200);
    embed(service, "{\"samples\": []}", 422);
    byte[] item =
        "{\"items\": [{\"id\": \"m\", \"modalities\": {\"mirna\": {\"3\": 1}}}]}".getBytes(UTF_8);
    service.send("POST", "/v1/collections/demo/items", "application/json", item);
    byte[] search = "{\"query\": {\"item\": \"m\"}}".getBytes(UTF_8);
    service.send("POST", "/v1/collections/demo/search", "application/json", search);
    var documented = new TreeMap<String, String>();
    for (List<String> row : Markdown.of("docs/metrics.md").rows("braid_")) {
      documented.put(row.get(0), row.get(1) + " " + row.get(2));
      assertThat(row.get(3)).as("meaning of %s", row.get(0)).isNotBlank();
    }
    assertThat(documented).isEqualTo(exported(service.get("/actuator/prometheus")));
  }

  private static void embed(Service service, String body, int status) {
    var answer =
        service.send("POST", "/v1/models/demo/embed", "application/json", body.getBytes(UTF_8));
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  /** Type and tags by name, {@code "counter reason"}. */
  private static Map<String, String> exported(String scrape) {
    var types = new TreeMap<String, String>();
    var tags = new TreeMap<String, TreeSet<String>>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      } else if (sample.matches()) {
        var labels = LABEL.matcher(sample.group(2)).results().map(label -> label.group(1)).toList();
        tags.computeIfAbsent(family(sample.group(1), types), _ -> new TreeSet<>()).addAll(labels);
      }
    }
    types.replaceAll(
        (name, type) -> type + " " + String.join(", ", tags.getOrDefault(name, new TreeSet<>())));
    types.replaceAll((_, text) -> text.endsWith(" ") ? text + "–" : text);
    return types;
  }

  private static String family(String sample, Map<String, String> types) {
    return types.containsKey(sample) ? sample : sample.replaceFirst("_(count|sum)$", "");
  }
}
