package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.BraidApplication;
import io.braid.api.Api.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import tools.jackson.databind.JsonNode;

/** What operators look at. */
class OperationsTest extends ApiTest {
  @Test
  void itIsAliveAndReady() {
    JsonNode live = api().get("/actuator/health/liveness").body();
    JsonNode ready = api().get("/actuator/health/readiness").body();
    assertThat(live.path("status").asString()).isEqualTo("UP");
    assertThat(ready.path("status").asString()).isEqualTo("UP");
    assertThat(ready.path("components").propertyNames()).contains("forward");
  }

  @Test
  void whatIsCountedCanBeScraped() {
    assertServes();
    api().embed(every(), "{}");
    Answer scraped = api().get("/actuator/prometheus");
    assertThat(scraped.status()).isEqualTo(200);
    assertThat(scraped.text())
        .contains(
            "braid_queue_depth",
            "braid_queue_tokens",
            "braid_queue_wait_seconds_count",
            "braid_compute_seconds_count{device=\"cpu\"}",
            "braid_batch_samples_count",
            "braid_batch_tokens_sum",
            "braid_batch_subsets_count",
            "braid_tokens_present_total",
            "braid_tokens_absent_total",
            "braid_rejections_total{reason=\"invalid\"}",
            "http_server_requests_seconds_count",
            "jvm_memory_used_bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator/info", "/swagger-ui/index.html", "/v3/api-docs"})
  void isThere(String path) {
    Answer answer = api().get(path);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.bytes()).isNotEmpty();
  }

  @Test
  void swaggerIsFoundUnderItsShortName() {
    Answer answer = api().get("/swagger-ui.html");
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location")).endsWith("/swagger-ui/index.html");
  }

  @Test
  void everyOperationIsDescribedWithASummary() {
    JsonNode paths = api().get("/v3/api-docs").body().path("paths");
    assertThat(paths.propertyNames())
        .contains("/v1/models", "/v1/models/{model}/embed", "/v1/models/{model}/versions");
    paths.forEachEntry((path, operations) ->
        operations.forEachEntry((method, operation) -> {
          assertThat(operation.path("summary").asString("")).as(path + method).isNotBlank();
          assertThat(operation.path("description").asString("")).as(path + method).isNotBlank();
        }));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/env", "/actuator/heapdump", "/actuator/shutdown", "/h2-console"})
  void whatIsNobodysBusinessIsNotThere(String path) {
    assertProblem(api().get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n", // no host
        "GET /v1/models HTTP/9.9\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /v1/models?a=[<>] HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "NONSENSE\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: a\r\nBad Header: x\r\nConnection: close\r\n\r\n",
        "POST /v1/models/demo/embed HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: -1\r\n"
            + "Connection: close\r\n\r\n",
        "POST /v1/models/demo/embed HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "xyz\r\n",
        "GET /v1/models/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      })
  void whatIsNoHttpIsAProblemToo(String text) throws IOException {
    String answer = api().raw(text);
    assertThat(answer).matches("(?s)HTTP/1.1 (400|505).*");
    assertThat(answer).contains("application/problem+json");
    assertServes();
  }

  @Test
  void headersThatAreTooLargeAreAProblemToo() throws IOException {
    String answer =
        api().raw("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 4").contains("application/problem+json");
    assertServes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void anAddressThatOthersReachIsRefusedAtTheStart(String address, @TempDir Path folder) {
    var application = new SpringApplication(BraidApplication.class);
    application.setRegisterShutdownHook(false);
    assertThatThrownBy(() ->
            application.run(
                "--server.address=" + address,
                "--server.port=0",
                "--braid.data-dir=" + folder,
                "--braid.demo-items=0",
                "--logging.level.org.springframework.boot=off"))
        .rootCause()
        .hasMessageContaining("server.address=")
        .hasMessageContaining("without keys");
  }
}
