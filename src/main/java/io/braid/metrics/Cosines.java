package io.braid.metrics;

import java.util.List;
import java.util.stream.IntStream;

/** Cosines {@code x.y / max(|x| |y|, 1e-8)} between the rows of two matrices. */
final class Cosines {
  private static final double SMALLEST = 1e-8;

  private final Embeddings queries;
  private final double[] queryLengths;
  private final double[] candidateLengths;
  private final List<ColumnBlock> blocks;

  Cosines(Embeddings queries, Embeddings candidates) {
    this.queries = queries;
    this.queryLengths = lengths(queries);
    this.candidateLengths = lengths(candidates);
    this.blocks = ColumnBlock.all(candidates);
  }

  private static double[] lengths(Embeddings matrix) {
    return IntStream.range(0, matrix.rows())
        .mapToDouble(row -> Math.sqrt(matrix.squaredLength(row)))
        .toArray();
  }

  /** The candidates, block by block. */
  List<ColumnBlock> blocks() {
    return blocks;
  }

  /**
   * From a query to each candidate of a block.
   *
   * @param cosines is overwritten, as far as there are candidates
   */
  void of(int query, ColumnBlock block, double[] cosines) {
    block.products(ColumnBlock.vector(queries, query), cosines);
    for (int j = 0; j < block.rows(); j++) {
      double lengths = queryLengths[query] * candidateLengths[block.first() + j];
      cosines[j] /= Math.max(lengths, SMALLEST);
    }
  }
}
