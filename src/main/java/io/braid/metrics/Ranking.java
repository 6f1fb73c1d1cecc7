package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How well queries find their own candidate.
 *
 * @param medianRank the lower median of the ranks, from 0
 * @param recallAt1 fraction of the queries whose own candidate comes first
 * @param recallAt5 fraction of those that have it among the first five
 * @param recallAt10 fraction of those that have it among the first ten
 */
public record Ranking(double medianRank, double recallAt1, double recallAt5, double recallAt10) {
  /**
   * @param ranks at least one
   */
  public static Ranking of(IntVector ranks) {
    if (ranks.size() == 0) {
      throw new IllegalArgumentException("a ranking of no query");
    }
    int[] sorted = ranks.stream().sorted().toArray();
    return new Ranking(
        sorted[(sorted.length - 1) / 2], recall(ranks, 1), recall(ranks, 5), recall(ranks, 10));
  }

  private static double recall(IntVector ranks, int k) {
    return (double) ranks.stream().filter(rank -> rank < k).count() / ranks.size();
  }

  /** The mean of each number, over at least one ranking. */
  public static Ranking mean(List<Ranking> rankings) {
    return new Ranking(
        mean(rankings, Ranking::medianRank),
        mean(rankings, Ranking::recallAt1),
        mean(rankings, Ranking::recallAt5),
        mean(rankings, Ranking::recallAt10));
  }

  private static double mean(List<Ranking> rankings, ToDoubleFunction<Ranking> number) {
    return rankings.stream().mapToDouble(number).average().orElseThrow();
  }

  /** By the names that the contract has for them. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("median_rank", medianRank);
    map.put("recall@1", recallAt1);
    map.put("recall@5", recallAt5);
    map.put("recall@10", recallAt10);
    return map;
  }

  /**
   * For each query, how many candidates are strictly more similar to it than its own: 0 is best.
   * Similar is the cosine, {@code x.y / max(|x| |y|, 1e-8)}.
   *
   * @param own row of each query's own candidate
   */
  public static IntVector ranks(Embeddings queries, Embeddings candidates, IntVector own) {
    if (queries.rows() != own.size() || queries.dim() != candidates.dim()) {
      throw new IllegalArgumentException(
          queries + " among " + candidates + ", own candidates of " + own.size());
    }
    if (own.stream().anyMatch(row -> row < 0 || row >= candidates.rows())) {
      throw new IllegalArgumentException("an own candidate that is none of " + candidates);
    }
    var cosines = new Cosines(queries, candidates);
    double[] toOwn = toOwn(cosines, own);
    var ranks = new int[own.size()];
    var similar = new double[ColumnBlock.ROWS];
    for (ColumnBlock block : cosines.blocks()) {
      for (int i = 0; i < ranks.length; i++) {
        cosines.of(i, block, similar);
        for (int j = 0; j < block.rows(); j++) {
          ranks[i] += similar[j] > toOwn[i] ? 1 : 0;
        }
      }
    }
    return IntVector.of(ranks);
  }

  /** By the same sums as for all candidates, so that one equal to the own one is as similar. */
  private static double[] toOwn(Cosines cosines, IntVector own) {
    var toOwn = new double[own.size()];
    var similar = new double[ColumnBlock.ROWS];
    for (ColumnBlock block : cosines.blocks()) {
      for (int i = 0; i < toOwn.length; i++) {
        if (block.contains(own.get(i))) {
          cosines.of(i, block, similar);
          toOwn[i] = similar[own.get(i) - block.first()];
        }
      }
    }
    return toOwn;
  }
}
