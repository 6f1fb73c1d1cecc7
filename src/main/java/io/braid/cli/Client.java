package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to a service. What it refuses is a {@link CommandFailure} with all that it says. */
final class Client {
  static final JsonMapper JSON = new JsonMapper();
  private static final String JSON_TYPE = "application/json";

  private final URI base;
  private final String key;
  private final HttpClient http;

  /**
   * @param key that the service asks for; empty where it asks for none
   * @param trust whose word is taken for who the service is; the JDK's list, unless there is one
   */
  Client(URI base, String key, Optional<SSLContext> trust) {
    this.base = base;
    this.key = key;
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10));
    trust.ifPresent(http::sslContext);
    this.http = http.build();
  }

  /** A name as a segment of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return answer(send(request(path).GET().build()));
  }

  /** Whether there is something at the path. */
  boolean has(String path) {
    HttpResponse<byte[]> response = send(request(path).GET().build());
    if (response.statusCode() == 404) {
      return false;
    }
    answer(response);
    return true;
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  JsonNode put(String path, JsonNode body) {
    return send("PUT", path, body);
  }

  private JsonNode send(String method, String path, JsonNode body) {
    return answer(
        send(
            request(path)
                .header("Content-Type", JSON_TYPE)
                .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build()));
  }

  JsonNode post(String path) {
    return answer(send(request(path).POST(BodyPublishers.noBody()).build()));
  }

  /** Sends files as parts of a form. */
  JsonNode upload(String method, String path, Upload upload) {
    return answer(
        send(
            request(path)
                .header("Content-Type", upload.contentType())
                .method(method, upload.body())
                .build()));
  }

  /** Posts JSON, and does not wait for what comes of it. */
  CompletableFuture<HttpResponse<byte[]>> postLater(String path, byte[] body) {
    return http.sendAsync(
        request(path)
            .header("Content-Type", JSON_TYPE)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /**
   * Lines of server-sent events, as they come.
   *
   * @param after id of the last event that was seen; empty for all
   */
  Stream<String> events(String path, String after) throws IOException {
    HttpRequest.Builder request = request(path);
    if (!after.isEmpty()) {
      request.header("Last-Event-ID", after);
    }
    try {
      HttpResponse<Stream<String>> response =
          http.send(request.GET().build(), BodyHandlers.ofLines());
      if (response.statusCode() != 200) {
        response.body().close();
        throw new IOException("status " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (ConnectException e) {
      throw new CommandFailure(
          "no service answers at %s; start one, or leave out --server".formatted(base));
    } catch (SSLHandshakeException e) {
      throw new CommandFailure(
          "who answers at %s does not prove who it is (%s); --ca FILE names certificates to trust"
              .formatted(base, e.getMessage()));
    } catch (IOException e) {
      throw lost(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** What to say when the service went away. */
  CommandFailure lost(Throwable why) {
    return new CommandFailure("the connection to %s broke: %s".formatted(base, why.getMessage()));
  }

  private static CommandFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CommandFailure("it was interrupted");
  }

  /** The body of an answer that is no refusal. */
  static JsonNode answer(HttpResponse<byte[]> response) {
    if (response.statusCode() / 100 == 2) {
      return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
    }
    throw failure(response);
  }

  /** What a problem says, as RFC 9457 has it. */
  static CommandFailure failure(HttpResponse<byte[]> response) {
    JsonNode problem;
    try {
      problem = JSON.readTree(response.body());
    } catch (JacksonException e) {
      problem = JSON.createObjectNode();
    }
    String title = problem.path("title").asString("");
    if (title.isEmpty()) {
      return new CommandFailure(
          "%s answered with status %d; is it Braid?"
              .formatted(response.uri(), response.statusCode()));
    }
    List<String> faults = faults(problem);
    String detail = problem.path("detail").asString("");
    // Of an invalid request it is the first fault over again.
    boolean isTold = !faults.isEmpty() && detail.startsWith(faults.getFirst());
    return new CommandFailure(isTold || detail.isEmpty() ? title : title + ": " + detail, faults);
  }

  private static List<String> faults(JsonNode problem) {
    var faults = new ArrayList<String>();
    for (JsonNode fault : problem.path("errors")) {
      String pointer = fault.path("pointer").asString("");
      String detail = fault.path("detail").asString("");
      faults.add(pointer.isEmpty() ? detail : pointer + ": " + detail);
    }
    return faults;
  }
}
