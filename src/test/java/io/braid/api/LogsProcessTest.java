package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.ServiceProcess;
import io.braid.api.Api.Answer;
import io.braid.security.NewKey;
import io.braid.security.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * What a log collector reads: a JSON object a line, with the request and the key that it is about.
 */
@Timeout(120)
class LogsProcessTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void linesOfARequestNameItItsTraceAndItsKeyButNoSecret() throws Exception {
    Path folder = ServiceProcess.newFolder();
    NewKey key = NewKey.of("operator", Role.ADMIN, OptionalInt.empty());
    key.addTo(folder.resolve("keys.yaml"));
    String bearer = "Bearer " + key.secret();
    ServiceProcess service =
        ServiceProcess.ofClasses(
            folder,
            List.of(
                "--braid.keys=" + folder.resolve("keys.yaml"),
                "--logging.structured.format.console=ecs"));
    try {
      var api = new Api(service.port());
      Answer made =
          api.send(
              "PUT",
              "/v1/collections/logged",
              BodyPublishers.ofString("{\"model\": \"demo\"}"),
              "Content-Type",
              Api.JSON,
              "Authorization",
              bearer);
      assertThat(made.status()).as("%s", made).isEqualTo(201);
      Answer rebuilt =
          api.send(
              "POST",
              "/v1/collections/logged/rebuild",
              BodyPublishers.noBody(),
              "Authorization",
              bearer,
              "X-Request-Id",
              "of-this-test",
              "traceparent",
              "00-" + TRACE + "-00f067aa0ba902b7-01");
      assertThat(rebuilt.status()).as("%s", rebuilt).isEqualTo(202);
    } finally {
      service.stop();
    }
    List<JsonNode> lines =
        service
            .log()
            .lines()
            .filter(line -> line.startsWith("{"))
            .map(LogsProcessTest::json)
            .toList();
    assertThat(lines).hasSizeGreaterThan(5);
    List<JsonNode> own =
        lines.stream()
            .filter(line -> line.path("message").asString().contains("is being rebuilt"))
            .toList();
    assertThat(own)
        .isNotEmpty()
        .allSatisfy(line -> {
          assertThat(line.path("request_id").asString()).isEqualTo("of-this-test");
          assertThat(line.path("key").asString()).isEqualTo("operator");
          assertThat(line.path("traceId").asString()).isEqualTo(TRACE);
          assertThat(line.path("log").path("level").asString()).isEqualTo("INFO");
        });
    assertThat(service.log()).doesNotContain(key.secret());
  }

  private static JsonNode json(String line) {
    return Api.JSON_MAPPER.readTree(line);
  }
}
