package io.braid.index;

import java.util.List;

/**
 * Where an approximate search pays, how hard it looks, and where a new searcher pays.
 *
 * @param minCandidates least number of candidates that the graph is asked for
 * @param stepCost what a step in the graph costs, in vectors that are read in a row
 * @param maxRecentChanges how many changes searches look at one by one, before one of them opens a
 *     searcher that shows them
 */
record Tuning(int minCandidates, double stepCost, int maxRecentChanges) {
  /**
   * Measured on the 100 000 vectors of 512 of SearchBenchmark, on two cores of an AMD EPYC with
   * AVX-512 that were busy with other work, 2026-11-26. With 12, 24 and 32 candidates recall@10 is
   * .890, .980 and .998 in one segment, and .9995, .9995 and 1.000 in four, where every graph is
   * asked for nearly as many. In four segments a walk for 24 took as long as reading 7 times its
   * steps, as {@link #isGraphCheaper} counts them, in a row: without a filter, and with those that
   * keep 50 % and 20 %.
   *
   * <p>Of recent changes: looking at 256 vectors of 512 takes about as long as a walk, and opening
   * a searcher about 5 ms; writes that are each searched for at once went from 164 to 200 a second
   * with it (CollectionBenchmark, {@code together}).
   */
  static final Tuning DEFAULT = new Tuning(40, 7, 256);

  int candidates(int k) {
    return Math.max(k, minCandidates);
  }

  /**
   * Whether walking the graphs costs less than looking at every item that may be found. A walk that
   * gathers c candidates among n vectors visits about c ln(n) of them (Lucene's {@code
   * HnswGraphSearcher.expectedVisitedNodes}), and where only one in s may be found, s times as
   * many.
   *
   * @param segments number of vectors of each segment, which has a graph of its own
   * @param matching how many of them may be found
   */
  boolean isGraphCheaper(int k, List<Integer> segments, long matching) {
    double steps = 0;
    double vectors = 0;
    for (int size : segments) {
      steps += candidates(k) * Math.log(size);
      vectors += size;
    }
    return steps * vectors / matching * stepCost < matching;
  }
}
