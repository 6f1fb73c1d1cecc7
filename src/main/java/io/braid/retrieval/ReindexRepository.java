package io.braid.retrieval;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Re-indexes in the database. */
@Repository
class ReindexRepository {
  private final JdbcClient jdbc;

  ReindexRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Reindex reindex) {
    jdbc.sql(
            """
            INSERT INTO reindex (collection, generation, from_version, version, state,
              idempotency_key, started_at)
            VALUES (:collection, :generation, :from, :version, :state, :key, :started)
            """)
        .param("collection", reindex.collection())
        .param("generation", reindex.generation())
        .param("from", reindex.fromVersion())
        .param("version", reindex.version())
        .param("state", reindex.state().toString())
        .param("key", reindex.idempotencyKey().orElse(null))
        .param("started", reindex.startedAt().toString())
        .update();
  }

  void end(
      StoredCollection collection,
      GenerationId generation,
      Reindex.State state,
      Optional<String> failure,
      Instant now) {
    jdbc.sql(
            """
            UPDATE reindex SET state = :state, failure = :failure, ended_at = :ended,
              total = :total, done = (SELECT COUNT(*) FROM item_embedding e
                WHERE e.collection = :collection AND e.generation = :generation)
            WHERE collection = :collection AND generation = :generation
            """)
        .param("state", state.toString())
        .param("failure", failure.orElse(null))
        .param("ended", now.toString())
        .param("total", collection.items())
        .param("collection", collection.number())
        .param("generation", generation.number())
        .update();
  }

  /** The last re-index of a collection. */
  Optional<Reindex> last(long number) {
    return jdbc.sql(
            """
            SELECT * FROM reindex WHERE collection = :number ORDER BY generation DESC LIMIT 1
            """)
        .param("number", number)
        .query(ReindexRepository::reindex)
        .optional();
  }

  Optional<Reindex> find(long number, String idempotencyKey) {
    return jdbc.sql("SELECT * FROM reindex WHERE collection = :number AND idempotency_key = :key")
        .param("number", number)
        .param("key", idempotencyKey)
        .query(ReindexRepository::reindex)
        .optional();
  }

  private static Reindex reindex(ResultSet row, int number) throws SQLException {
    return new Reindex(
        row.getLong("collection"),
        row.getInt("generation"),
        row.getInt("from_version"),
        row.getInt("version"),
        Reindex.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(row.getString("failure")),
        Optional.ofNullable(row.getString("idempotency_key")),
        Instant.parse(row.getString("started_at")),
        Optional.ofNullable(row.getString("ended_at")).map(Instant::parse),
        row.getLong("done"),
        row.getLong("total"));
  }
}
