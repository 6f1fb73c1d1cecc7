package io.braid.index;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One node of an OpenSearch cluster. */
final class OpenSearchNode {
  private static final JsonMapper JSON = new JsonMapper();

  /** Characters of an error that are told. */
  private static final int MAX_ERROR = 500;

  /** How long a node that did not answer is asked last. */
  private static final Duration SUSPECT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final String url;
  private final Optional<String> authorization;

  /** As of {@link System#nanoTime}. */
  private volatile long suspectUntil = System.nanoTime();

  /**
   * @param url without a slash at its end
   */
  OpenSearchNode(HttpClient client, String url, Optional<String> authorization) {
    this.client = client;
    this.url = url;
    this.authorization = authorization;
  }

  /**
   * A request.
   *
   * @param path with its parameters, encoded
   * @param body JSON, or lines of it
   */
  record Request(String method, String path, byte @Nullable [] body) {
    static Request get(String path) {
      return new Request("GET", path, null);
    }

    static Request post(String path, byte[] body) {
      return new Request("POST", path, body);
    }

    static Request put(String path, JsonNode body) {
      return new Request("PUT", path, JSON.writeValueAsBytes(body));
    }
  }

  /**
   * @param body read as JSON; an empty object where there was none
   */
  record Response(int status, JsonNode body) {
    boolean isSuccess() {
      return status < 300;
    }

    /** What OpenSearch calls the fault, empty where there is none. */
    String errorType() {
      JsonNode error = body.path("error");
      return error.isString()
          ? error.stringValue()
          : error.path("root_cause").path(0).path("type").asString(error.path("type").asString(""));
    }

    boolean isOfLostIndex() {
      return errorType().equals("index_not_found_exception")
          || errorType().equals("no_such_index_exception");
    }

    /**
     * Its body, where it is fine.
     *
     * @throws DamagedIndexException where the index is gone
     * @throws IllegalStateException where OpenSearch refuses what it was asked
     */
    JsonNode required() {
      if (!isSuccess()) {
        throw failure();
      }
      return body;
    }

    /** What it means where it is not fine. */
    RuntimeException failure() {
      if (isOfLostIndex()) {
        return new DamagedIndexException("the index is not there any more");
      }
      String text = body.path("error").toString();
      return new IllegalStateException(
          "OpenSearch refuses what it is asked: HTTP %d %s"
              .formatted(status, text.substring(0, Math.min(text.length(), MAX_ERROR))));
    }

    boolean isRetryable() {
      return OpenSearchNode.isRetryable(status);
    }
  }

  /** Whether the same request may be answered otherwise soon. */
  static boolean isRetryable(int status) {
    return status >= 500 || status == 429;
  }

  /**
   * Asks once.
   *
   * @throws IOException where it does not answer in time; it is avoided for a while then
   */
  Response ask(Request request, Duration limit) throws IOException {
    byte[] body = request.body();
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create(url + request.path()))
            .timeout(limit)
            .method(
                request.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (body != null) {
      boolean isLines = body[body.length - 1] == '\n';
      http.header("Content-Type", isLines ? "application/x-ndjson" : "application/json");
    }
    authorization.ifPresent(value -> http.header("Authorization", value));
    try {
      HttpResponse<byte[]> response = client.send(http.build(), BodyHandlers.ofByteArray());
      return new Response(response.statusCode(), parse(response));
    } catch (IOException e) {
      suspectUntil = System.nanoTime() + SUSPECT.toNanos();
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineAwayException("interrupted", e);
    }
  }

  private static JsonNode parse(HttpResponse<byte[]> response) throws IOException {
    if (response.body().length == 0) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(response.body());
    } catch (JacksonException e) {
      if (response.statusCode() < 300) {
        throw new IOException("no JSON, HTTP " + response.statusCode(), e);
      }
      return JSON.createObjectNode();
    }
  }

  /** Whether it did not answer just now. */
  boolean isSuspect() {
    return System.nanoTime() - suspectUntil < 0;
  }
}
