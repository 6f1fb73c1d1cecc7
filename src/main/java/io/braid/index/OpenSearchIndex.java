package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.index.OpenSearchClient.Answer;
import io.braid.index.OpenSearchClient.Question;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An index in an OpenSearch cluster, which divides it into shards and keeps copies of each. A write
 * is acknowledged when all copies that are in step have it on their disks; a search has the answers
 * of all shards, or none.
 *
 * <p>Each document has the number of its change as its version, and one of a lower version is
 * refused: writes of several processes, or of one that was believed dead, end alike in any order.
 * Of a removed item OpenSearch remembers the version for {@link #REMEMBERED}. That bites only where
 * a process sleeps for longer between reading the record and writing here.
 *
 * <p>Up to which number it holds all changes is the version of a document of its own, and so is the
 * number of the last change that was begun.
 */
final class OpenSearchIndex implements VectorIndex {
  private static final JsonMapper JSON = new JsonMapper();

  /** How long versions of removed items are remembered. */
  static final String REMEMBERED = "15m";

  /** Largest body of changes, but for a single one that is larger, bytes. */
  private static final int MAX_BODY = 8 << 20;

  /** Most queries of one request. */
  private static final int MAX_QUERIES = 64;

  /** Least number of candidates that a walk gathers. */
  private static final int CANDIDATES = 100;

  /** How long what is known of removed items is good enough. */
  private static final Duration COUNTED = Duration.ofSeconds(1);

  private static final String HELD = "#held";
  private static final String BEGUN = "#begun";

  private final OpenSearchClient client;

  /** What is read and refreshed. */
  private final String name;

  /** Whether what was applied is noted at once, for others that follow. */
  private final boolean isShared;

  /** Size of the vectors of each field. */
  private final Map<String, Integer> sizes = new ConcurrentHashMap<>();

  private volatile long applied;
  private volatile long held;

  /** Counts what may have changed what a search sees, and what of it is seen. */
  private final AtomicLong written = new AtomicLong(1);

  private volatile long seen;
  private final ReentrantLock refreshing = new ReentrantLock();

  private final int minGraph;
  private volatile long live;
  private volatile int candidates = CANDIDATES;
  private long countedAt;

  /**
   * @param minGraph items up to which all are looked at, in place of graphs
   */
  OpenSearchIndex(
      OpenSearchClient client, String name, boolean isShared, int minGraph, JsonNode mapping) {
    this.minGraph = minGraph;
    this.client = client;
    this.name = name;
    this.isShared = isShared;
    learn(mapping);
    this.applied = persisted();
  }

  /** Bulk writes go to another name of an index: one that is gone would be made by them. */
  static String writtenAs(String name) {
    return name + "-write";
  }

  private void learn(JsonNode mapping) {
    mapping
        .path("properties")
        .forEachEntry((field, type) -> {
          if (OpenSearchFields.isVector(field)) {
            sizes.put(field, type.path("dimension").intValue());
          }
        });
  }

  @Override
  public void apply(List<Change> changes, long sequence) {
    addFields(changes);
    written.incrementAndGet();
    var bulk = new Bulk();
    bulk.add("index", BEGUN, sequence);
    bulk.line(json -> json.writeStartObject().writeEndObject());
    for (Change change : changes) {
      String id = OpenSearchFields.documentId(change.id());
      switch (change) {
        case Change.Put(var entry) -> {
          bulk.add("index", id, sequence);
          bulk.line(json -> OpenSearchFields.write(entry, json));
        }
        case Change.Remove _ -> bulk.add("delete", id, sequence);
      }
      bulk.sendIfLarge();
    }
    bulk.send();
    written.incrementAndGet(); // a refresh meanwhile may have missed some
    applied = sequence;
    if (isShared) {
      persist();
    }
  }

  /** Changes on their way. */
  private final class Bulk {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    void add(String kind, String id, long version) {
      line(json ->
          json.writeStartObject()
              .writeObjectPropertyStart(kind)
              .writeStringProperty("_id", id)
              .writeNumberProperty("version", version)
              .writeStringProperty("version_type", "external_gte")
              .writeEndObject()
              .writeEndObject());
    }

    void line(Consumer<JsonGenerator> content) {
      try (JsonGenerator json = JSON.createGenerator(body)) {
        content.accept(json);
      }
      body.write('\n');
    }

    void sendIfLarge() {
      if (body.size() > MAX_BODY) {
        send();
      }
    }

    void send() {
      if (body.size() == 0) {
        return;
      }
      Question question =
          OpenSearchClient.post(
              "/" + writtenAs(name) + "/_bulk?require_alias=true&filter_path=errors,items",
              body.toByteArray());
      Answer answer = client.ask(question, OpenSearchIndex::isNothingBusy);
      require(answer);
      for (JsonNode item : answer.body().path("items")) {
        JsonNode result = item.iterator().next();
        int status = result.path("status").intValue();
        boolean isDone = status < 300 || status == 409; // a later change is there already
        boolean isGoneAlready = status == 404 && !result.has("error");
        if (!isDone && !isGoneAlready) {
          throw failure(result.path("error").path("type").asString(""), result.path("error"));
        }
      }
      body.reset();
    }
  }

  /** Whether no change was put off because of what may be over soon. */
  private static boolean isNothingBusy(JsonNode answer) {
    if (answer.path("errors").asBoolean(true)) {
      for (JsonNode item : answer.path("items")) {
        int status = item.iterator().next().path("status").intValue();
        if (status == 429 || status >= 500) {
          return false;
        }
      }
    }
    return true;
  }

  /** Makes the fields of targets that it has not seen; refuses vectors of another size. */
  private void addFields(List<Change> changes) {
    ObjectNode added = JsonNodeFactory.instance.objectNode();
    for (Change change : changes) {
      if (change instanceof Change.Put(var entry)) {
        entry
            .vectors()
            .forEach((target, vector) -> {
              String field = OpenSearchFields.vector(target);
              int size = sizes.getOrDefault(field, vector.size());
              if (size != vector.size()) {
                throw new IllegalArgumentException(
                    "a vector of %d among vectors of %d".formatted(vector.size(), size));
              }
              if (!sizes.containsKey(field)) {
                added.set(field, OpenSearchStore.vectors(size));
              }
            });
      }
    }
    if (added.isEmpty()) {
      return;
    }
    ObjectNode mapping = JsonNodeFactory.instance.objectNode().set("properties", added);
    require(client.ask(OpenSearchClient.put("/" + name + "/_mapping", mapping)));
    learn(mapping);
  }

  @Override
  public List<List<Hit>> search(Search search) {
    int size = size(OpenSearchFields.vector(search.target()));
    for (Vector query : search.queries()) {
      if (size > 0 && query.size() != size) {
        throw new IllegalArgumentException(
            "a query of %d for vectors of %d".formatted(query.size(), size));
      }
    }
    if (size == 0 || search.queries().isEmpty()) {
      return search.queries().stream().map(_ -> List.<Hit>of()).toList();
    }
    refresh();
    return search.isExact() || search.k() > OpenSearchQueries.MAX_NEIGHBOURS || live <= minGraph
        ? run(search, true)
        : approximate(search);
  }

  /** Graphs may have found fewer than there are: where few pass, looking at all costs little. */
  private List<List<Hit>> approximate(Search search) {
    List<List<Hit>> found = new ArrayList<>(run(search, false));
    List<Integer> few = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).size() < search.k()) {
        few.add(i);
      }
    }
    if (!few.isEmpty()) {
      List<Vector> queries = few.stream().map(search.queries()::get).toList();
      List<List<Hit>> all =
          run(new Search(search.target(), queries, search.k(), search.filter(), true), true);
      for (int i = 0; i < few.size(); i++) {
        found.set(few.get(i), all.get(i));
      }
    }
    return List.copyOf(found);
  }

  private List<List<Hit>> run(Search search, boolean isExact) {
    var found = new ArrayList<List<Hit>>();
    for (int from = 0; from < search.queries().size(); from += MAX_QUERIES) {
      var body = new ByteArrayOutputStream();
      int to = Math.min(search.queries().size(), from + MAX_QUERIES);
      for (Vector query : search.queries().subList(from, to)) {
        body.writeBytes(
            "{\"allow_partial_search_results\":false}\n".getBytes(StandardCharsets.UTF_8));
        ObjectNode request =
            isExact
                ? OpenSearchQueries.exact(search, query)
                : OpenSearchQueries.approximate(search, query, candidates);
        body.writeBytes(JSON.writeValueAsBytes(request));
        body.write('\n');
      }
      Answer answer =
          client.ask(
              OpenSearchClient.post("/" + name + "/_msearch", body.toByteArray()),
              OpenSearchIndex::areWhole);
      if (answer.status() == 413) {
        throw new IllegalArgumentException("the search is larger than OpenSearch takes");
      }
      require(answer);
      for (JsonNode each : answer.body().path("responses")) {
        require(new Answer(each.path("status").intValue(), each));
        found.add(OpenSearchQueries.hits(each));
      }
    }
    return found;
  }

  /** Whether no search of these need be made again. */
  private static boolean areWhole(JsonNode answer) {
    for (JsonNode each : answer.path("responses")) {
      int status = each.path("status").intValue();
      if (status == 429 || status >= 500 || (status < 300 && !OpenSearchQueries.isWhole(each))) {
        return false;
      }
    }
    return true;
  }

  /** Size of a field's vectors; 0 where there is none, also by other processes. */
  private int size(String field) {
    if (!sizes.containsKey(field)) {
      Answer answer = client.ask(OpenSearchClient.get("/" + name + "/_mapping"));
      require(answer);
      learn(answer.body().path(name).path("mappings"));
    }
    return sizes.getOrDefault(field, 0);
  }

  @Override
  public long count() {
    refresh();
    byte[] query = "{\"query\":{\"exists\":{\"field\":\"id\"}}}".getBytes(StandardCharsets.UTF_8);
    Answer answer =
        client.ask(
            OpenSearchClient.post("/" + name + "/_count", query), OpenSearchQueries::isWhole);
    require(answer);
    return answer.body().path("count").longValue();
  }

  /** Lets searches see what was written before this is called. */
  private void refresh() {
    long wanted = written.get();
    if (seen >= wanted) {
      return;
    }
    refreshing.lock();
    try {
      long now = written.get();
      if (seen < wanted) {
        require(
            client.ask(
                new Question("POST", "/" + name + "/_refresh", null),
                answer -> answer.path("_shards").path("failed").asInt(-1) == 0));
        countDeleted();
        seen = now;
      }
    } finally {
      refreshing.unlock();
    }
  }

  /**
   * Removed items, and replaced ones, stay in the graphs for a while, and those that replace one
   * another at the same place are a maze: the more there are, the longer a walk must be.
   */
  private void countDeleted() {
    if (countedAt != 0 && System.nanoTime() - countedAt < COUNTED.toNanos()) {
      return;
    }
    Answer answer =
        client.ask(
            OpenSearchClient.get("/" + name + "/_stats/docs?filter_path=_all.primaries.docs"));
    require(answer);
    JsonNode docs = answer.body().path("_all").path("primaries").path("docs");
    live = docs.path("count").longValue();
    double share = docs.path("deleted").doubleValue() / Math.max(1, live);
    candidates =
        (int) Math.min(OpenSearchQueries.MAX_NEIGHBOURS, Math.ceil(CANDIDATES * (1 + share)));
    countedAt = System.nanoTime();
  }

  @Override
  public void persist() {
    long sequence = applied;
    if (sequence == 0 || sequence <= held) {
      return;
    }
    Answer answer =
        client.ask(
            OpenSearchClient.put(
                "/%s/_doc/%s?version=%d&version_type=external_gte&require_alias=true"
                    .formatted(writtenAs(name), encoded(HELD), sequence),
                JsonNodeFactory.instance.objectNode()));
    if (answer.status() != 409) { // others hold more
      require(answer);
    }
    held = Math.max(held, sequence);
  }

  @Override
  public long persisted() {
    long now = version(HELD);
    if (now > held) {
      written.incrementAndGet(); // by others; before it is known to be there
      held = now;
    }
    return now;
  }

  @Override
  public long begun() {
    return Math.max(version(BEGUN), version(HELD));
  }

  private long version(String id) {
    Answer answer =
        client.ask(OpenSearchClient.get("/" + name + "/_doc/" + encoded(id) + "?_source=false"));
    if (answer.status() == 404 && !answer.isOfLostIndex()) {
      return 0;
    }
    require(answer);
    return answer.body().path("_version").longValue();
  }

  private static String encoded(String id) {
    return id.replace("#", "%23");
  }

  private static void require(Answer answer) {
    if (!answer.isFine()) {
      throw failure(answer.fault(), answer.body().path("error"));
    }
  }

  private static RuntimeException failure(String fault, JsonNode error) {
    if (OpenSearchClient.isLostIndex(fault)) {
      return new DamagedIndexException("the index is not there any more");
    }
    String text = error.toString();
    return new IllegalStateException(
        "OpenSearch refuses what it is asked: " + text.substring(0, Math.min(text.length(), 500)));
  }

  @Override
  public void close() {
    // what is there stays
  }
}
