package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Gains;
import io.braid.calibration.Reliability;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The calibration of a collection.
 *
 * @param version grows with each fit of the collection
 * @param generation whose embeddings it was fitted on
 * @param sequence number of the collection's last change then
 * @param items items of the collection then
 * @param samples how many of them it was fitted on
 * @param forms which modalities of the fusion items have, the most common first
 * @param trial on samples that took no part; empty where no matches could be seen
 */
record FittedCalibration(
    int version,
    GenerationId generation,
    long sequence,
    long items,
    int samples,
    List<Form> forms,
    Calibration calibration,
    Optional<Trial> trial,
    Instant fittedAt) {
  FittedCalibration {
    forms = List.copyOf(forms);
  }

  /**
   * What came of trials with known answers.
   *
   * @param reliability how confidences came true
   * @param gains what modalities added
   */
  record Trial(Reliability reliability, Gains gains) {
    Trial {
      Objects.requireNonNull(reliability);
      Objects.requireNonNull(gains);
    }
  }

  /**
   * Items that have the same modalities.
   *
   * @param modalities in schema order; none where they are not known
   */
  record Form(List<String> modalities, long items) {
    Form {
      modalities = List.copyOf(modalities);
      if (items < 0) {
        throw new IllegalArgumentException("%d items, expected 0 or more".formatted(items));
      }
    }
  }
}
