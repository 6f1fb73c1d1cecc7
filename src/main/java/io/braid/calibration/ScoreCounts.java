package io.braid.calibration;

import java.util.List;

/**
 * Scores of matches and of others, counted by pair: all that a {@link Calibration} is made of.
 *
 * @param pairs what was counted of each pair that has others
 * @param all what was counted of all pairs of unequal subsets together
 * @param samples how many samples the matches are of
 * @param mean of the scores of others
 * @param deviation of the scores of others, above 0
 */
public record ScoreCounts(
    List<OfPair> pairs, OfPair all, int samples, double mean, double deviation) {
  /** Most bins of a pair. */
  private static final int MAX_BINS = 100;

  /**
   * @throws IllegalArgumentException where a number cannot be
   */
  public ScoreCounts {
    pairs = List.copyOf(pairs);
    if (samples < 0 || !Double.isFinite(mean) || !(deviation > 0 && deviation < 1e6)) {
      throw new IllegalArgumentException("samples, mean or deviation are out of range");
    }
  }

  /**
   * Counts of a pair, one a bin. Bins are told by how rare their scores are among others, so that
   * those with the same number say the same in every pair; see {@link ScoreSample}.
   *
   * @param edges between bins of scores, ascending; bin i has the scores from edge i-1 up to, but
   *     not with, edge i. The fewer others there are, the fewer edges
   * @param matches scores of a subset of a sample and the form in which the sample is stored
   * @param others scores of a subset of a sample and the stored form of another sample
   */
  public record OfPair(Pair pair, List<Double> edges, List<Integer> matches, List<Integer> others) {
    /**
     * @throws IllegalArgumentException where bins do not belong together
     */
    public OfPair {
      edges = List.copyOf(edges);
      matches = List.copyOf(matches);
      others = List.copyOf(others);
      int bins = edges.size() + 1;
      if (bins > MAX_BINS || matches.size() != bins || others.size() != bins) {
        throw new IllegalArgumentException("a pair has not the counts of " + bins + " bins");
      }
      for (int i = 0; i < edges.size(); i++) {
        if (!(Math.abs(edges.get(i)) < 1e6) || i > 0 && edges.get(i) < edges.get(i - 1)) {
          throw new IllegalArgumentException("edges of bins do not ascend");
        }
      }
      if (matches.stream().anyMatch(n -> n < 0) || others.stream().anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException("a count is below 0");
      }
    }

    /** How many matches were counted. */
    public int numMatches() {
      return matches.stream().mapToInt(Integer::intValue).sum();
    }
  }
}
