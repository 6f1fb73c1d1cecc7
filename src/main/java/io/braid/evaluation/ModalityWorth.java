package io.braid.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a modality adds to a query: over every subset without it, how much more often the sample's
 * own fusion is among the {@code k} nearest once it is there too. The same samples are compared,
 * those that have all of the larger subset and something beside it: a query of all that a sample
 * has is what it looks for.
 */
final class ModalityWorth {
  private static final int RESAMPLES = 1000;

  /** Of the bootstrap's results, how many lie below the interval, and how many above. */
  private static final double TAIL = 0.025;

  /** By sample, bits of the modalities that it has. */
  private final int[] present;

  /** By subset, bits by modality: rank of each sample's own fusion, -1 where it lacks some. */
  private final Map<Integer, int[]> ranks = new LinkedHashMap<>();

  ModalityWorth(int[] present) {
    this.present = present.clone();
  }

  /**
   * @param subset bits by modality
   * @param ofSamples rank of each sample's own fusion, from 0; -1 where it lacks some of these
   */
  void add(int subset, int[] ofSamples) {
    ranks.put(subset, ofSamples);
  }

  /** Ranks of a subset without a modality, and of one with it, for samples that have more. */
  private record Pair(int[] without, int[] with, boolean[] isCompared) {
    /** Adds up hits of the samples, each as often as it was drawn: without, with, all. */
    void count(int[] times, int k, double[] sums) {
      for (int i = 0; i < times.length; i++) {
        if (isCompared[i]) {
          sums[0] += without[i] < k ? times[i] : 0;
          sums[1] += with[i] < k ? times[i] : 0;
          sums[2] += times[i];
        }
      }
    }
  }

  /**
   * Recall without and with a modality, the mean over pairs of subsets, and the gain with its 95 %
   * interval by bootstrap over samples; empty where no sample has it, another one and a third.
   *
   * @param modality its bit's place
   */
  Map<String, Object> of(int modality, int k, long seed) {
    var pairs = new ArrayList<Pair>();
    ranks.forEach((subset, without) -> {
      int[] with = ranks.get(subset | 1 << modality);
      if ((subset >> modality & 1) == 0 && with != null) {
        pairs.add(new Pair(without, with, beyond(subset | 1 << modality)));
      }
    });
    var once = new int[present.length];
    Arrays.fill(once, 1);
    double[] recall = recall(pairs, once, k);
    if (Double.isNaN(recall[0])) {
      return Map.of();
    }
    double[] interval = interval(pairs, k, seed);
    var worth = new LinkedHashMap<String, Object>();
    worth.put("without", recall[0]);
    worth.put("with", recall[1]);
    worth.put("gain", recall[1] - recall[0]);
    worth.put("low", interval[0]);
    worth.put("high", interval[1]);
    return worth;
  }

  /** Samples that have all of a subset and something beside it. */
  private boolean[] beyond(int subset) {
    var beyond = new boolean[present.length];
    for (int i = 0; i < beyond.length; i++) {
      beyond[i] = (present[i] & subset) == subset && present[i] != subset;
    }
    return beyond;
  }

  /** Without and with the modality; NaN where nothing was drawn. */
  private static double[] recall(List<Pair> pairs, int[] times, int k) {
    double without = 0;
    double with = 0;
    int counted = 0;
    for (Pair pair : pairs) {
      var sums = new double[3];
      pair.count(times, k, sums);
      if (sums[2] > 0) {
        without += sums[0] / sums[2];
        with += sums[1] / sums[2];
        counted++;
      }
    }
    return new double[] {without / counted, with / counted};
  }

  private double[] interval(List<Pair> pairs, int k, long seed) {
    var random = new SplittableRandom(seed);
    var gains = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      var times = new int[present.length];
      for (int i = 0; i < present.length; i++) {
        times[random.nextInt(present.length)]++;
      }
      double[] recall = recall(pairs, times, k);
      gains[r] = recall[1] - recall[0];
    }
    double[] sorted = Arrays.stream(gains).filter(Double::isFinite).sorted().toArray();
    int tail = (int) (TAIL * sorted.length);
    return new double[] {sorted[tail], sorted[sorted.length - 1 - tail]};
  }
}
