package io.braid.retrieval;

import io.braid.index.Change;
import io.braid.index.Entry;
import io.braid.index.Metadata;
import io.braid.modality.RawSample;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Items and their embeddings in the database. */
@Repository
class ItemRepository {
  /** Ids of one statement. */
  private static final int AT_ONCE = 500;

  /** Items with what a generation has of them; to be given columns. */
  private static final String ITEMS =
      """
      SELECT i.id, %s
      FROM item i LEFT JOIN item_embedding e
        ON e.collection = i.collection AND e.id = i.id AND e.generation = ?
      WHERE i.collection = ?
      """;

  private static final String WHOLE = "i.sequence, i.metadata, i.sample, e.present, e.vectors";

  private final JdbcClient jdbc;
  private final JdbcTemplate batches;

  ItemRepository(JdbcClient jdbc, JdbcTemplate batches) {
    this.jdbc = jdbc;
    this.batches = batches;
  }

  /**
   * What is there of an item before a change.
   *
   * @param bytes its part of the collection's
   */
  record Before(long sequence, long bytes) {}

  /** By id; nothing for items that are not there. */
  Map<String, Before> before(StoredCollection collection, Collection<String> ids) {
    return byId(
        "i.sequence, i.bytes + COALESCE(LENGTH(e.vectors), 0) AS bytes",
        collection.searched(),
        ids,
        (row, _) -> new Before(row.getLong("sequence"), row.getLong("bytes")));
  }

