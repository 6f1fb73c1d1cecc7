package io.braid.job;

import io.braid.training.TrainingSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Jobs and sweeps in the database. */
@Repository
class JobRepository {
  static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Parameters of a statement, of which a database takes only so many. */
  private static final int AT_ONCE = 500;

  private final JdbcClient jdbc;

  JobRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A number that no job had before, given within a transaction. */
  long nextNumber(String table) {
    return jdbc.sql("SELECT COALESCE(MAX(number), 0) + 1 FROM " + table).query(Long.class).single();
  }

  void insert(Job job) {
    jdbc.sql(
            """
            INSERT INTO job (number, id, spec, model, dataset, content_sha256, state, is_told, slots,
              attempts, failures, created_at, queued_at, metrics, progress, sweep, cell)
            VALUES (:number, :id, :spec, :model, :dataset, :content, :state, 0, :slots,
              :attempts, :failures, :created, :queued, :metrics, :progress, :sweep, :cell)
            """)
        .param("number", job.number())
        .param("id", job.id())
        .param("spec", JSON.writeValueAsString(job.spec()))
        .param("model", job.spec().model())
        .param("dataset", job.spec().dataset())
        .param("content", job.content())
        .param("state", job.state().toString())
        .param("slots", JSON.writeValueAsString(job.slots()))
        .param("attempts", job.attempts())
        .param("failures", job.failures())
        .param("created", job.createdAt().toString())
        .param("queued", job.queuedAt().toString())
        .param("metrics", JSON.writeValueAsString(job.metrics()))
        .param("progress", JSON.writeValueAsString(job.progress()))
        .param("sweep", job.sweep().orElse(null))
        .param("cell", JSON.writeValueAsString(job.cell()))
        .update();
  }

  /**
   * @param isTold whether its events say what is written here of its state
   */
  void update(Job job, boolean isTold) {
    jdbc.sql(
            """
            UPDATE job SET state = :state, is_told = :told, slots = :slots,
              attempts = :attempts, failures = :failures, queued_at = :queued,
              started_at = :started, ended_at = :ended, cancel_at = :cancel, failure = :failure,
              version = :version, metrics = :metrics, progress = :progress
            WHERE number = :number
            """)
        .param("number", job.number())
        .param("state", job.state().toString())
        .param("told", isTold ? 1 : 0)
        .param("slots", JSON.writeValueAsString(job.slots()))
        .param("attempts", job.attempts())
        .param("failures", job.failures())
        .param("queued", job.queuedAt().toString())
        .param("started", text(job.startedAt()))
        .param("ended", text(job.endedAt()))
        .param("cancel", text(job.cancelAt()))
        .param("failure", job.failure().orElse(null))
        .param("version", job.version().orElse(null))
        .param("metrics", JSON.writeValueAsString(job.metrics()))
        .param("progress", JSON.writeValueAsString(job.progress()))
        .update();
  }

  /** Notes that a job's events say how it stands. */
  void told(Job job) {
    jdbc.sql("UPDATE job SET is_told = 1 WHERE number = :number")
        .param("number", job.number())
        .update();
  }

  /** Jobs whose events may not yet say how they stand, since a crash came between. */
  List<Job> untold() {
    return jdbc.sql("SELECT * FROM job WHERE is_told = 0 ORDER BY number").query(this::job).list();
  }

