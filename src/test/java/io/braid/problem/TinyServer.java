package io.braid.problem;

import io.braid.config.BraidProperties;
import jakarta.servlet.MultipartConfigElement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The problem package and {@link TinyController} on a server of their own. */
@TestComponent
@EnableAutoConfiguration(
    exclude = {DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
@EnableConfigurationProperties(BraidProperties.class)
@Import({
  BodyLimitFilter.class,
  ContainerConfiguration.class,
  ProblemAdvice.class,
  ProblemErrorController.class,
  Problems.class,
  RequestFilter.class,
  TinyController.class
})
class TinyServer {
  /** The application's health groups name parts that are not here. */
  static final String NO_HEALTH = "management.endpoint.health.validate-group-membership=false";

  @Bean
  MultipartConfigElement multipart(BraidProperties properties) {
    long limit = properties.limits().upload().toBytes();
    return new MultipartConfigElement("", limit, limit, 0);
  }

  /** A client of the server at a port. */
  record Client(int port) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    Answer get(String path) throws Exception {
      return send(path, UnaryOperator.identity());
    }

    Answer post(String path, String type, String body) throws Exception {
      return send(
          path,
          request ->
              request.header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer send(String path, UnaryOperator<HttpRequest.Builder> request) throws Exception {
      URI uri = URI.create("http://localhost:" + port + path);
      return new Answer(
          HTTP.send(
              request.apply(HttpRequest.newBuilder(uri)).build(),
              HttpResponse.BodyHandlers.ofString()));
    }

    /** Sends raw text, and returns all that comes back until the server closes. */
    String raw(String text) throws IOException {
      try (Socket socket = new Socket("localhost", port)) {
        socket.setSoTimeout(10_000);
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  /** An answer, and its body as JSON. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    JsonNode json() {
      return new JsonMapper().readTree(response.body());
    }

    String text(String field) {
      return json().path(field).asString("");
    }
  }
}
