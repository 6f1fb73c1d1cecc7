package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.index.OpenSearchClient.Turn;
import io.braid.index.OpenSearchNode.Request;
import io.braid.index.OpenSearchNode.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads an index in OpenSearch: of all its shards, and all that was written before. */
final class OpenSearchReader {
  private static final JsonMapper JSON = new JsonMapper();

  /** Most queries of one request, and its size from which on none is added, bytes. */
  private static final int MAX_QUERIES = 64;

  private static final int MAX_BODY = 8 << 20;

  private static final byte[] WHOLE =
      "{\"allow_partial_search_results\":false}\n".getBytes(StandardCharsets.UTF_8);

  /** Least number of candidates that a walk gathers. */
  private static final int CANDIDATES = 100;

  /** How long what is known of removed items is good enough. */
  private static final Duration STATS_MAX_AGE = Duration.ofSeconds(1);

  private final OpenSearchClient client;
  private final String name;
  private final int maxExactItems;

  /** Counts what may have changed what a search sees. */
  private final AtomicLong written = new AtomicLong(1);

  private final Map<OpenSearchNode, Seen> seen = new ConcurrentHashMap<>();
  private volatile long live;
  private volatile int candidates = CANDIDATES;
  private volatile long statsAt;

  /** How much of what was written searches by a node see. */
  private static final class Seen {
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile long upTo;
  }

  /**
   * @param maxExactItems items up to which all are looked at, in place of graphs
   */
  OpenSearchReader(OpenSearchClient client, String name, int maxExactItems) {
    this.client = client;
    this.name = name;
    this.maxExactItems = maxExactItems;
  }

  /** Something was written, which what is read from now on shows. */
  void written() {
    written.incrementAndGet();
  }

  /** See {@link VectorIndex#search}; of vectors that are as large as the queries. */
  List<List<Hit>> search(Search search) {
    return client.with(turn -> {
      refresh(turn);
      boolean isExact =
          search.isExact()
              || search.k() > OpenSearchQueries.MAX_NEIGHBOURS
              || live <= maxExactItems;
      return isExact ? run(turn, search, true) : approximate(turn, search);
    });
  }

  /** Graphs may have found fewer than there are: where few pass, looking at all costs little. */
  private List<List<Hit>> approximate(Turn turn, Search search) throws IOException {
    List<List<Hit>> found = new ArrayList<>(run(turn, search, false));
    List<Integer> few = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).size() < search.k()) {
        few.add(i);
      }
    }
    if (!few.isEmpty()) {
      List<Vector> queries = few.stream().map(search.queries()::get).toList();
      List<List<Hit>> all =
          run(turn, new Search(search.target(), queries, search.k(), search.filter(), true), true);
      for (int i = 0; i < few.size(); i++) {
        found.set(few.get(i), all.get(i));
      }
    }
    return List.copyOf(found);
  }

  private List<List<Hit>> run(Turn turn, Search search, boolean isExact) throws IOException {
    var found = new ArrayList<List<Hit>>();
    var body = new ByteArrayOutputStream();
    int queries = 0;
    for (Vector query : search.queries()) {
      body.writeBytes(WHOLE);
      body.writeBytes(
          JSON.writeValueAsBytes(
              isExact
                  ? OpenSearchQueries.exact(search, query)
                  : OpenSearchQueries.approximate(search, query, candidates)));
      body.write('\n');
      if (++queries == MAX_QUERIES || body.size() > MAX_BODY) {
        found.addAll(run(turn, body.toByteArray()));
        body.reset();
        queries = 0;
      }
    }
    if (queries > 0) {
      found.addAll(run(turn, body.toByteArray()));
    }
    return found;
  }

  private List<List<Hit>> run(Turn turn, byte[] body) throws IOException {
    Response answer =
        turn.ask(Request.post("/" + name + "/_msearch", body), OpenSearchReader::areWhole);
    if (answer.status() == 413) {
      throw new IllegalArgumentException(
          "its filter makes a search of %d bytes, more than OpenSearch takes (its"
                  .formatted(body.length)
              + " http.max_content_length)");
    }
    var found = new ArrayList<List<Hit>>();
    for (JsonNode each : answer.required().path("responses")) {
      JsonNode one = new Response(each.path("status").intValue(), each).required();
      found.add(OpenSearchQueries.hits(one));
    }
    return found;
  }

  /** Whether no search of these need be made again. */
  private static boolean areWhole(JsonNode answer) {
    for (JsonNode each : answer.path("responses")) {
      int status = each.path("status").intValue();
      if (OpenSearchNode.isRetryable(status)
          || (status < 300 && !OpenSearchQueries.isWhole(each))) {
        return false;
      }
    }
    return true;
  }

  /** Number of items. */
  long count() {
    byte[] query =
        ("{\"query\":{\"exists\":{\"field\":\"" + OpenSearchFields.ID + "\"}}}")
            .getBytes(StandardCharsets.UTF_8);
    Response answer =
        client.with(turn -> {
          refresh(turn);
          return turn.ask(Request.post("/" + name + "/_count", query), OpenSearchQueries::isWhole);
        });
    return answer.required().path("count").longValue();
  }

  /**
   * Lets searches by a node see what was written before this is called. Each node is asked for
   * itself: one that is cut off from the others cannot do it, and so never answers of what it had.
   */
  private void refresh(Turn turn) throws IOException {
    long wanted = written.get();
    Seen byNode = seen.computeIfAbsent(turn.node(), _ -> new Seen());
    if (byNode.upTo >= wanted) {
      return;
    }
    byNode.refreshing.lock();
    try {
      long now = written.get();
      if (byNode.upTo < wanted) {
        turn.ask(
                new Request("POST", "/" + name + "/_refresh", null),
                answer -> answer.path("_shards").path("failed").asInt(-1) == 0)
            .required();
        tuneCandidates(turn);
        byNode.upTo = now;
      }
    } finally {
      byNode.refreshing.unlock();
    }
  }

  /**
   * Removed items, and replaced ones, stay in the graphs for a while, and those that replace one
   * another at the same place are a maze: the more there are, the longer a walk must be.
   */
  private void tuneCandidates(Turn turn) throws IOException {
    if (statsAt != 0 && System.nanoTime() - statsAt < STATS_MAX_AGE.toNanos()) {
      return;
    }
    Response answer =
        turn.ask(Request.get("/" + name + "/_stats/docs?filter_path=_all.primaries.docs"));
    JsonNode docs = answer.required().path("_all").path("primaries").path("docs");
    live = docs.path("count").longValue();
    double share = docs.path("deleted").doubleValue() / Math.max(1, live);
    candidates =
        (int) Math.min(OpenSearchQueries.MAX_NEIGHBOURS, Math.ceil(CANDIDATES * (1 + share)));
    statsAt = System.nanoTime();
  }
}
