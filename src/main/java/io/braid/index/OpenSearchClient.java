package io.braid.index;

import io.braid.config.BraidProperties;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the nodes of an OpenSearch cluster, another one where one does not answer. Everything that
 * is asked may be asked twice, so whatever may be over soon is tried again until patience ends: no
 * answer, 429, 5xx, or an answer that is not whole. JDK and Jackson are enough for that; the
 * official client would bring Jackson 2 and a second HTTP client.
 */
final class OpenSearchClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

  /** When no more is asked where no node answers at all. */
  private static final Duration GIVEN_UP = Duration.ofSeconds(3);

  /** How long a node that did not answer is asked last. */
  private static final Duration AVOIDED = Duration.ofSeconds(10);

  private final HttpClient http;
  private final List<String> nodes;
  private final Duration timeout;
  private final Optional<String> authorization;

  /** Until when each node is avoided, as of {@link System#nanoTime}. */
  private final AtomicLongArray avoidedUntil;

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
      return isLostIndex(fault());
    }
  }

  static boolean isLostIndex(String fault) {
    return fault.equals("index_not_found_exception") || fault.equals("no_such_index_exception");
  }

  /**
   * A request.
   *
   * @param path with its parameters, encoded
   * @param body JSON, or lines of it
   */
  record Question(String method, String path, byte @Nullable [] body) {}

  OpenSearchClient(BraidProperties.Opensearch settings) {
    this.nodes = settings.nodes();
    this.timeout = settings.timeout();
    this.avoidedUntil = new AtomicLongArray(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      avoidedUntil.set(i, System.nanoTime());
    }
    this.authorization = authorization(settings);
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    Optional.ofNullable(settings.ca()).map(CertificateFile::context).ifPresent(client::sslContext);
    this.http = client.build();
  }

  private static Optional<String> authorization(BraidProperties.Opensearch settings) {
    return Optional.ofNullable(settings.apiKey())
        .map(key -> "ApiKey " + key)
        .or(() ->
            Optional.ofNullable(settings.username())
                .map(name ->
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (name + ":" + settings.password())
                                    .getBytes(StandardCharsets.UTF_8))));
  }

  static Question get(String path) {
    return new Question("GET", path, null);
  }

  static Question post(String path, byte[] body) {
    return new Question("POST", path, body);
  }

  static Question put(String path, JsonNode body) {
    return new Question("PUT", path, JSON.writeValueAsBytes(body));
  }

  /**
   * Asks until an answer below 500 comes, for as long as the settings say; for less where no node
   * takes a connection.
   *
   * @throws EngineAwayException where none came
   */
  Answer ask(Question question) {
    return ask(question, _ -> true);
  }

  /**
   * @param isWhole whether an answer below 300 has everything, and need not be asked for again
   */
  Answer ask(Question question, Predicate<JsonNode> isWhole) {
    long begin = System.nanoTime();
    Duration pause = Duration.ofMillis(20);
    while (true) {
      Answer answer = null;
      String fault;
      Throwable cause = null;
      int node = next();
      try {
        answer = askOnce(question, node);
        fault = "HTTP " + answer.status() + " " + answer.fault();
      } catch (IOException e) {
        avoidedUntil.set(node, System.nanoTime() + AVOIDED.toNanos());
        fault = String.valueOf(e);
        cause = e;
      }
      if (answer != null && answer.status() < 500 && answer.status() != 429) {
        if (!answer.isFine() || isWhole.test(answer.body())) {
          return answer;
        }
        fault = "some shards are missing";
      }
      long spent = System.nanoTime() - begin;
      if (spent > (areAllAvoided() ? GIVEN_UP.toNanos() : timeout.toNanos())) {
        String text = "OpenSearch does not answer %s: %s".formatted(question.method(), fault);
        throw cause == null ? new EngineAwayException(text) : new EngineAwayException(text, cause);
      }
      sleep(pause);
      pause = min(pause.multipliedBy(2), MAX_PAUSE);
    }
  }

  /**
   * Asks each node once, and waits for none.
   *
   * @throws EngineAwayException where none of them answers
   */
  void requireThere() {
    String fault = "";
    for (int node = 0; node < nodes.size(); node++) {
      try {
        Answer answer = askOnce(get("/_cluster/health?timeout=1s"), node);
        if (answer.isFine()) {
          return;
        }
        fault = "HTTP " + answer.status() + " " + answer.fault();
      } catch (IOException e) {
        fault = String.valueOf(e);
      }
    }
    throw new EngineAwayException("OpenSearch does not answer: " + fault);
  }

  private Answer askOnce(Question question, int node) throws IOException {
    byte[] body = question.body();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(nodes.get(node) + question.path()))
            .timeout(timeout.dividedBy(2)) // so that another can be asked
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

  /** A node at random, of those that are not avoided if there are any. */
  private int next() {
    int start = ThreadLocalRandom.current().nextInt(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      int node = (start + i) % nodes.size();
      if (System.nanoTime() - avoidedUntil.get(node) >= 0) {
        return node;
      }
    }
    return start;
  }

  private boolean areAllAvoided() {
    long now = System.nanoTime();
    for (int node = 0; node < nodes.size(); node++) {
      if (now - avoidedUntil.get(node) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineAwayException("interrupted", e);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
