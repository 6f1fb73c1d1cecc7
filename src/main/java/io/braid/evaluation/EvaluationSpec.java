package io.braid.evaluation;

import io.braid.training.Gate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is measured.
 *
 * @param version of the model
 * @param testFraction part of the samples that is the test split where the dataset gives none
 * @param modalSparsity probability that a modality of a sample is dropped before
 * @param splitSeed of the split, where the dataset gives none
 * @param seed of what is dropped and of intervals
 * @param classification labels that are probed, by the dataset's names
 * @param regression the same, of numbers
 * @param subsets whether every subset of modalities is measured too
 * @param gate what makes the version the default
 */
record EvaluationSpec(
    String model,
    int version,
    String dataset,
    Part split,
    double testFraction,
    long splitSeed,
    double modalSparsity,
    long seed,
    List<String> classification,
    List<String> regression,
    boolean subsets,
    Optional<Gate> gate) {
  /** Which samples are queries and candidates. */
  enum Part {
    TEST,
    TRAIN,
    ALL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Modalities of which every subset can be measured: 255 subsets. */
  static final int MAX_SUBSET_MODALITIES = 8;

  EvaluationSpec {
    classification = List.copyOf(classification);
    regression = List.copyOf(regression);
  }

  boolean hasProbes() {
    return !classification.isEmpty() || !regression.isEmpty();
  }
}
