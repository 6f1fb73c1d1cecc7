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
  private static final Duration AVOIDED = Duration.ofSeconds(10);

  private final HttpClient http;
  private final String url;
  private final Optional<String> authorization;

  /** As of {@link System#nanoTime}. */
  private volatile long avoidedUntil = System.nanoTime();

  /**
   * @param url without a slash at its end
   */
  OpenSearchNode(HttpClient http, String url, Optional<String> authorization) {
    this.http = http;
    this.url = url;
    this.authorization = authorization;
  }

  /**
   * A request.
   *
   * @param path with its parameters, encoded
   * @param body JSON, or lines of it
   */
  record Question(String method, String path, byte @Nullable [] body) {
    static Question get(String path) {
      return new Question("GET", path, null);
    }

    static Question post(String path, byte[] body) {
      return new Question("POST", path, body);
    }

    static Question put(String path, JsonNode body) {
      return new Question("PUT", path, JSON.writeValueAsBytes(body));
    }
  }

  /**
   * @param body read as JSON; an empty object where there was none
   */
  record Answer(int status, JsonNode body) {
    boolean isFine() {
      return status < 300;
    }

    /** What OpenSearch calls the fault, empty where there is none. */
    String fault() {
      JsonNode error = body.path("error");
      return error.isString()
          ? error.stringValue()
          : error.path("root_cause").path(0).path("type").asString(error.path("type").asString(""));
    }

    boolean isOfLostIndex() {
      return fault().equals("index_not_found_exception")
          || fault().equals("no_such_index_exception");
    }

    /**
     * Its body, where it is fine.
     *
     * @throws DamagedIndexException where the index is gone
     * @throws IllegalStateException where OpenSearch refuses what it was asked
     */
    JsonNode required() {
      if (!isFine()) {
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

    /** Whether it may be another one soon. */
    boolean isForNow() {
      return status >= 500 || status == 429;
    }
  }

  /**
   * Asks once.
   *
   * @throws IOException where it does not answer in time; it is avoided for a while then
   */
  Answer ask(Question question, Duration limit) throws IOException {
    byte[] body = question.body();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + question.path()))
            .timeout(limit)
            .method(
                question.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (body != null) {
      boolean isLines = body[body.length - 1] == '\n';
      request.header("Content-Type", isLines ? "application/x-ndjson" : "application/json");
    }
    authorization.ifPresent(value -> request.header("Authorization", value));
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), parse(response));
    } catch (IOException e) {
      avoidedUntil = System.nanoTime() + AVOIDED.toNanos();
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
  boolean isAvoided() {
    return System.nanoTime() - avoidedUntil < 0;
  }
}
