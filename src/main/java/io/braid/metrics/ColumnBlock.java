package io.braid.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some rows of a matrix, turned so that the dot products of a vector with all of them are sums over
 * columns: each step is the same for all rows, so the compiler does several at once, which it may
 * not do with the sum of one dot product. In double precision, and in one order for every row:
 * equal rows have equal products, to the last bit.
 */
final class ColumnBlock {
  /** Rows of a block: at 512 columns half a megabyte, which stays in the cache of a core. */
  static final int ROWS = 128;

  /** Columns of a step; what is missing in the last one is 0. */
  private static final int STEP = 8;

  private final int first;
  private final int rows;
  private final double[][] columns;

  private ColumnBlock(Embeddings matrix, int first) {
    this.first = first;
    this.rows = Math.min(ROWS, matrix.rows() - first);
    this.columns = new double[padded(matrix.dim())][rows];
    for (int d = 0; d < matrix.dim(); d++) {
      for (int j = 0; j < rows; j++) {
        columns[d][j] = matrix.get(first + j, d);
      }
    }
  }

  /** All rows of a matrix. */
  static List<ColumnBlock> all(Embeddings matrix) {
    return IntStream.range(0, Math.ceilDiv(matrix.rows(), ROWS))
        .mapToObj(block -> new ColumnBlock(matrix, block * ROWS))
        .toList();
  }

  private static int padded(int dim) {
    return Math.ceilDiv(dim, STEP) * STEP;
  }

  /** Row {@code row} of a matrix, as {@link #products} takes it. */
  static double[] vector(Embeddings matrix, int row) {
    var vector = new double[padded(matrix.dim())];
    for (int d = 0; d < matrix.dim(); d++) {
      vector[d] = matrix.get(row, d);
    }
    return vector;
  }

  /** The matrix's row that is this block's first. */
  int first() {
    return first;
  }

  int rows() {
    return rows;
  }

  /** Whether it has this row of the matrix. */
  boolean contains(int row) {
    return row >= first && row < first + rows;
  }

  /**
   * Dot products of a vector with each row.
   *
   * @param products is overwritten, as far as there are rows
   */
  void products(double[] vector, double[] products) {
    Arrays.fill(products, 0, rows, 0);
    for (int d = 0; d < columns.length; d += STEP) {
      add(vector, d, products);
    }
  }

  /** Adds what eight columns contribute, so that the sums are read and written once for all. */
  private void add(double[] vector, int d, double[] sums) {
    double x0 = vector[d];
    double x1 = vector[d + 1];
    double x2 = vector[d + 2];
    double x3 = vector[d + 3];
    double x4 = vector[d + 4];
    double x5 = vector[d + 5];
    double x6 = vector[d + 6];
    double x7 = vector[d + 7];
    double[] y0 = columns[d];
    double[] y1 = columns[d + 1];
    double[] y2 = columns[d + 2];
    double[] y3 = columns[d + 3];
    double[] y4 = columns[d + 4];
    double[] y5 = columns[d + 5];
    double[] y6 = columns[d + 6];
    double[] y7 = columns[d + 7];
    for (int j = 0; j < rows; j++) {
      sums[j] +=
          x0 * y0[j]
              + x1 * y1[j]
              + x2 * y2[j]
              + x3 * y3[j]
              + x4 * y4[j]
              + x5 * y5[j]
              + x6 * y6[j]
              + x7 * y7[j];
    }
  }
}
