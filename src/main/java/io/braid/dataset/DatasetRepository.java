package io.braid.dataset;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Datasets in the database: names, and the content that each stands for. */
@Repository
class DatasetRepository {
  /** A dataset's row. */
  record Stored(String name, String contentSha256, int train, int test, String createdAt) {
    Instant created() {
      return Instant.parse(createdAt);
    }
  }

  private final JdbcClient jdbc;

  DatasetRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Stored> find(String name) {
    return jdbc.sql("SELECT * FROM dataset WHERE name = :name")
        .param("name", name)
        .query(DatasetRepository::stored)
        .optional();
  }

  /** Up to {@code limit} datasets whose names come after {@code after}, by name. */
  List<Stored> list(String after, int limit) {
    return jdbc.sql("SELECT * FROM dataset WHERE name > :after ORDER BY name LIMIT :limit")
        .param("after", after)
        .param("limit", limit)
        .query(DatasetRepository::stored)
        .list();
  }

  void put(Stored dataset) {
    jdbc.sql(
            """
            INSERT INTO dataset (name, content_sha256, train, test, created_at)
            VALUES (:name, :content, :train, :test, :now)
            ON CONFLICT (name) DO UPDATE SET content_sha256 = excluded.content_sha256,
              train = excluded.train, test = excluded.test, created_at = excluded.created_at
            """)
        .param("name", dataset.name())
        .param("content", dataset.contentSha256())
        .param("train", dataset.train())
        .param("test", dataset.test())
        .param("now", dataset.createdAt())
        .update();
  }

  boolean delete(String name) {
    return jdbc.sql("DELETE FROM dataset WHERE name = :name").param("name", name).update() == 1;
  }

  private static Stored stored(ResultSet row, int number) throws SQLException {
    return new Stored(
        row.getString("name"),
        row.getString("content_sha256"),
        row.getInt("train"),
        row.getInt("test"),
        row.getString("created_at"));
  }

  /** Content of all datasets. */
  Set<String> contents() {
    return jdbc.sql("SELECT content_sha256 FROM dataset")
        .query((row, _) -> row.getString("content_sha256"))
        .set();
  }
}
