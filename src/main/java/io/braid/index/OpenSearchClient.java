package io.braid.index;

import io.braid.config.BraidProperties;
import io.braid.index.OpenSearchNode.Request;
import io.braid.index.OpenSearchNode.Response;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Asks the nodes of an OpenSearch cluster, another one where one does not answer. Everything that
 * is asked may be asked twice, so whatever may be over soon is tried again until patience ends: no
 * answer, 429, 5xx, or an answer that is not whole. JDK and Jackson are enough for that; the
 * official client would bring Jackson 2 and a second HTTP client.
 */
final class OpenSearchClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** Longest wait for a node to say that it is there. */
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(4);

  /** Shortest wait for an answer. */
  private static final Duration LEAST = Duration.ofMillis(100);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

  /** When no more is asked where no node answers at all. */
  private static final Duration MAX_RETRY_WHEN_ALL_ARE_DOWN = Duration.ofSeconds(3);

  private final HttpClient http;
  private final List<OpenSearchNode> nodes;
  private final Duration timeout;

  OpenSearchClient(BraidProperties.Opensearch settings) {
    this.timeout = settings.timeout();
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    Optional.ofNullable(settings.ca()).map(CertificateFile::context).ifPresent(client::sslContext);
    this.http = client.build();
    Optional<String> authorization = authorization(settings);
    this.nodes =
        settings.nodes().stream().map(url -> new OpenSearchNode(http, url, authorization)).toList();
  }

  private static Optional<String> authorization(BraidProperties.Opensearch settings) {
    return Optional.ofNullable(settings.apiKey())
        .map(key -> "ApiKey " + key)
        .or(() ->
            Optional.ofNullable(settings.username())
                .map(name -> name + ":" + Objects.requireNonNullElse(settings.password(), ""))
                .map(both -> both.getBytes(StandardCharsets.UTF_8))
                .map(both -> "Basic " + Base64.getEncoder().encodeToString(both)));
  }

  /** Longest wait for what no other is given for. */
  Duration timeout() {
    return timeout;
  }

  /** What is asked of one node, and all of it again of another where that node fails. */
  interface Work<T> {
    T with(Turn turn) throws IOException;
  }

  /** What may be otherwise soon. */
  private static final class RetryableException extends IOException {
    private static final long serialVersionUID = 1;

    RetryableException(String message) {
      super(message);
    }

    RetryableException(Response answer) {
      this("HTTP " + answer.status() + " " + answer.errorType());
    }
  }

  /**
   * A node, for one try.
   *
   * @param limit longest wait for an answer
   */
  record Turn(OpenSearchNode node, Duration limit) {
    /** An answer that stays as it is; see {@link #ask(Request, Predicate)}. */
    Response ask(Request request) throws IOException {
      return ask(request, _ -> true);
    }

    /**
     * @param isWhole whether an answer below 300 has everything, and need not be asked for again
     * @throws IOException where there is none, for now
     */
    Response ask(Request request, Predicate<JsonNode> isWhole) throws IOException {
      Response answer = node.ask(request, limit);
      if (answer.isRetryable()) {
        throw new RetryableException(answer);
      }
      if (answer.isSuccess() && !isWhole.test(answer.body())) {
        throw new RetryableException("some shards are missing");
      }
      return answer;
    }
  }

  /** For as long as the settings say; see {@link #with(Duration, Work)}. */
  <T> T with(Work<T> work) {
    return with(timeout, work);
  }

  /**
   * Tries until it is done, with one node and another; for less time where none takes a connection.
   *
   * @param patience at most that of the settings counts
   * @throws EngineAwayException where it is not
   */
  <T> T with(Duration patience, Work<T> work) {
    Duration most = min(patience, timeout);
    long begin = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        Duration left = most.minusNanos(System.nanoTime() - begin);
        // half of it at first, so that another can be asked
        return work.with(new Turn(next(), max(min(left, most.dividedBy(2)), LEAST)));
      } catch (IOException e) {
        boolean areAllAvoided = nodes.stream().allMatch(OpenSearchNode::isSuspect);
        Duration end = areAllAvoided ? min(MAX_RETRY_WHEN_ALL_ARE_DOWN, most) : most;
        if (System.nanoTime() - begin > end.toNanos()) {
          throw away(e);
        }
      }
      sleep(pause);
      pause = min(pause.multipliedBy(2), MAX_PAUSE);
    }
  }

  /** An answer that stays as it is, of any node. */
  Response ask(Request request) {
    return with(turn -> turn.ask(request));
  }

  /**
   * Asks each node once, and waits for none.
   *
   * @throws EngineAwayException where none of them answers
   */
  void requireReachable() {
    IOException last = new IOException("there is no node");
    for (OpenSearchNode node : nodes) {
      try {
        Response answer = node.ask(Request.get("/_cluster/health?timeout=1s"), HEALTH_TIMEOUT);
        if (answer.isSuccess()) {
          return;
        }
        last = new RetryableException(answer);
      } catch (IOException e) {
        last = e;
      }
    }
    throw away(last);
  }

  private static EngineAwayException away(IOException e) {
    String reason = String.valueOf(e instanceof RetryableException ? e.getMessage() : e);
    return new EngineAwayException("OpenSearch does not answer: " + reason, e);
  }

  /** A node at random, of those that are not avoided if there are any. */
  private OpenSearchNode next() {
    List<OpenSearchNode> fine = nodes.stream().filter(node -> !node.isSuspect()).toList();
    List<OpenSearchNode> of = fine.isEmpty() ? nodes : fine;
    return of.get(ThreadLocalRandom.current().nextInt(of.size()));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineAwayException("interrupted", e);
    }
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
