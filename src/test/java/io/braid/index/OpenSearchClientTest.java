package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.braid.config.BraidProperties;
import io.braid.index.OpenSearchNode.Request;
import io.braid.servers.SelfSigned;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How nodes are asked, tried on one that answers over TLS what it is told to. */
class OpenSearchClientTest {
  @TempDir private Path folder;
  private HttpsServer node;
  private Path ca;

  /** What is answered, in turn: a status, a space, and the body. */
  private final Queue<String> answers = new ConcurrentLinkedQueue<>();

  /** Authorizations of what was asked. */
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    SelfSigned own = SelfSigned.in(folder);
    ca = folder.resolve("ca.pem");
    own.write(ca, folder.resolve("key.pem"));
    node = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    node.setHttpsConfigurator(new HttpsConfigurator(own.context()));
    node.createContext("/", this::answer);
    node.start();
  }

  @AfterEach
  void stop() {
    node.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      String answer = answers.size() > 1 ? answers.remove() : answers.element();
      byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private OpenSearchClient client(
      @Nullable String username,
      @Nullable String password,
      @Nullable String apiKey,
      @Nullable File trusted) {
    URI url = URI.create("https://127.0.0.1:" + node.getAddress().getPort() + "/");
    return new OpenSearchClient(
        new BraidProperties.Opensearch(
            List.of(url),
            username,
            password,
            apiKey,
            trusted,
            "braid-",
            1,
            1,
            Duration.ofSeconds(5)));
  }

  @Test
  void credentialsAreSentToWhoeverHasATrustedCertificate() {
    answers.add("200 {}");
    for (OpenSearchClient client :
        List.of(
            client("braid", "secret", null, ca.toFile()),
            client("braid", null, null, ca.toFile()),
            client(null, null, "abc", ca.toFile()))) {
      try (client) {
        assertThat(client.ask(Request.get("/")).status()).isEqualTo(200);
      }
    }
    assertThat(asked).containsExactly("Basic YnJhaWQ6c2VjcmV0", "Basic YnJhaWQ6", "ApiKey abc");
  }

  @Test
  void whoHasAnotherCertificateIsToldNothing() throws Exception {
    answers.add("200 {}");
    SelfSigned other = SelfSigned.in(Files.createDirectory(folder.resolve("other")));
    Path trusted = folder.resolve("other.pem");
    other.write(trusted, folder.resolve("other.key"));
    try (var client = client("braid", "secret", null, trusted.toFile())) {
      assertThatThrownBy(client::requireReachable)
          .isInstanceOf(EngineAwayException.class)
          .hasCauseInstanceOf(SSLHandshakeException.class);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void whatMayBeOverSoonIsAskedAgain() {
    answers.addAll(List.of("503 {}", "429 {}", "200 {\"whole\":false}", "200 {\"whole\":true}"));
    try (var client = client(null, null, null, ca.toFile())) {
      assertThat(
              client
                  .with(
                      turn -> turn.ask(Request.get("/"), body -> body.path("whole").booleanValue()))
                  .status())
          .isEqualTo(200);
    }
    assertThat(asked).hasSize(4);
  }

  @Test
  void whatItRefusesIsToldAndNotAskedAgain() {
    answers.add("403 {\"error\":{\"type\":\"security_exception\"}}");
    try (var client = client("braid", "wrong", null, ca.toFile())) {
      assertThatThrownBy(() -> client.ask(Request.get("/")).required())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("HTTP 403")
          .hasMessageContaining("security_exception")
          .hasMessageNotContainingAny("wrong");
    }
    assertThat(asked).hasSize(1);
  }

  @Test
  void patienceEndsWithTheTimeThatIsGiven() {
    answers.add("503 {}");
    try (var client = client(null, null, null, ca.toFile())) {
      assertThatThrownBy(
              () -> client.with(Duration.ofMillis(300), turn -> turn.ask(Request.get("/"))))
          .isInstanceOf(EngineAwayException.class)
          .hasMessageContaining("HTTP 503");
    }
    assertThat(asked).isNotEmpty();
  }
}
