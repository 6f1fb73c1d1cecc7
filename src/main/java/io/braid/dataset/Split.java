package io.braid.dataset;

import io.braid.modality.IntVector;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Which samples are trained on and which are tested on, ascending.
 *
 * @param train samples of a dataset by their index
 */
public record Split(IntVector train, IntVector test) {
  /** The test fraction where nothing else is said, as in the paper. */
  public static final double TEST_FRACTION = 0.15;

  /** The seed where nothing else is said. */
  public static final long SEED = 43;

  /**
   * The split that the dataset's labels give; else one drawn, so that each class of the first
   * classification keeps its share, and neither part is empty where there are two samples. The same
   * seed gives the same split.
   *
   * @param testFraction in (0, 1)
   */
  public static Split of(StoredDataset dataset, double testFraction, long seed) {
    return dataset.split().orElseGet(() -> draw(dataset, testFraction, seed));
  }

  private static Split draw(StoredDataset dataset, double testFraction, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var isTest = new boolean[dataset.size()];
    int numTest = 0;
    double owed = 0; // test samples that rounding kept from the classes before
    for (int[] samples : strata(dataset)) {
      shuffle(samples, random);
      double share = samples.length * testFraction + owed;
      int number = (int) Math.clamp(Math.round(share), 0, samples.length);
      owed = share - number;
      for (int i = 0; i < number; i++) {
        isTest[samples[i]] = true;
      }
      numTest += number;
    }
    boolean isOneSided = numTest == 0 || numTest == isTest.length;
    if (isOneSided && isTest.length > 1) { // so few that rounding left a part empty
      int other = random.nextInt(isTest.length);
      isTest[other] = !isTest[other];
    }
    return new Split(samples(isTest, false), samples(isTest, true));
  }

  private static void shuffle(int[] samples, RandomGenerator random) {
    for (int i = samples.length; i > 1; i--) {
      int other = random.nextInt(i);
      int sample = samples[i - 1];
      samples[i - 1] = samples[other];
      samples[other] = sample;
    }
  }

  /** Samples of each class, ascending; before them those without one. */
  private static List<int[]> strata(StoredDataset dataset) {
    Optional<DatasetLabel> label =
        dataset.labels().stream()
            .filter(one -> one.kind() == DatasetLabel.Kind.CLASSIFICATION)
            .findFirst();
    if (label.isEmpty()) {
      return List.of(IntStream.range(0, dataset.size()).toArray());
    }
    var stratum = new int[dataset.size()];
    var sizes = new int[label.get().classes().size() + 1];
    for (int sample = 0; sample < stratum.length; sample++) {
      stratum[sample] = dataset.classOf(sample, label.get().name()).orElse(-1) + 1;
      sizes[stratum[sample]]++;
    }
    List<int[]> strata = Arrays.stream(sizes).mapToObj(int[]::new).toList();
    for (int sample = stratum.length - 1; sample >= 0; sample--) {
      strata.get(stratum[sample])[--sizes[stratum[sample]]] = sample;
    }
    return strata;
  }

  private static IntVector samples(boolean[] isTest, boolean wanted) {
    return IntVector.of(
        IntStream.range(0, isTest.length).filter(sample -> isTest[sample] == wanted).toArray());
  }
}
