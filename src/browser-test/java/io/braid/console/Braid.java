package io.braid.console;

import io.braid.BraidApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service, on a port that it keeps when it is stopped and started again. */
final class Braid {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  private final int port = freePort();
  private final Path data = newFolder();
  private @Nullable ConfigurableApplicationContext context;

  void start() {
    var application = new SpringApplication(BraidApplication.class);
    application.setRegisterShutdownHook(false);
    context =
        application.run(
            "--server.port=" + port, "--braid.data-dir=" + data, "--braid.demo-items=400");
  }

  void stop() {
    if (context != null) {
      context.close();
      context = null;
    }
  }

  String url() {
    return "http://localhost:" + port;
  }

  JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url() + path)).build());
  }

  /** Posts JSON; single quotes stand for double ones. */
  JsonNode post(String path, String json) {
    return send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.replace('\'', '"')))
            .build());
  }

  /** Waits until a job or an evaluation has succeeded. */
  void succeeded(String path) {
    Instant end = Instant.now().plus(Duration.ofMinutes(3));
    while (!get(path).path("state").asString().equals("succeeded")) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(get(path).toString());
      }
      sleep(200);
    }
  }

  /** Waits until the collection {@code demo} is full, and its confidences are learnt. */
  void filled() {
    while (get("/v1/collections/demo").path("count").asInt() < 400) {
      sleep(200);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new AssertionError(request + " " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "browser-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
