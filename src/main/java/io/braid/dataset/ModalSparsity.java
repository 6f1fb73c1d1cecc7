package io.braid.dataset;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Which modalities each sample keeps where some are dropped on purpose, before anything is learnt:
 * each of each sample independently. Source: mca-paper 1883ef8, the datasets' {@code
 * modality_dropout}.
 */
public final class ModalSparsity {
  private ModalSparsity() {}

  /**
   * Bits of the modalities that each sample has and keeps; 0 where it lost everything. What is
   * drawn for one modality of one sample depends on nothing but the seed and its place.
   *
   * @param sparsity probability of a drop, in [0, 1)
   */
  public static long[] draw(StoredDataset dataset, double sparsity, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var kept = new long[dataset.size()];
    for (int sample = 0; sample < kept.length; sample++) {
      for (int m = 0; m < dataset.schema().size(); m++) {
        boolean isDropped = random.nextDouble() < sparsity;
        if (!isDropped && dataset.isPresent(sample, m)) {
          kept[sample] |= 1L << m;
        }
      }
    }
    return kept;
  }
}
