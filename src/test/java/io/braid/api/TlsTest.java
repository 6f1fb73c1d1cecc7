package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.cli.Cli;
import io.braid.servers.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** TLS, and a port of its own for probes and metrics, both by Spring Boot's settings. */
@TestPropertySource(
    properties = {
      "braid.demo-items=0",
      "server.ssl.key-store-password=secret",
      "server.ssl.key-store-type=PKCS12",
      "management.server.port=0",
      "management.server.address=127.0.0.1",
      "management.server.ssl.enabled=false"
    })
class TlsTest extends ApiTest {
  private static final SelfSigned CERTIFICATE = newCertificate();

  @LocalServerPort private int port;
  @LocalManagementPort private int managementPort;

  private static SelfSigned newCertificate() {
    try {
      return SelfSigned.in(
          Files.createTempDirectory(Files.createDirectories(Path.of("target")), "tls-"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @DynamicPropertySource
  static void certificate(DynamicPropertyRegistry registry) {
    registry.add("server.ssl.key-store", CERTIFICATE.store()::toString);
  }

  private static HttpClient client() throws Exception {
    return HttpClient.newBuilder().sslContext(CERTIFICATE.context()).build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
  }

  @Test
  void samplesAreEmbeddedOverTls() throws Exception {
    String body =
        "{\"samples\": [{\"modalities\": {\"activity\": [[0.1, 0.2, 0.0, 0.3, 0.1, 0.5]]}}]}";
    HttpResponse<String> answer =
        client()
            .send(
                request("/v1/models/demo/embed")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"fusion\"");
  }

  @Test
  void aCommandTakesTheWordOfTheCertificatesItIsGiven(@TempDir Path folder) throws Exception {
    Path ca = folder.resolve("ca.pem");
    CERTIFICATE.write(ca, folder.resolve("key.pem"));
    Path samples = folder.resolve("samples.ndjson");
    Files.writeString(samples, "{\"id\": \"a\", \"modalities\": {\"mirna\": {\"3\": 2.0}}}\n");
    Path out = folder.resolve("embeddings.csv");
    var typed =
        new ArrayList<String>(
            List.of("embed", "--model=demo", "-o", out.toString(), samples.toString()));
    typed.add("--server=https://localhost:" + port);
    assertThat(command(typed)).isEqualTo(1);
    typed.add("--ca=" + samples);
    assertThat(command(typed)).as("no certificates").isEqualTo(2);
    typed.set(typed.size() - 1, "--ca=" + ca);
    assertThat(command(typed)).isZero();
    assertThat(out).content().contains("a,mirna,");
  }

  private static int command(List<String> typed) {
    return Cli.run(
        typed,
        _ -> {
          throw new AssertionError("it has a server");
        });
  }

  @Test
  void whoDoesNotKnowTheCertificateHangsUp() {
    assertThatThrownBy(() ->
            HttpClient.newHttpClient()
                .send(request("/").build(), HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void probesAndMetricsHaveAPortOfTheirOwn() throws Exception {
    var management = new Api(managementPort);
    assertThat(management.get("/actuator/health/readiness").status()).isEqualTo(200);
    assertThat(management.get("/actuator/prometheus").text()).contains("braid_queue_depth");
    assertThat(management.get("/v1/models").status()).isEqualTo(404);
    HttpResponse<String> main =
        client()
            .send(request("/actuator/prometheus").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(main.statusCode()).isEqualTo(404);
  }
}
