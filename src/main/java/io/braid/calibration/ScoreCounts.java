package io.braid.calibration;

import java.util.List;

/**
 * Scores of matches and of others, counted by pair: all that a {@link Calibration} is made of.
 *
 * @param edges between bins of scores, ascending; bin i has the scores from edge i-1 up to, but not
 *     with, edge i
 * @param pairs what was counted of each pair
 * @param mean of the scores of others
 * @param deviation of the scores of others, above 0
 */
public record ScoreCounts(List<Double> edges, List<OfPair> pairs, double mean, double deviation) {
  public ScoreCounts {
    edges = List.copyOf(edges);
    pairs = List.copyOf(pairs);
    int bins = edges.size() + 1;
    if (pairs.stream().anyMatch(of -> of.matches().size() != bins || of.others().size() != bins)) {
      throw new IllegalArgumentException("a pair has not the counts of " + bins + " bins");
    }
  }

  /**
   * Counts of a pair, one a bin.
   *
   * @param matches scores of a subset of a sample and the form in which the sample is stored
   * @param others scores of a subset of a sample and the stored form of another sample
   */
  public record OfPair(Pair pair, List<Integer> matches, List<Integer> others) {
    public OfPair {
      matches = List.copyOf(matches);
      others = List.copyOf(others);
    }

    /** How many matches were counted. */
    public int numMatches() {
      return matches.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** How many matches were counted of all pairs. */
  public int numMatches() {
    return pairs.stream().mapToInt(OfPair::numMatches).sum();
  }

  int bins() {
    return edges.size() + 1;
  }
}
