package io.braid.retrieval;

import io.braid.encoder.Output;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Collections in the database, without their items. */
@Repository
class CollectionRepository {
  /** What the names of collections begin with that are on their way in. */
  static final String INCOMING = "~";

  private static final String SELECT =
      """
      SELECT c.*, COALESCE((SELECT MAX(a.attempt) FROM index_attempt a
        WHERE a.collection = c.number AND a.generation = c.generation AND a.is_searched = 1), %d)
        AS attempt FROM collection c
      """
          .formatted(IndexAttempts.FIRST);

  private final JdbcClient jdbc;

  CollectionRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A number that no collection has had: files of indexes are named by it. */
  long nextNumber() {
    return jdbc.sql(
            """
            UPDATE last_number SET number = number + 1 WHERE kind = 'collection' RETURNING number
            """)
        .query(Long.class)
        .single();
  }

  void insert(StoredCollection collection) {
    jdbc.sql(
            """
            INSERT INTO collection (number, name, model, version, engine, keep, generation,
              latest_generation, sequence, items, bytes, created_at)
            VALUES (:number, :name, :model, :version, :engine, :keep, :generation,
              :generation, :sequence, :items, :bytes, :created)
            """)
        .param("number", collection.number())
        .param("name", collection.name())
        .param("model", collection.model())
        .param("version", collection.version())
        .param("engine", collection.engine().toString())
        .param("keep", Json.MAPPER.writeValueAsString(names(collection.keep())))
        .param("generation", collection.generation())
        .param("sequence", collection.sequence())
        .param("items", collection.items())
        .param("bytes", collection.bytes())
        .param("created", collection.createdAt().toString())
        .update();
  }

  /**
   * Notes the last change of a collection's items.
   *
   * @param before number of the change before; false where by now there is another, or it is
   *     dropped
   */
  boolean change(StoredCollection collection, long before) {
    return jdbc.sql(
                """
                UPDATE collection SET sequence = :sequence, items = :items, bytes = :bytes
                WHERE number = :number AND sequence = :before AND name IS NOT NULL
                """)
            .param("sequence", collection.sequence())
            .param("items", collection.items())
            .param("bytes", collection.bytes())
            .param("number", collection.number())
            .param("before", before)
            .update()
        == 1;
  }

  /** Gives a collection its name, once all of it is there. */
  void rename(long number, String name) {
    jdbc.sql("UPDATE collection SET name = :name WHERE number = :number")
        .param("name", name)
        .param("number", number)
        .update();
  }

  /** Those that were neither dropped nor are on their way in. */
  List<StoredCollection> all() {
    return jdbc.sql(SELECT + "WHERE name IS NOT NULL AND name NOT LIKE :incoming ORDER BY name")
        .param("incoming", INCOMING + "%")
        .query(CollectionRepository::collection)
        .list();
  }

  StoredCollection find(long number) {
    return jdbc.sql(SELECT + "WHERE number = :number")
        .param("number", number)
        .query(CollectionRepository::collection)
        .single();
  }

  /** By its name, if there is one that is all there. */
  Optional<StoredCollection> named(String name) {
    return jdbc.sql(SELECT + "WHERE name = :name AND name NOT LIKE :incoming")
        .param("name", name)
        .param("incoming", INCOMING + "%")
        .query(CollectionRepository::collection)
        .optional();
  }

  /** Unless it is dropped. */
  Optional<StoredCollection> there(long number) {
    return jdbc.sql(SELECT + "WHERE number = :number AND name IS NOT NULL")
        .param("number", number)
        .query(CollectionRepository::collection)
        .optional();
  }

  /** Number of the last removal that is not told any more. */
  long forgotten(long number) {
    return jdbc.sql("SELECT forgotten FROM collection WHERE number = :number")
        .param("number", number)
        .query(Long.class)
        .single();
  }

  /** Gives up those on their way in that were begun before a time. */
  void dropIncoming(Instant begunBefore) {
    jdbc.sql("UPDATE collection SET name = NULL WHERE name LIKE :incoming AND created_at < :before")
        .param("incoming", INCOMING + "%")
        .param("before", begunBefore.toString())
        .update();
  }

  void drop(long number) {
    jdbc.sql("UPDATE collection SET name = NULL WHERE number = :number")
        .param("number", number)
        .update();
  }

  /** Those that were dropped, and whose items may not yet be gone. */
  List<Long> dropped() {
    return jdbc.sql("SELECT number FROM collection WHERE name IS NULL")
        .query((row, _) -> row.getLong("number"))
        .list();
  }

  void delete(long number) {
    for (String table : List.of("reindex", "calibration", "index_attempt")) {
      jdbc.sql("DELETE FROM " + table + " WHERE collection = :number")
          .param("number", number)
          .update();
    }
    jdbc.sql("DELETE FROM collection WHERE number = :number").param("number", number).update();
  }

  /** The name of a collection that needs a version of a model. */
  Optional<String> user(String model, int version) {
    return jdbc.sql(
            """
            SELECT name FROM collection WHERE name IS NOT NULL AND model = :model
              AND (version = :version OR number IN
                (SELECT collection FROM reindex WHERE state = 'running' AND version = :version))
            ORDER BY name LIMIT 1
            """)
        .param("model", model)
        .param("version", version)
        .query(String.class)
        .optional();
  }

  /** The next generation of a collection's embeddings; given within a transaction. */
  int nextGeneration(long number) {
    return jdbc.sql(
            """
            UPDATE collection SET latest_generation = latest_generation + 1
            WHERE number = :number RETURNING latest_generation
            """)
        .param("number", number)
        .query(Integer.class)
        .single();
  }

  /** Notes which generation is searched now. */
  void switchTo(StoredCollection collection) {
    jdbc.sql(
            """
            UPDATE collection SET version = :version, generation = :generation, bytes = :bytes
            WHERE number = :number
            """)
        .param("version", collection.version())
        .param("generation", collection.generation())
        .param("bytes", collection.bytes())
        .param("number", collection.number())
        .update();
  }

  /**
   * Generations of a collection that are neither searched nor being made, and never will be again:
   * told by one statement, so that none is that is switched to meanwhile.
   */
  List<GenerationId> unused(long number) {
    return jdbc.sql(
            """
            SELECT r.generation FROM reindex r JOIN collection c ON c.number = r.collection
            WHERE c.number = :number AND r.state <> 'running' AND r.generation <> c.generation
            UNION SELECT 1 AS generation FROM collection WHERE number = :number AND generation <> 1
            """)
        .param("number", number)
        .query((row, _) -> new GenerationId(number, row.getInt("generation")))
        .list();
  }

  /** Outputs as the contract names them, in one order. */
  static List<String> names(Set<Output> keep) {
    return keep.stream().sorted().map(Output::toString).toList();
  }

  /** The inverse. */
  static Set<Output> outputs(List<String> names) {
    return names.stream()
        .map(name -> Output.valueOf(name.toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
  }

  private static StoredCollection collection(ResultSet row, int number) throws SQLException {
    return new StoredCollection(
        row.getLong("number"),
        row.getString("name"),
        row.getString("model"),
        row.getInt("version"),
        Engine.valueOf(row.getString("engine").toUpperCase(Locale.ROOT)),
        outputs(Json.MAPPER.readValue(row.getString("keep"), new TypeReference<List<String>>() {})),
        row.getInt("generation"),
        row.getInt("attempt"),
        row.getLong("sequence"),
        row.getLong("items"),
        row.getLong("bytes"),
        Instant.parse(row.getString("created_at")));
  }
}
