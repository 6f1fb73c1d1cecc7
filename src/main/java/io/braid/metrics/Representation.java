package io.braid.metrics;

/**
 * How embeddings lie in their space. Lower is better of both; each is cheap to win alone.
 *
 * <p>Source: Wang and Isola, arXiv:2005.10242. On embeddings at unit length unless raw ones are
 * asked about; see {@link Embeddings#unit}.
 */
public final class Representation {
  private Representation() {}

  /**
   * {@code mean |x_i - y_i|^2}: how far apart the two embeddings of a sample are.
   *
   * @param y as many rows as {@code x}, at least one, of the same samples in the same order
   */
  public static double alignment(Embeddings x, Embeddings y) {
    if (x.rows() == 0 || x.rows() != y.rows() || x.dim() != y.dim()) {
      throw new IllegalArgumentException("alignment of " + x + " and " + y);
    }
    double sum = 0;
    for (int i = 0; i < x.rows(); i++) {
      for (int d = 0; d < x.dim(); d++) {
        double difference = x.get(i, d) - y.get(i, d);
        sum += difference * difference;
      }
    }
    return sum / x.rows();
  }

  /**
   * {@code log mean exp(-2 |x_i - x_j|^2)} over the pairs {@code i < j}, natural: how much room the
   * samples take, at most 0. Finite however far apart they are.
   *
   * @param x at least two rows
   */
  public static double uniformity(Embeddings x) {
    if (x.rows() < 2) {
      throw new IllegalArgumentException("uniformity of " + x + ": there is no pair");
    }
    var squares = new double[x.rows()];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = x.squaredLength(i);
    }
    var sum = new LogSum();
    var products = new double[ColumnBlock.ROWS];
    for (ColumnBlock block : ColumnBlock.all(x)) {
      int end = block.first() + block.rows();
      for (int i = 0; i < end; i++) {
        block.products(ColumnBlock.vector(x, i), products);
        for (int j = Math.max(block.first(), i + 1); j < end; j++) {
          double square = squares[i] + squares[j] - 2 * products[j - block.first()];
          sum.add(-2 * Math.max(0, square));
        }
      }
    }
    return sum.log() - Math.log(x.rows() / 2.0 * (x.rows() - 1));
  }

  /** {@code mean exp(-2 |x_i - x_j|^2)}, the paper's equation 3, which takes no logarithm. */
  public static double uniformityPaper(Embeddings x) {
    return Math.exp(uniformity(x));
  }

  /** The logarithm of a sum of {@code exp(exponent)}, where all of them may underflow. */
  private static final class LogSum {
    private double largest = Double.NEGATIVE_INFINITY;

    /** Of {@code exp(exponent - largest)}. */
    private double sum;

    void add(double exponent) {
      if (exponent > largest) {
        sum = sum * Math.exp(largest - exponent) + 1;
        largest = exponent;
      } else {
        sum += Math.exp(exponent - largest);
      }
    }

    double log() {
      return largest + Math.log(sum);
    }
  }
}
