package io.braid.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.ApiTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What the chart, the dashboard and the alerts ask a service for is there. */
class ProbesTest extends ApiTest {
  static final String READINESS = "/actuator/health/readiness";
  static final String LIVENESS = "/actuator/health/liveness";

  private static final Pattern METRIC = Pattern.compile("[a-z]\\w*_\\w+(?=[{\\[ )]|$)");
  private static final Pattern IN_BRACES = Pattern.compile("(\\{[^}]*}|by \\([^)]*\\))");

  @LocalServerPort private int port;

  private String get(String path) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      return answer.body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {READINESS, LIVENESS})
  void probesAreAnswered(String path) {
    assertThat(get(path)).contains("\"status\":\"UP\"");
  }

  @Test
  void theDashboardShowsMetricsThatThereAre() {
    Set<String> shown =
        metrics(expressions(Yaml.read("helm/braid/files/dashboard.json").path("panels")));
    assertThat(shown).hasSizeGreaterThan(25);
    assertThat(known()).containsAll(shown);
  }

  @Test
  void theAlertsWatchMetricsThatThereAre() {
    JsonNode rules = Yaml.read("helm/braid/files/alerts.yaml").path("groups").path(0).path("rules");
    assertThat(rules).hasSize(6);
    Set<String> watched = metrics(expressions(rules));
    assertThat(watched).hasSize(9);
    assertThat(known()).containsAll(watched);
  }

  private static Stream<String> expressions(JsonNode node) {
    return node.findValues("expr").stream().map(JsonNode::asString);
  }

  private static Set<String> metrics(Stream<String> expressions) {
    return expressions
        .map(expression -> IN_BRACES.matcher(expression).replaceAll(""))
        .flatMap(expression -> METRIC.matcher(expression).results().map(MatchResult::group))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those that are exported now, and those of Braid's own that docs/metrics.md promises. */
  private Set<String> known() {
    get(READINESS); // so that a request has been counted
    Set<String> known =
        get("/actuator/prometheus")
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst("[{ ].*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    DocumentedMetrics.names()
        .forEach(name -> {
          known.add(name);
          known.add(name + "_sum");
          known.add(name + "_count");
        });
    return known;
  }
}
