package io.braid.console;

import io.braid.Jar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.net.Socket;
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
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service, on a port that it keeps when it is stopped and started again. */
final class Braid {
  static final int ITEMS = 400;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  private final int port = freePort();
  private final Path folder = newFolder();
  private @Nullable Process process;

  /** Starts it as a process of its own, for that is what goes away when a service does. */
  void start(String... settings) {
    var command =
        new ProcessBuilder(
            Jar.java(),
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            "-cp",
            Jar.classPath(),
            Jar.MAIN,
            "--server.port=" + port,
            "--braid.data-dir=" + folder.resolve("data"),
            "--braid.demo-items=" + ITEMS);
    command.command().addAll(List.of(settings));
    try {
      Process started =
          command
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroy));
      process = started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    until("ready, see " + folder, this::ready);
  }

  void stop() {
    if (process != null) {
      process.destroy();
      process.onExit().join();
    }
  }

  private boolean ready() {
    try (var socket = new Socket("localhost", port)) {
      return get("/actuator/health/readiness").path("status").asString().equals("UP");
    } catch (IOException | AssertionError e) {
      return false;
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
    return withBody("POST", path, json);
  }

  JsonNode put(String path, String json) {
    return withBody("PUT", path, json);
  }

  private JsonNode withBody(String method, String path, String json) {
    return send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json.replace('\'', '"')))
            .build());
  }

  void delete(String path) {
    send(HttpRequest.newBuilder(URI.create(url() + path)).DELETE().build());
  }

  /** Waits until a job or an evaluation has succeeded. */
  void succeeded(String path) {
    until(path, () -> get(path).path("state").asString().equals("succeeded"));
  }

  /** Waits until the collection {@code demo} is full. */
  void filled() {
    until("demo", () -> get("/v1/collections/demo").path("count").asInt() == ITEMS);
  }

  private static void until(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plus(Duration.ofMinutes(3));
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("waited in vain: " + what);
      }
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
      return JSON.readTree(answer.body().isEmpty() ? "null" : answer.body());
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
