/**
 * Collections: items stored with whatever modalities they have, and found again. The database is
 * the record; each collection's index ({@code io.braid.index}) is derived from it and follows it by
 * the numbers of its changes, so it can be lost, caught up and rebuilt.
 *
 * <p>A write: {@code ItemController} → {@code Items} → {@code OpenCollection} → {@code
 * CollectionRecord}, then the index. A search: {@code SearchController} → {@code SearchService} →
 * {@code LiveIndex}; one with confidence goes by {@code ConfidentSearch}, on what {@code
 * Calibrations} has or waits for: {@code CalibrationFit} → {@code KnownPairs}, then {@code
 * CalibrationTrial}, whose gains {@code ValueService} tells. A snapshot: {@code SnapshotController}
 * → {@code SnapshotService} → {@code SnapshotWriter}; back, {@code Restoring} → {@code
 * SnapshotReader}. A map: {@code MapController} → {@code ItemMap}.
 */
@ApplicationModule(
    allowedDependencies = {
      "config",
      "problem",
      "security",
      "server",
      "store",
      "modality",
      "torch",
      "encoder",
      "attribution",
      "device",
      "model",
      "embedding",
      "index",
      "calibration",
      "metrics",
      "figure",
      "dataset"
    })
@NullMarked
package io.braid.retrieval;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
