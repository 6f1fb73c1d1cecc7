package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Re-indexes collections with other versions of one model. */
@Timeout(240)
abstract class ReindexApiTest extends CollectionsApiTest {
  static final String MODEL = "renewed";
  static final int OTHER_WEIGHTS = 2;
  static final int WIDER = 3;

  /** Takes longer than the others, so that more happens while it does. */
  static final int SLOW = 4;

  static final int WITHOUT_TEXT = 5;

  static final List<String> SEARCHES =
      List.of(
          "{'query': {'modalities': {'text': [1, 2, 3]}}, 'k': 1000, 'exact': true}",
          "{'query': {'modalities': {'table': [1, 2, 3]}}, 'k': 1000, 'exact': true, 'filter':"
              + " {'field': 'n', 'in': [1, 3]}}",
          "{'query': {'modalities': {'steps': [[1, 2]]}}, 'k': 1000, 'exact': true, 'filter':"
              + " {'present': {'all_of': ['table']}}}");

  static String config(int dim, int layers, String modalities) {
    return """
    architecture: mca
    embedding_dim: %d
    layers: %d
    heads: 2
    head_dim: 16
    modalities:
      - {name: table, type: tabular, columns: [A, B, C]}
      - {name: steps, type: sequence, features: 2, max_length: 4}
    %s
    """
        .formatted(dim, layers, modalities);
  }

  @BeforeEach
  void importVersions() {
    if (api().get("/v1/models/" + MODEL).status() == 404) {
      String text = "  - {name: text, type: tokens, vocabulary: 10, max_length: 64}";
      imported(MODEL, config(8, 1, text), 1);
      imported(MODEL, config(8, 1, text), 2);
      imported(MODEL, config(24, 1, text), 3);
      imported(MODEL, config(64, 4, text), 4);
      imported(MODEL, config(8, 1, ""), 5);
    }
  }

  static String sample(int i) {
    String text =
        IntStream.range(0, 1 + i % 64)
            .mapToObj(t -> String.valueOf(1 + (i + t * t) % 9))
            .toList()
            .toString();
    return switch (i % 3) {
      case 0 -> "{'table': [%d, %s, null], 'text': %s}".formatted(i, i / 7.0, text);
      case 1 -> "{'text': " + text + "}";
      default -> "{'steps': [[%s, 1]], 'text': %s}".formatted(i / 9.0, text);
    };
  }

  static String item(int i, int sample) {
    return "{'id': 'i%03d', 'modalities': %s, 'metadata': {'n': %d}}"
        .formatted(i, sample(sample), sample % 5);
  }

  final String filled(String engine, int items) {
    String name =
        collection("'model': '%s', 'version': 1, 'engine': '%s'".formatted(MODEL, engine));
    upsert(name, IntStream.range(0, items).mapToObj(i -> item(i, i)).toArray(String[]::new));
    return name;
  }

  final Answer reindex(String name, int version, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = Api.JSON;
    return api()
        .send(
            "POST",
            at(name) + "/reindex",
            BodyPublishers.ofString("{\"version\": " + version + "}"),
            all);
  }

  final void begin(String name, int version) {
    Answer answer = reindex(name, version);
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
  }

  final JsonNode ended(String name) {
    await(() -> !get(at(name) + "/reindex").path("state").asString().equals("running"));
    return get(at(name) + "/reindex");
  }

  final void assertSucceeded(String name) {
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
  }

  static boolean isReindexing() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("re-index-") && thread.isAlive());
  }

  /** Both hold the same items, and find the same by the same version. */
  final void assertSame(String name, String expected) {
    assertThat(count(name)).isEqualTo(count(expected));
    assertThat(get(at(name)).path("version")).isEqualTo(get(at(expected)).path("version"));
    for (String search : SEARCHES) {
      JsonNode answer = search(name, search);
      JsonNode same = search(expected, search);
      assertThat(answer.path("version")).isEqualTo(same.path("version"));
      assertThat(scores(answer).keySet()).isEqualTo(scores(same).keySet());
      scores(answer)
          .forEach((id, score) -> {
            double other = scores(same).getOrDefault(id, 2.0);
            assertThat(score).as(id).isBetween(other - 1e-5, other + 1e-5);
          });
    }
  }

  private static Map<String, Double> scores(JsonNode answer) {
    var scores = new TreeMap<String, Double>();
    for (JsonNode hit : answer.path("results").get(0).path("hits")) {
      scores.put(hit.path("id").asString() + hit.path("present"), hit.path("score").asDouble());
    }
    return scores;
  }

  /** A collection of a version from the start, with the items that another one has. */
  final String fresh(String like, int version, String engine) {
    String name =
        collection(
            "'model': '%s', 'version': %d, 'engine': '%s'".formatted(MODEL, version, engine));
    JsonNode all =
        hits(
            like,
            "{'query': {'modalities': {'text': [1]}}, 'k': 1000, 'include': ['modalities',"
                + " 'metadata']}");
    var items = new ArrayList<String>();
    for (JsonNode hit : all) {
      items.add(
          "{'id': '%s', 'modalities': %s, 'metadata': %s}"
              .formatted(hit.path("id").asString(), hit.path("modalities"), hit.path("metadata")));
    }
    upsert(name, items.toArray(String[]::new));
    return name;
  }
}
