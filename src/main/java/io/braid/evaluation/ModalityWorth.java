package io.braid.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What a modality adds to a query: over every subset without it, how a number that each query has
 * (whether it found its sample, whether a probe was right) changes in the mean once the modality is
 * there too. The same samples are compared: those that have both numbers.
 */
final class ModalityWorth {
  private static final int RESAMPLES = 1000;

  /** Of the bootstrap's results, how many lie below the interval, and how many above. */
  private static final double TAIL = 0.025;

  private final int samples;

  /** By name of a number and subset, bits by modality: the number of each sample. */
  private final Map<String, Map<Integer, double[]>> numbers = new LinkedHashMap<>();

  ModalityWorth(int samples) {
    this.samples = samples;
  }

  /**
   * @param subset bits by modality
   * @param ofSamples of each sample, NaN where it has none
   */
  void add(int subset, String number, double[] ofSamples) {
    numbers.computeIfAbsent(number, _ -> new LinkedHashMap<>()).put(subset, ofSamples);
  }

  /** Numbers of a subset without a modality, and of the same with it. */
  private record Pair(double[] without, double[] with) {
    boolean has(int sample) {
      return !Double.isNaN(without[sample] + with[sample]);
    }

    /** Adds up the samples' numbers, each as often as it was drawn: without, with, how many. */
    void add(int[] times, double[] sums) {
      for (int i = 0; i < times.length; i++) {
        if (has(i)) {
          sums[0] += times[i] * without[i];
          sums[1] += times[i] * with[i];
          sums[2] += times[i];
        }
      }
    }
  }

  /**
   * By name of a number: its mean without and with a modality, the mean over pairs of subsets, and
   * the gain with its 95 % interval by bootstrap over samples. None where no sample can be
   * compared.
   *
   * @param modality its bit's place
   * @param look called now and then
   */
  Map<String, Object> of(int modality, long seed, Runnable look) {
    var worth = new LinkedHashMap<String, Object>();
    numbers.forEach((number, bySubset) -> {
      List<Pair> pairs = pairs(modality, bySubset);
      var once = new int[samples];
      Arrays.fill(once, 1);
      double[] means = means(pairs, once);
      if (!Double.isNaN(means[0])) {
        double[] interval = interval(pairs, seed, look);
        var gain = new LinkedHashMap<String, Object>();
        gain.put("without", means[0]);
        gain.put("with", means[1]);
        gain.put("gain", means[1] - means[0]);
        gain.put("low", interval[0]);
        gain.put("high", interval[1]);
        gain.put("samples", compared(pairs));
        worth.put(number, gain);
      }
    });
    return worth;
  }

  /** How many samples have both numbers of some pair: of few, an interval says little. */
  private long compared(List<Pair> pairs) {
    return IntStream.range(0, samples)
        .filter(i -> pairs.stream().anyMatch(pair -> pair.has(i)))
        .count();
  }

  private List<Pair> pairs(int modality, Map<Integer, double[]> bySubset) {
    var pairs = new ArrayList<Pair>();
    bySubset.forEach((subset, without) -> {
      int larger = subset | 1 << modality;
      double[] with = bySubset.get(larger);
      if (subset != larger && with != null) {
        pairs.add(new Pair(without, with));
      }
    });
    return pairs;
  }

  /** Without and with the modality; NaN where nothing was drawn. */
  private static double[] means(List<Pair> pairs, int[] times) {
    double without = 0;
    double with = 0;
    int counted = 0;
    for (Pair pair : pairs) {
      var sums = new double[3];
      pair.add(times, sums);
      if (sums[2] > 0) {
        without += sums[0] / sums[2];
        with += sums[1] / sums[2];
        counted++;
      }
    }
    return new double[] {without / counted, with / counted};
  }

  private double[] interval(List<Pair> pairs, long seed, Runnable look) {
    var random = new SplittableRandom(seed);
    var gains = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      var times = new int[samples];
      for (int i = 0; i < samples; i++) {
        times[random.nextInt(samples)]++;
      }
      double[] means = means(pairs, times);
      gains[r] = means[1] - means[0];
      look.run();
    }
    double[] sorted = Arrays.stream(gains).filter(Double::isFinite).sorted().toArray();
    int tail = (int) (TAIL * sorted.length);
    return new double[] {sorted[tail], sorted[sorted.length - 1 - tail]};
  }
}
