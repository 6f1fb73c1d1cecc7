package io.braid.dataset;

import io.braid.modality.IntVector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Which samples are trained on and which are tested on, ascending.
 *
 * @param train samples of a dataset by their index
 */
public record Split(IntVector train, IntVector test) {
  /** The test fraction where nothing else is said, as in the paper. */
  public static final double TEST_FRACTION = 0.15;

  /**
   * The split that the dataset's labels give; else one drawn, so that each class of the first
   * classification keeps its share. The same seed gives the same split.
   *
   * @param testFraction in (0, 1)
   */
  public static Split of(StoredDataset dataset, double testFraction, long seed) {
    return dataset.split().orElseGet(() -> draw(dataset, testFraction, seed));
  }

  private static Split draw(StoredDataset dataset, double testFraction, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var train = new ArrayList<Integer>();
    var test = new ArrayList<Integer>();
    double owed = 0; // test samples that rounding kept from the classes before
    for (List<Integer> samples : strata(dataset).values()) {
      Collections.shuffle(samples, Random.from(random));
      double share = samples.size() * testFraction + owed;
      int number = (int) Math.clamp(Math.round(share), 0, samples.size());
      owed = share - number;
      test.addAll(samples.subList(0, number));
      train.addAll(samples.subList(number, samples.size()));
    }
    return new Split(ascending(train), ascending(test));
  }

  /** Samples by class; those without one together. */
  private static TreeMap<Integer, List<Integer>> strata(StoredDataset dataset) {
    var strata = new TreeMap<Integer, List<Integer>>();
    String label =
        dataset.labels().stream()
            .filter(one -> one.kind() == DatasetLabel.Kind.CLASSIFICATION)
            .map(DatasetLabel::name)
            .findFirst()
            .orElse("");
    for (int sample = 0; sample < dataset.size(); sample++) {
      int stratum = label.isEmpty() ? -1 : dataset.classOf(sample, label).orElse(-1);
      strata.computeIfAbsent(stratum, _ -> new ArrayList<>()).add(sample);
    }
    return strata;
  }

  private static IntVector ascending(List<Integer> samples) {
    return IntVector.of(samples.stream().mapToInt(Integer::intValue).sorted().toArray());
  }
}
