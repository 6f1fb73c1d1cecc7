package io.braid.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What docker-compose.yml and the Dockerfile name is there. */
class ComposeTest {
  private static final Pattern COPIED =
      Pattern.compile("^COPY (?!--)(.+) \\S+$", Pattern.MULTILINE);

  private final JsonNode compose = Yaml.read("docker-compose.yml");

  @Test
  void mountedFilesAreThereAndVolumesAreDeclared() {
    for (var service : compose.path("services").properties()) {
      for (JsonNode mount : service.getValue().path("volumes")) {
        String source = mount.asString().split(":")[0];
        if (source.startsWith("./")) {
          assertThat(Path.of(source)).isRegularFile();
        } else {
          assertThat(compose.path("volumes").has(source)).as(source).isTrue();
        }
      }
    }
  }

  @Test
  void secretsAreFilesThatGitLeavesOut() throws IOException {
    List<String> ignored = Files.readAllLines(Path.of(".gitignore"));
    for (var secret : compose.path("secrets").properties()) {
      String folder = secret.getValue().path("file").asString().replaceFirst("[^/]+$", "");
      assertThat(ignored).contains(folder);
    }
    for (JsonNode service : compose.path("services")) {
      for (JsonNode secret : service.path("secrets")) {
        String name = secret.isString() ? secret.asString() : secret.path("source").asString();
        assertThat(compose.path("secrets").has(name)).as(name).isTrue();
      }
    }
  }

  @Test
  void theServiceRunsAsInTheChart() {
    JsonNode braid = compose.path("services").path("braid");
    assertThat(braid.path("read_only").asBoolean()).isTrue();
    assertThat(braid.path("cap_drop").path(0).asString()).isEqualTo("ALL");
    assertThat(braid.path("tmpfs").path(0).asString()).isEqualTo("/tmp");
  }

  @Test
  void grafanaShowsTheDashboardOfTheChartFromThePrometheusThatScrapes() {
    assertThat(
            Yaml.read("deploy/grafana/dashboards.yaml").at("/providers/0/options/path").asString())
        .isEqualTo("/etc/grafana/dashboards");
    assertThat(Yaml.read("deploy/grafana/datasource.yaml").at("/datasources/0/url").asString())
        .isEqualTo("http://prometheus:9090");
    JsonNode scrape = Yaml.read("deploy/prometheus/prometheus.yaml").at("/scrape_configs/0");
    assertThat(scrape.at("/static_configs/0/targets/0").asString()).isEqualTo("braid:8081");
    assertThat(mounts("prometheus")).containsKey("/etc/prometheus/alerts.yaml");
    assertThat(mounts("grafana"))
        .containsEntry("/etc/grafana/dashboards/braid.json", "./helm/braid/files/dashboard.json");
  }

  /** Sources by target. */
  private Map<String, String> mounts(String service) {
    return compose
        .path("services")
        .path(service)
        .path("volumes")
        .valueStream()
        .map(mount -> mount.asString().split(":"))
        .collect(java.util.stream.Collectors.toMap(parts -> parts[1], parts -> parts[0]));
  }

  @Test
  void theBuildCopiesWhatIsLetIntoIt() throws IOException {
    Set<String> copied = new TreeSet<>();
    COPIED
        .matcher(Files.readString(Path.of("Dockerfile")))
        .results()
        .map((MatchResult copy) -> copy.group(1).split(" "))
        .forEach(sources -> copied.addAll(List.of(sources)));
    assertThat(copied).allSatisfy(source -> assertThat(Path.of(source)).exists());
    Stream<String> letIn =
        Files.readAllLines(Path.of(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1));
    assertThat(letIn).containsExactlyInAnyOrderElementsOf(copied);
  }

  @Test
  void bothImagesStartTheSameService() throws IOException {
    String text = Files.readString(Path.of("Dockerfile"));
    String[] stages = text.substring(text.indexOf("AS cpu")).split("AS cuda");
    for (String instruction :
        List.of(
            "USER 1",
            "EXPOSE",
            "HEALTHCHECK",
            "CMD",
            "ENTRYPOINT",
            "VOLUME",
            "BRAID_",
            "SERVER_",
            "JDK_JAVA_OPTIONS")) {
      assertThat(lines(stages[0], instruction))
          .isEqualTo(lines(stages[1], instruction))
          .isNotEmpty();
    }
  }

  private static List<String> lines(String stage, String with) {
    return stage.lines().filter(line -> line.contains(with)).toList();
  }
}
