package io.braid.model;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Models and versions in the database. */
@Repository
class ModelRepository {
  private static final JsonMapper JSON = new JsonMapper();

  private final JdbcClient jdbc;

  ModelRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Up to {@code limit} models whose names come after {@code after}, by name. */
  List<Model> list(String after, int limit) {
    return jdbc.sql("SELECT * FROM model WHERE name > :after ORDER BY name LIMIT :limit")
        .param("after", after)
        .param("limit", limit)
        .query(ModelRepository::model)
        .list();
  }

  Optional<Model> find(String name) {
    return jdbc.sql("SELECT * FROM model WHERE name = :name")
        .param("name", name)
        .query(ModelRepository::model)
        .optional();
  }

  List<ModelVersion> versions(String model) {
    return jdbc.sql("SELECT * FROM model_version WHERE model = :model ORDER BY version")
        .param("model", model)
        .query(ModelRepository::version)
        .list();
  }

  Optional<ModelVersion> version(String model, int version) {
    return jdbc.sql("SELECT * FROM model_version WHERE model = :model AND version = :version")
        .param("model", model)
        .param("version", version)
        .query(ModelRepository::version)
        .optional();
  }

  /** The number of a new version of a model, which is made with that default where it is new. */
  int nextVersion(String model, Instant now) {
    return jdbc.sql(
            """
            INSERT INTO model (name, default_version, latest_version, created_at)
            VALUES (:name, 1, 1, :now)
            ON CONFLICT (name) DO UPDATE SET latest_version = model.latest_version + 1
            RETURNING latest_version
            """)
        .param("name", model)
        .param("now", now.toString())
        .query(Integer.class)
        .single();
  }

  void insert(ModelVersion version) {
    jdbc.sql(
            """
            INSERT INTO model_version
              (model, version, config, weights_sha256, parameters, metrics, lineage, created_at)
            VALUES (:model, :version, :config, :weights, :parameters, :metrics, :lineage, :now)
            """)
        .param("model", version.model())
        .param("version", version.version())
        .param("config", version.config().toJson())
        .param("weights", version.weightsSha256())
        .param("parameters", version.parameters())
        .param("metrics", JSON.writeValueAsString(version.metrics()))
        .param("lineage", JSON.writeValueAsString(version.lineage()))
        .param("now", version.createdAt().toString())
        .update();
  }

  /** Whether there is such a version; if so it is now the default. */
  boolean setDefault(String model, int version) {
    return jdbc.sql(
                """
                UPDATE model SET default_version = :version
                WHERE name = :model AND EXISTS
                  (SELECT 1 FROM model_version WHERE model = :model AND version = :version)
                """)
            .param("model", model)
            .param("version", version)
            .update()
        == 1;
  }

  /** Deletes a version, and the model where it was the last one. */
  void delete(String model, int version) {
    for (String sql :
        List.of(
            "DELETE FROM model_import WHERE model = :model AND version = :version",
            "DELETE FROM model_version WHERE model = :model AND version = :version",
            """
            DELETE FROM model WHERE name = :model
              AND NOT EXISTS (SELECT 1 FROM model_version WHERE model = :model)
            """)) {
      jdbc.sql(sql).param("model", model).param("version", version).update();
    }
  }

  /** Content of all weights that a version refers to. */
  Set<String> weights() {
    return jdbc.sql("SELECT DISTINCT weights_sha256 FROM model_version")
        .query((row, _) -> row.getString("weights_sha256"))
        .set();
  }

  boolean isReferenced(String weightsSha256) {
    return jdbc.sql("SELECT count(*) FROM model_version WHERE weights_sha256 = :weights")
            .param("weights", weightsSha256)
            .query(Long.class)
            .single()
        > 0;
  }

  /** What an Idempotency-Key was used for. */
  record Import(String bodySha256, int version) {}

  Optional<Import> findImport(String model, String key) {
    return jdbc.sql(
            """
            SELECT body_sha256, version FROM model_import
            WHERE model = :model AND idempotency_key = :key
            """)
        .param("model", model)
        .param("key", key)
        .query(Import.class)
        .optional();
  }

  void insertImport(String model, String key, Import done) {
    jdbc.sql(
            """
            INSERT INTO model_import (model, idempotency_key, body_sha256, version)
            VALUES (:model, :key, :body, :version)
            """)
        .param("model", model)
        .param("key", key)
        .param("body", done.bodySha256())
        .param("version", done.version())
        .update();
  }

  private static Model model(ResultSet row, int number) throws SQLException {
    return new Model(
        row.getString("name"),
        row.getInt("default_version"),
        Instant.parse(row.getString("created_at")));
  }

  private static ModelVersion version(ResultSet row, int number) throws SQLException {
    return new ModelVersion(
        row.getString("model"),
        row.getInt("version"),
        ModelConfigReader.stored(row.getString("config")),
        row.getString("weights_sha256"),
        row.getLong("parameters"),
        object(row.getString("metrics")),
        object(row.getString("lineage")),
        Instant.parse(row.getString("created_at")));
  }

  private static Map<String, Object> object(String json) {
    return JSON.readValue(json, new TypeReference<>() {});
  }
}
