package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.ScoreCounts;
import io.braid.retrieval.FittedCalibration.Form;
import io.braid.retrieval.FittedCalibration.Trial;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A calibration in a snapshot.
 *
 * @param changes of the collection since it was fitted
 */
@JsonNaming(SnakeCaseStrategy.class)
record SnapshotCalibration(
    int version,
    long changes,
    long items,
    int samples,
    List<Form> forms,
    ScoreCounts counts,
    @Nullable Trial trial,
    String fittedAt) {
  /** Fits can be counted on from here for ever; a snapshot may be made up. */
  private static final int MAX_VERSION = 1_000_000_000;

  SnapshotCalibration {
    forms = List.copyOf(forms);
    if (version < 1 || version > MAX_VERSION || changes < 0 || items < 0) {
      throw new IllegalArgumentException("version, changes or items are out of range");
    }
  }

  static SnapshotCalibration of(FittedCalibration fitted, StoredCollection collection) {
    return new SnapshotCalibration(
        fitted.version(),
        collection.sequence() - fitted.sequence(),
        fitted.items(),
        fitted.samples(),
        fitted.forms(),
        fitted.calibration().counts(),
        fitted.trial().orElse(null),
        fitted.fittedAt().toString());
  }

  /** The same of a collection that it is restored to. */
  FittedCalibration restoredTo(StoredCollection restored) {
    return new FittedCalibration(
        version,
        restored.searched(),
        restored.sequence() - changes,
        items,
        samples,
        forms,
        new Calibration(counts),
        Optional.ofNullable(trial),
        Instant.parse(fittedAt));
  }
}
