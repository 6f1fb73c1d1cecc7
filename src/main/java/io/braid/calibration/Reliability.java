package io.braid.calibration;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether probabilities that were told came true: of all hits that were told about c, about a part
 * c should have been matches.
 *
 * @param bins tenths of the probability, without those that have no hit
 * @param error expected calibration error: the mean distance of what was told and what was seen,
 *     weighted by hits. Source: Naeini et al., "Obtaining Well Calibrated Probabilities Using
 *     Bayesian Binning" (2015)
 */
public record Reliability(List<Bin> bins, double error) {
  private static final int BINS = 10;

  private static final double ROUNDING = 1e-6;

  public Reliability {
    bins = List.copyOf(bins);
    if (bins.size() > BINS) {
      throw new IllegalArgumentException("%d bins, at most %d".formatted(bins.size(), BINS));
    }
    requireProbability("error", error);
  }

  /**
   * Hits that were told about the same probability.
   *
   * @param told mean of what was told
   * @param seen part of them that were matches
   */
  public record Bin(long hits, double told, double seen) {
    public Bin {
      if (hits < 1) {
        throw new IllegalArgumentException("%d hits, expected 1 or more".formatted(hits));
      }
      requireProbability("told", told);
      requireProbability("seen", seen);
    }
  }

  private static void requireProbability(String name, double number) {
    if (!(number >= 0 && number <= 1 + ROUNDING)) {
      throw new IllegalArgumentException("%s is %s, expected 0 to 1".formatted(name, number));
    }
  }

  /** Collects hits. */
  public static final class Sample {
    private final long[] hits = new long[BINS];
    private final long[] matches = new long[BINS];
    private final double[] told = new double[BINS];

    /**
     * @param confidence 0 to 1
     */
    public void add(double confidence, boolean isMatch) {
      int bin = Math.clamp((long) (confidence * BINS), 0, BINS - 1);
      hits[bin]++;
      told[bin] += confidence;
      matches[bin] += isMatch ? 1 : 0;
    }

    /** What came of it so far. */
    public Reliability measure() {
      var bins = new ArrayList<Bin>();
      long all = 0;
      double error = 0;
      for (int i = 0; i < BINS; i++) {
        if (hits[i] > 0) {
          bins.add(new Bin(hits[i], told[i] / hits[i], (double) matches[i] / hits[i]));
          error += Math.abs(told[i] - matches[i]);
          all += hits[i];
        }
      }
      return new Reliability(bins, all == 0 ? 0 : error / all);
    }
  }
}
