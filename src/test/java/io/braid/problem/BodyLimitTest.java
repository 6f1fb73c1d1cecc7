package io.braid.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.TinyServer.Answer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
    classes = TinyServer.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {TinyServer.NO_HEALTH, "braid.limits.body=1KB", "braid.limits.upload=100KB"})
class BodyLimitTest {
  @LocalServerPort private int port;

  private Answer post(String path, String type, int size) throws Exception {
    return new TinyServer.Client(port).post(path, type, "x".repeat(size));
  }

  /** Sends without a length, so that it is chunked. */
  private Answer chunked(String path, String type, int size) throws Exception {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) 'x');
    return new TinyServer.Client(port)
        .send(
            path,
            r ->
                r.header("Content-Type", type)
                    .POST(
                        HttpRequest.BodyPublishers.fromPublisher(
                            HttpRequest.BodyPublishers.ofByteArray(body))));
  }

  private static String multipart(int size) {
    return "--b\r\nContent-Disposition: form-data; name=\"weights\"; filename=\"w\"\r\n\r\n"
        + "x".repeat(size)
        + "\r\n--b--\r\n";
  }

  private static void assertTooLarge(Answer answer) {
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.text("type")).isEqualTo("urn:braid:problem:too-large");
  }

  @Test
  void aBodyMayBeAsLongAsTheLimit() throws Exception {
    assertThat(post("/length", "application/json", 1024).response().body()).isEqualTo("1024");
    assertThat(chunked("/length", "application/json", 1024).response().body()).isEqualTo("1024");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/length", "/text", "/unread"})
  void aLongerOneIsRefusedByItsLength(String path) throws Exception {
    assertTooLarge(post(path, "text/plain", 1025));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/length", "/text"})
  void aLongerOneOfUnknownLengthIsRefusedWhenRead(String path) throws Exception {
    assertTooLarge(chunked(path, "text/plain", 1025));
  }

  @Test
  void ndjsonHasNoLimit() throws Exception {
    assertThat(post("/length", "application/x-ndjson", 500_000).response().body())
        .isEqualTo("500000");
    assertThat(chunked("/length", "application/x-ndjson", 500_000).response().body())
        .isEqualTo("500000");
  }

  @Test
  void uploadsHaveALimitOfTheirOwn() throws Exception {
    TinyServer.Client client = new TinyServer.Client(port);
    String type = "multipart/form-data; boundary=b";
    assertThat(client.post("/upload", type, multipart(90_000)).response().body())
        .isEqualTo("90000");
    assertTooLarge(client.post("/upload", type, multipart(110_000)));
    byte[] body = multipart(110_000).getBytes(StandardCharsets.UTF_8);
    assertTooLarge(
        client.send(
            "/upload",
            r ->
                r.header("Content-Type", type)
                    .POST(
                        HttpRequest.BodyPublishers.fromPublisher(
                            HttpRequest.BodyPublishers.ofByteArray(body)))));
  }
}