  /** Puts items; the first has number {@code sequence}, the second the next one, and so on. */
  void put(long collection, List<Item> items, long sequence) {
    var rows = new ArrayList<Object[]>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      byte[] sample = item.sample().map(RawSample::toBytes).orElse(null);
      rows.add(
          new Object[] {
            collection, item.id(), sequence + i, item.bytes(), item.metadata(), sample
          });
    }
    batches.batchUpdate(
        """
        INSERT INTO item (collection, id, sequence, bytes, metadata, sample)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (collection, id) DO UPDATE SET sequence = excluded.sequence,
          bytes = excluded.bytes, metadata = excluded.metadata, sample = excluded.sample
        """,
        rows);
  }

  /** Puts what a generation has of items; numbered as {@link #put} does. */
  void putEmbeddings(GenerationId generation, List<String> ids, List<Embedded> all, long sequence) {
    var rows = new ArrayList<Object[]>();
    for (int i = 0; i < ids.size(); i++) {
      Embedded embedded = all.get(i);
      rows.add(
          new Object[] {
            generation.collection(),
            generation.number(),
            ids.get(i),
            sequence + i,
            Json.MAPPER.writeValueAsString(embedded.present()),
            embedded.vectorBytes()
          });
    }
    batches.batchUpdate(
        """
        INSERT INTO item_embedding (collection, generation, id, sequence, present, vectors)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (collection, generation, id) DO UPDATE SET sequence = excluded.sequence,
          present = excluded.present, vectors = excluded.vectors
        """,
        rows);
  }

  void remove(long collection, String id, long sequence) {
    for (String table : List.of("item", "item_embedding")) {
      jdbc.sql("DELETE FROM " + table + " WHERE collection = ? AND id = ?")
          .params(collection, id)
          .update();
    }
    jdbc.sql(
            """
            INSERT INTO item_removal (collection, id, sequence) VALUES (?, ?, ?)
            ON CONFLICT (collection, id) DO UPDATE SET sequence = excluded.sequence
            """)
        .params(collection, id, sequence)
        .update();
  }

  Optional<StoredItem> find(StoredCollection collection, String id) {
    return Optional.ofNullable(find(collection.searched(), List.of(id)).get(id));
  }

  /** By id, with what a generation has of them; nothing for items that are not there. */
  Map<String, StoredItem> find(GenerationId generation, Collection<String> ids) {
    return byId(WHOLE, generation, ids, ItemRepository::item);
  }

  private <T> Map<String, T> byId(
      String columns, GenerationId generation, Collection<String> ids, RowMapper<T> read) {
    var found = new HashMap<String, T>();
    var all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<String> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      var marks = String.join(", ", Collections.nCopies(some.size(), "?"));
      jdbc.sql(ITEMS.formatted(columns) + " AND i.id IN (" + marks + ")")
          .params(generation.number(), generation.collection())
          .params(some)
          .query((row, number) -> found.put(row.getString("id"), read.mapRow(row, number)))
          .list();
    }
    return found;
  }

  /** Items by id, after {@code after}, with what a generation has of them. */
  List<StoredItem> list(GenerationId generation, String after, int limit) {
    return jdbc.sql(ITEMS.formatted(WHOLE) + " AND i.id > ? ORDER BY i.id LIMIT ?")
        .params(generation.number(), generation.collection(), after, limit)
        .query(ItemRepository::item)
        .list();
  }

  /** What a generation has of items, by their ids, after {@code after}. */
  List<Map.Entry<String, Embedded>> embedded(GenerationId generation, String after, int limit) {
    return jdbc.sql(
            """
            SELECT e.id, e.present, e.vectors FROM item_embedding e
            WHERE e.collection = ? AND e.generation = ? AND e.id > ? ORDER BY e.id LIMIT ?
            """)
        .params(generation.collection(), generation.number(), after, limit)
        .query((row, _) -> Map.entry(row.getString("id"), embedded(row)))
        .list();
  }

  /** Items that a generation has nothing of, by id, after {@code after}. */
  List<StoredItem> withoutEmbedding(GenerationId generation, String after, int limit) {
    return jdbc.sql(ITEMS.formatted(WHOLE) + " AND i.id > ? AND e.id IS NULL ORDER BY i.id LIMIT ?")
        .params(generation.number(), generation.collection(), after, limit)
        .query(ItemRepository::item)
        .list();
  }

  /** The id of an item that came as an embedding. */
  Optional<String> withoutSample(long collection) {
    return jdbc.sql(
            "SELECT id FROM item WHERE collection = ? AND sample IS NULL ORDER BY id LIMIT 1")
        .param(collection)
        .query(String.class)
        .optional();
  }

  /** How many items a generation has. */
  long embeddings(GenerationId generation) {
    return jdbc.sql("SELECT COUNT(*) FROM item_embedding WHERE collection = ? AND generation = ?")
        .params(generation.collection(), generation.number())
        .query(Long.class)
        .single();
  }

  /** Items of a generation by what they have. */
  Map<List<String>, Long> presence(GenerationId generation) {
    var presence = new HashMap<List<String>, Long>();
    jdbc.sql(
            """
            SELECT present, COUNT(*) AS items FROM item_embedding
            WHERE collection = ? AND generation = ? GROUP BY present
            """)
        .params(generation.collection(), generation.number())
        .query(row -> {
          presence.put(strings(row.getString("present")), row.getLong("items"));
        });
    return presence;
  }

  /** Ids of all items of a generation. */
  void ids(GenerationId generation, Consumer<String> take) {
    jdbc.sql("SELECT id FROM item_embedding WHERE collection = ? AND generation = ?")
        .params(generation.collection(), generation.number())
        .query(row -> {
          take.accept(row.getString("id"));
        });
  }

  /**
   * How many items of a generation have changed after a number; those that went are not counted.
   */
  long changedAfter(GenerationId generation, long sequence) {
    return jdbc.sql(
            """
            SELECT COUNT(*) FROM item_embedding
            WHERE collection = ? AND generation = ? AND sequence > ?
            """)
        .params(generation.collection(), generation.number(), sequence)
        .query(Long.class)
        .single();
  }

  /** Bytes of a collection's items with the embeddings of a generation. */
  long bytes(GenerationId generation) {
    return jdbc.sql(
            """
            SELECT COALESCE((SELECT SUM(bytes) FROM item WHERE collection = :collection), 0)
              + COALESCE((SELECT SUM(LENGTH(vectors)) FROM item_embedding
                  WHERE collection = :collection AND generation = :generation), 0)
            """)
        .param("collection", generation.collection())
        .param("generation", generation.number())
        .query(Long.class)
        .single();
  }

  /**
   * A change of a generation's embeddings.
   *
   * @param sequence its number
   */
  record Numbered(long sequence, Change change) {}

  /**
   * The next changes after a number, in order; of an item only the last one.
   *
   * @param upTo number of a change that is known to be there: what comes while this reads is left
   *     for later, so that nothing before it is missed
   * @param limit most changes
   */
  List<Numbered> changesAfter(GenerationId generation, long sequence, long upTo, int limit) {
    List<Numbered> puts =
        jdbc.sql(
                """
                SELECT e.id, e.sequence, e.present, e.vectors, i.metadata
                FROM item_embedding e JOIN item i
                  ON i.collection = e.collection AND i.id = e.id
                WHERE e.collection = ? AND e.generation = ? AND e.sequence > ? AND e.sequence <= ?
                ORDER BY e.sequence LIMIT ?
                """)
            .params(generation.collection(), generation.number(), sequence, upTo, limit)
            .query((row, _) -> put(row))
            .list();
    List<Numbered> removals =
        jdbc.sql(
                """
                SELECT id, sequence FROM item_removal
                WHERE collection = ? AND sequence > ? AND sequence <= ?
                ORDER BY sequence LIMIT ?
                """)
            .params(generation.collection(), sequence, upTo, limit)
            .query((row, _) ->
                new Numbered(row.getLong("sequence"), new Change.Remove(row.getString("id"))))
            .list();
    var both = new ArrayList<>(puts);
    both.addAll(removals);
    both.sort(Comparator.comparingLong(Numbered::sequence));
    return both.subList(0, Math.min(limit, both.size()));
  }

  private static Numbered put(ResultSet row) throws SQLException {
    Embedded embedded = embedded(row);
    Metadata metadata = Metadata.of(Json.MAPPER.readTree(row.getString("metadata")));
    return new Numbered(
        row.getLong("sequence"),
        new Change.Put(
            new Entry(row.getString("id"), embedded.vectors(), embedded.present(), metadata)));
  }

  /** Forgets removals up to a number, which the collection notes; within a transaction. */
  void forgetRemovals(long collection, long sequence) {
    int forgotten =
        jdbc.sql("DELETE FROM item_removal WHERE collection = ? AND sequence <= ?")
            .params(collection, sequence)
            .update();
    if (forgotten > 0) {
      jdbc.sql("UPDATE collection SET forgotten = ? WHERE number = ? AND forgotten < ?")
          .params(sequence, collection, sequence)
          .update();
    }
  }

  /** Deletes some embeddings of a generation; how many. */
  int deleteEmbeddings(GenerationId generation) {
    return jdbc.sql(
            """
            DELETE FROM item_embedding WHERE collection = :collection AND generation = :generation
              AND id IN (SELECT id FROM item_embedding
                WHERE collection = :collection AND generation = :generation LIMIT :limit)
            """)
        .param("collection", generation.collection())
        .param("generation", generation.number())
        .param("limit", AT_ONCE)
        .update();
  }

  /** Deletes some of what is left of a dropped collection; how many rows. */
  int deleteItems(long collection) {
    int deleted = 0;
    for (String table : List.of("item", "item_embedding", "item_removal")) {
      deleted +=
          jdbc.sql(
                  """
                  DELETE FROM %1$s WHERE collection = ?
                    AND id IN (SELECT id FROM %1$s WHERE collection = ? LIMIT ?)
                  """
                      .formatted(table))
              .params(collection, collection, AT_ONCE)
              .update();
    }
    return deleted;
  }

  private static StoredItem item(ResultSet row, int number) throws SQLException {
    byte[] sample = row.getBytes("sample");
    return new StoredItem(
        new Item(
            row.getString("id"),
            row.getString("metadata"),
            Optional.ofNullable(sample).map(RawSample::of)),
        row.getLong("sequence"),
        embedded(row));
  }

  private static Embedded embedded(ResultSet row) throws SQLException {
    String present = row.getString("present");
    return present == null
        ? new Embedded(List.of(), Map.of())
        : Embedded.stored(strings(present), row.getBytes("vectors"));
  }

  private static List<String> strings(String json) {
    return Json.MAPPER.readValue(json, new TypeReference<List<String>>() {});
  }
}
