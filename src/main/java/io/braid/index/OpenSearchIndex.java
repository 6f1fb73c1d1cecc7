package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.index.OpenSearchNode.Request;
import io.braid.index.OpenSearchNode.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
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
  /** How long versions of removed items are remembered. */
  static final String REMEMBERED = "15m";

  private static final String PERSISTED = "#persisted";
  private static final String BEGUN = "#begun";

  private final OpenSearchClient client;

  /** What is read and refreshed. */
  private final String name;

  private final OpenSearchReader reader;

  /** Whether what was applied is noted at once, for others that follow. */
  private final boolean isShared;

  /** Size of the vectors of each field. */
  private final Map<String, Integer> sizes = new ConcurrentHashMap<>();

  private volatile long applied;
  private volatile long held;

  /**
   * @param maxExactItems items up to which all are looked at, in place of graphs
   */
  OpenSearchIndex(
      OpenSearchClient client, String name, boolean isShared, int maxExactItems, JsonNode mapping) {
    this.client = client;
    this.reader = new OpenSearchReader(client, name, maxExactItems);
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
    apply(changes, sequence, client.timeout());
  }

  @Override
  public void apply(List<Change> changes, long sequence, Duration patience) {
    addFields(changes, patience);
    reader.written();
    var bulk = new OpenSearchBulk(client, writtenAs(name), patience);
    bulk.put(BEGUN, sequence, json -> json.writeStartObject().writeEndObject());
    for (Change change : changes) {
      String id = OpenSearchFields.documentId(change.id());
      switch (change) {
        case Change.Put(var entry) ->
            bulk.put(id, sequence, json -> OpenSearchFields.write(entry, json));
        case Change.Remove _ -> bulk.delete(id, sequence);
      }
    }
    bulk.send();
    reader.written(); // a refresh meanwhile may have missed some
    applied = sequence;
    if (isShared) {
      persist(patience);
    }
  }

  /** Makes the fields of targets that it has not seen; refuses vectors of another size. */
  private void addFields(List<Change> changes, Duration patience) {
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
                added.set(field, OpenSearchFields.vectors(size));
              }
            });
      }
    }
    if (added.isEmpty()) {
      return;
    }
    ObjectNode mapping = JsonNodeFactory.instance.objectNode().set("properties", added);
    Request request = Request.put("/" + name + "/_mapping", mapping);
    client.with(patience, turn -> turn.ask(request)).required();
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
    return reader.search(search);
  }

  /** Size of a field's vectors; 0 where there is none, also by other processes. */
  private int size(String field) {
    if (!sizes.containsKey(field)) {
      JsonNode answer = client.ask(Request.get("/" + name + "/_mapping")).required();
      learn(answer.path(name).path("mappings"));
    }
    return sizes.getOrDefault(field, 0);
  }

  @Override
  public long count() {
    return reader.count();
  }

  @Override
  public void persist() {
    persist(client.timeout());
  }

  private void persist(Duration patience) {
    long sequence = applied;
    if (sequence == 0 || sequence <= held) {
      return;
    }
    Request request =
        Request.put(
            "/%s/_doc/%s?version=%d&version_type=external_gte&require_alias=true"
                .formatted(writtenAs(name), encoded(PERSISTED), sequence),
            JsonNodeFactory.instance.objectNode());
    Response answer = client.with(patience, turn -> turn.ask(request));
    if (answer.status() != 409) { // others hold more
      answer.required();
    }
    held = Math.max(held, sequence);
  }

  @Override
  public long persisted() {
    return persisted(client.timeout());
  }

  @Override
  public long persisted(Duration patience) {
    long now = version(PERSISTED, patience);
    if (now > held) {
      reader.written(); // by others; before it is known to be there
      held = now;
    }
    return now;
  }

  @Override
  public long begun() {
    return Math.max(version(BEGUN, client.timeout()), version(PERSISTED, client.timeout()));
  }

  private long version(String id, Duration patience) {
    Request request = Request.get("/" + name + "/_doc/" + encoded(id) + "?_source=false");
    Response answer = client.with(patience, turn -> turn.ask(request));
    if (answer.status() == 404 && !answer.isOfLostIndex()) {
      return 0;
    }
    return answer.required().path("_version").longValue();
  }

  private static String encoded(String id) {
    return id.replace("#", "%23");
  }

  @Override
  public void close() {
    // what is there stays
  }
}
