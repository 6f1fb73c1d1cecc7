package io.braid.evaluation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Evaluations in the database. */
@Repository
class EvaluationRepository {
  static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final JdbcClient jdbc;

  EvaluationRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A number that none had before, given within a transaction. */
  long nextNumber() {
    return jdbc.sql("SELECT COALESCE(MAX(number), 0) + 1 FROM evaluation")
        .query(Long.class)
        .single();
  }

  void insert(Evaluation evaluation) {
    jdbc.sql(
            """
            INSERT INTO evaluation (number, id, spec, model, version, dataset, content_sha256,
              job, state, metrics, created_at)
            VALUES (:number, :id, :spec, :model, :version, :dataset, :content,
              :job, :state, :metrics, :created)
            """)
        .param("number", evaluation.number())
        .param("id", evaluation.id())
        .param("spec", JSON.writeValueAsString(evaluation.spec()))
        .param("model", evaluation.spec().model())
        .param("version", evaluation.spec().version())
        .param("dataset", evaluation.spec().dataset())
        .param("content", evaluation.content())
        .param("job", evaluation.job().orElse(null))
        .param("state", evaluation.state().toString())
        .param("metrics", JSON.writeValueAsString(evaluation.metrics()))
        .param("created", evaluation.createdAt().toString())
        .update();
  }

  /** Changes one that is in the state that it is thought to be in; whether it was. */
  boolean update(Evaluation evaluation, Evaluation.State before) {
    return jdbc.sql(
                """
                UPDATE evaluation SET state = :state, failure = :failure, metrics = :metrics,
                  started_at = :started, ended_at = :ended
                WHERE number = :number AND state = :before
                """)
            .param("state", evaluation.state().toString())
            .param("failure", evaluation.failure().orElse(null))
            .param("metrics", JSON.writeValueAsString(evaluation.metrics()))
            .param("started", evaluation.startedAt().map(Instant::toString).orElse(null))
            .param("ended", evaluation.endedAt().map(Instant::toString).orElse(null))
            .param("number", evaluation.number())
            .param("before", before.toString())
            .update()
        == 1;
  }

  /** By its id; {@code latest} stands for the newest one. */
  Optional<Evaluation> find(String id) {
    return id.equals("latest")
        ? jdbc.sql("SELECT * FROM evaluation ORDER BY number DESC LIMIT 1")
            .query(EvaluationRepository::evaluation)
            .optional()
        : jdbc.sql("SELECT * FROM evaluation WHERE id = :id")
            .param("id", id)
            .query(EvaluationRepository::evaluation)
            .optional();
  }

  /** Those before a number, the newest first, of one model or job if given. */
  List<Evaluation> list(Optional<String> model, Optional<String> job, long before, int limit) {
    return jdbc.sql(
            """
            SELECT * FROM evaluation WHERE number < :before
              AND (:any_model OR model = :model) AND (:any_job OR job = :job)
            ORDER BY number DESC LIMIT :limit
            """)
        .param("before", before)
        .param("any_model", model.isEmpty())
        .param("model", model.orElse(""))
        .param("any_job", job.isEmpty())
        .param("job", job.orElse(""))
        .param("limit", limit)
        .query(EvaluationRepository::evaluation)
        .list();
  }

  /** What is to be worked at next: what a stop cut off, then the oldest that waits. */
  Optional<Evaluation> next() {
    return jdbc.sql(
            """
            SELECT * FROM evaluation WHERE state IN ('running', 'queued')
            ORDER BY state = 'queued', number LIMIT 1
            """)
        .query(EvaluationRepository::evaluation)
        .optional();
  }

  /** Jobs whose versions are measured, or will be. */
  Set<String> jobs() {
    return Set.copyOf(
        jdbc.sql("SELECT job FROM evaluation WHERE job IS NOT NULL").query(String.class).list());
  }

  Optional<Evaluation> ofJob(String job) {
    return jdbc.sql("SELECT * FROM evaluation WHERE job = :job")
        .param("job", job)
        .query(EvaluationRepository::evaluation)
        .optional();
  }

  boolean usesDataset(String dataset) {
    return isThere("dataset = :dataset", Map.of("dataset", dataset));
  }

  boolean usesVersion(String model, int version) {
    return isThere(
        "model = :model AND version = :version", Map.of("model", model, "version", version));
  }

  private boolean isThere(String which, Map<String, ?> parameters) {
    return jdbc.sql(
                "SELECT COUNT(*) FROM evaluation WHERE state IN ('queued', 'running') AND " + which)
            .params(parameters)
            .query(Long.class)
            .single()
        > 0;
  }

  private static Evaluation evaluation(ResultSet row, int number) throws SQLException {
    return new Evaluation(
        row.getLong("number"),
        row.getString("id"),
        JSON.readValue(row.getString("spec"), EvaluationSpec.class),
        row.getString("content_sha256"),
        Optional.ofNullable(row.getString("job")),
        Evaluation.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(row.getString("failure")),
        JSON.readValue(row.getString("metrics"), new TypeReference<Map<String, Object>>() {}),
        Instant.parse(row.getString("created_at")),
        Optional.ofNullable(row.getString("started_at")).map(Instant::parse),
        Optional.ofNullable(row.getString("ended_at")).map(Instant::parse));
  }
}
