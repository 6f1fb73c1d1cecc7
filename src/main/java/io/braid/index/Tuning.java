package io.braid.index;

/**
 * Where an approximate search pays, and how hard it looks.
 *
 * @param minCandidates least number of candidates that the graph is asked for
 * @param stepCost what a step in the graph costs, in vectors that are read in a row
 */
record Tuning(int minCandidates, double stepCost) {
  /** Measured by SearchBenchmark; docs/speed.md. */
  static final Tuning DEFAULT = new Tuning(64, 2);

  int candidates(int k) {
    return Math.max(k, minCandidates);
  }

  /**
   * Whether walking the graph costs less than looking at every item that may be found. A walk that
   * gathers c candidates visits about c ln(N) of N vectors (Lucene's {@code
   * HnswGraphSearcher.expectedVisitedNodes}), and where only one in s may be found, s times as
   * many.
   *
   * @param vectors number of vectors, N
   * @param matching how many of them may be found
   */
  boolean isGraphCheaper(int k, long vectors, long matching) {
    double steps = candidates(k) * Math.log(vectors) * vectors / matching;
    return steps * stepCost < matching;
  }
}
