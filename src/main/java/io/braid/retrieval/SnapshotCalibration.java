package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Gains;
import io.braid.calibration.ScoreCounts;
import io.braid.encoder.EncoderConfig;
import io.braid.problem.Fault;
import io.braid.retrieval.FittedCalibration.Form;
import io.braid.retrieval.FittedCalibration.Trial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A calibration in a snapshot.
 *
 * @param changes items that came or changed since it was fitted; those that went are told by {@code
 *     items}
 * @param forms the most common ones
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

  private static final long MAX_ITEMS = 1_000_000_000_000L;

  /** Far more than searches look at. */
  private static final int MAX_FORMS = 1000;

  /** As many as are drawn. */
  private static final int MAX_PAIRS = KnownPairs.MAX_SUBSETS * KnownPairs.MAX_SUBSETS;

  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  SnapshotCalibration {
    forms = List.copyOf(forms);
    Objects.requireNonNull(counts, "counts are missing");
    if (version < 1 || version > MAX_VERSION || samples < 0) {
      throw new IllegalArgumentException("version or samples are out of range");
    }
    if (changes < 0 || items < 0 || items > MAX_ITEMS) {
      throw new IllegalArgumentException("changes or items are out of range");
    }
    if (Instant.parse(fittedAt).isAfter(LATEST)) {
      throw new IllegalArgumentException("fitted_at is out of range");
    }
  }

  /**
   * As a snapshot holds it.
   *
   * @param changed items that came or changed since it was fitted
   */
  static SnapshotCalibration of(FittedCalibration fitted, long changed) {
    return new SnapshotCalibration(
        fitted.version(),
        changed,
        fitted.items(),
        fitted.samples(),
        fitted.forms().subList(0, Math.min(fitted.forms().size(), MAX_FORMS)),
        fitted.calibration().counts(),
        fitted.trial().orElse(null),
        fitted.fittedAt().toString());
  }

  /** What is wrong with it for a model. */
  List<Fault> faults(EncoderConfig encoder) {
    var faults = new ArrayList<Fault>();
    if (forms.size() > MAX_FORMS) {
      faults.add(new Fault("/forms", forms.size() + ", at most " + MAX_FORMS));
    }
    if (counts.pairs().size() > MAX_PAIRS) {
      faults.add(new Fault("/counts/pairs", counts.pairs().size() + ", at most " + MAX_PAIRS));
    }
    if (!faults.isEmpty()) {
      return faults;
    }
    var seen = new HashSet<Object>();
    for (int i = 0; i < forms.size(); i++) {
      String at = "/forms/" + i;
      check(forms.get(i).modalities(), encoder, at + "/modalities", faults);
      if (!seen.add(forms.get(i).modalities())) {
        faults.add(new Fault(at + "/modalities", "is there twice"));
      }
      if (forms.get(i).items() > MAX_ITEMS) {
        faults.add(new Fault(at + "/items", "more than " + MAX_ITEMS));
      }
    }
    for (int i = 0; i < counts.pairs().size(); i++) {
      ScoreCounts.OfPair of = counts.pairs().get(i);
      String at = "/counts/pairs/" + i;
      check(of.pair().query(), encoder, at + "/pair/query", faults);
      check(of.pair().item(), encoder, at + "/pair/item", faults);
      if (!seen.add(of.pair())) {
        faults.add(new Fault(at + "/pair", "is there twice"));
      }
    }
    List<Gains.Trials> trials = trial == null ? List.of() : trial.gains().trials();
    for (int i = 0; i < trials.size(); i++) {
      String at = "/trial/gains/trials/" + i;
      check(trials.get(i).query(), encoder, at + "/query", faults);
      check(List.of(trials.get(i).added()), encoder, at + "/added", faults);
      if (!seen.add(Map.entry(trials.get(i).query(), trials.get(i).added()))) {
        faults.add(new Fault(at, "is there twice"));
      }
    }
    return faults;
  }

  private static void check(
      List<String> modalities, EncoderConfig encoder, String at, List<Fault> faults) {
    if (!encoder.fused(modalities).equals(modalities)) {
      faults.add(new Fault(at, "expected some of %s, in this order".formatted(encoder.fused())));
    }
  }

  /** The same of a collection that it is restored to. */
  FittedCalibration restoredTo(StoredCollection restored) {
    return new FittedCalibration(
        version,
        restored.searched(),
        restored.sequence() - Math.min(changes, restored.sequence()), // so many items come after it
        items,
        samples,
        forms,
        new Calibration(counts),
        Optional.ofNullable(trial),
        Instant.parse(fittedAt));
  }
}
