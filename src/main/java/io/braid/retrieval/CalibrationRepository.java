package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.ScoreCounts;
import io.braid.retrieval.FittedCalibration.Form;
import io.braid.retrieval.FittedCalibration.Trial;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Calibrations in the database. */
@Repository
class CalibrationRepository {
  private final JdbcClient jdbc;

  CalibrationRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Takes the place of what was there of the collection. */
  void put(FittedCalibration fitted) {
    jdbc.sql(
            """
            INSERT INTO calibration (collection, version, generation, sequence, items, samples,
              forms, counts, trial, fitted_at)
            VALUES (:collection, :version, :generation, :sequence, :items, :samples,
              :forms, :counts, :trial, :fitted)
            ON CONFLICT (collection) DO UPDATE SET version = excluded.version,
              generation = excluded.generation, sequence = excluded.sequence,
              items = excluded.items, samples = excluded.samples, forms = excluded.forms,
              counts = excluded.counts, trial = excluded.trial,
              fitted_at = excluded.fitted_at
            """)
        .param("collection", fitted.generation().collection())
        .param("version", fitted.version())
        .param("generation", fitted.generation().number())
        .param("sequence", fitted.sequence())
        .param("items", fitted.items())
        .param("samples", fitted.samples())
        .param("forms", Json.MAPPER.writeValueAsString(fitted.forms()))
        .param("counts", Json.MAPPER.writeValueAsString(fitted.calibration().counts()))
        .param("trial", Json.MAPPER.writeValueAsString(fitted.trial().orElse(null)))
        .param("fitted", fitted.fittedAt().toString())
        .update();
  }

  Optional<FittedCalibration> find(long collection) {
    return jdbc.sql("SELECT * FROM calibration WHERE collection = :collection")
        .param("collection", collection)
        .query(CalibrationRepository::fitted)
        .optional();
  }

  private static FittedCalibration fitted(ResultSet row, int number) throws SQLException {
    return new FittedCalibration(
        row.getInt("version"),
        new GenerationId(row.getLong("collection"), row.getInt("generation")),
        row.getLong("sequence"),
        row.getLong("items"),
        row.getInt("samples"),
        Json.MAPPER.readValue(row.getString("forms"), new TypeReference<List<Form>>() {}),
        new Calibration(Json.MAPPER.readValue(row.getString("counts"), ScoreCounts.class)),
        Optional.ofNullable(Json.MAPPER.readValue(row.getString("trial"), Trial.class)),
        Instant.parse(row.getString("fitted_at")));
  }
}