  private static @Nullable String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }

  /** By its id; {@code latest} stands for the newest one. */
  Optional<Job> find(String id) {
    return id.equals("latest")
        ? jdbc.sql("SELECT * FROM job ORDER BY number DESC LIMIT 1").query(this::job).optional()
        : jdbc.sql("SELECT * FROM job WHERE id = :id").param("id", id).query(this::job).optional();
  }

  /** Newest first, those with a number below {@code below}, of one state or model if given. */
  List<Job> list(Optional<JobState> state, Optional<String> model, long below, int limit) {
    return jdbc.sql(
            """
            SELECT * FROM job WHERE number < :below
              AND (:any_state OR state = :state)
              AND (:any_model OR model = :model)
            ORDER BY number DESC LIMIT :limit
            """)
        .param("below", below)
        .param("any_state", state.isEmpty())
        .param("state", state.map(JobState::toString).orElse(""))
        .param("any_model", model.isEmpty())
        .param("model", model.orElse(""))
        .param("limit", limit)
        .query(this::job)
        .list();
  }

  List<Job> ofState(JobState state) {
    return jdbc.sql("SELECT * FROM job WHERE state = :state ORDER BY number")
        .param("state", state.toString())
        .query(this::job)
        .list();
  }

  List<Job> ofSweep(String sweep) {
    return jdbc.sql("SELECT * FROM job WHERE sweep = :sweep ORDER BY number")
        .param("sweep", sweep)
        .query(this::job)
        .list();
  }

  /** When a job ended. */
  record Ended(String id, Instant at) {}

  /** Those of the jobs with these ids that have ended. */
  List<Ended> ended(List<String> ids) {
    var ended = new ArrayList<Ended>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      ended.addAll(
          jdbc.sql(
                  """
                  SELECT id, ended_at FROM job
                  WHERE id IN (:ids) AND state IN ('succeeded', 'failed', 'cancelled')
                  """)
              .param("ids", ids.subList(from, Math.min(from + AT_ONCE, ids.size())))
              .query((row, _) -> new Ended(row.getString(1), Instant.parse(row.getString(2))))
              .list());
    }
    return ended;
  }

  boolean usesDataset(String dataset) {
    return jdbc.sql(
                """
                SELECT count(*) FROM job
                WHERE dataset = :dataset AND state IN ('queued', 'running')
                """)
            .param("dataset", dataset)
            .query(Long.class)
            .single()
        > 0;
  }

  /** A sweep's request as it was sent. */
  record StoredSweep(String id, String request, Instant createdAt) {}

  void insert(long number, StoredSweep sweep) {
    jdbc.sql(
            """
            INSERT INTO sweep (number, id, request, created_at)
            VALUES (:number, :id, :request, :now)
            """)
        .param("number", number)
        .param("id", sweep.id())
        .param("request", sweep.request())
        .param("now", sweep.createdAt().toString())
        .update();
  }

  /** By its id; {@code latest} stands for the newest one. */
  Optional<StoredSweep> findSweep(String id) {
    String where = id.equals("latest") ? "ORDER BY number DESC LIMIT 1" : "WHERE id = :id";
    return jdbc.sql("SELECT * FROM sweep " + where)
        .params(id.equals("latest") ? Map.of() : Map.of("id", id))
        .query((row, _) ->
            new StoredSweep(
                row.getString("id"),
                row.getString("request"),
                Instant.parse(row.getString("created_at"))))
        .optional();
  }

  private Job job(ResultSet row, int number) throws SQLException {
    int version = row.getInt("version");
    boolean hasVersion = !row.wasNull();
    return new Job(
        row.getLong("number"),
        row.getString("id"),
        JSON.readValue(row.getString("spec"), TrainingSpec.class),
        row.getString("content_sha256"),
        JobState.valueOf(row.getString("state").toUpperCase(java.util.Locale.ROOT)),
        JSON.readValue(row.getString("slots"), new TypeReference<List<String>>() {}),
        row.getInt("attempts"),
        row.getInt("failures"),
        Instant.parse(row.getString("created_at")),
        Instant.parse(row.getString("queued_at")),
        time(row, "started_at"),
        time(row, "ended_at"),
        time(row, "cancel_at"),
        Optional.ofNullable(row.getString("failure")),
        hasVersion ? Optional.of(version) : Optional.empty(),
        object(row.getString("metrics")),
        object(row.getString("progress")),
        Optional.ofNullable(row.getString("sweep")),
        object(row.getString("cell")));
  }

  private static Map<String, Object> object(String json) {
    return JSON.readValue(json, new TypeReference<>() {});
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).map(Instant::parse);
  }
}
