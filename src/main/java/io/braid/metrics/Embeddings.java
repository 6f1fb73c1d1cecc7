package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Embeddings of some samples, a row each, immutable. A sample without an embedding has no row here;
 * so two of these speak of the same samples only where their caller chose the rows alike.
 */
public final class Embeddings {
  private static final double[] RAW = {};

  private final int dim;
  private final float[] elements;

  /** By row, what its elements are divided by when they are read; empty where by nothing. */
  private final double[] lengths;

  private Embeddings(int dim, float[] elements, double[] lengths) {
    this.dim = dim;
    this.elements = elements;
    this.lengths = lengths;
  }

  /**
   * A copy of {@code elements}, row by row.
   *
   * @param dim width of a row, at least 1
   * @throws IllegalArgumentException where an element is not finite: of such numbers every
   *     comparison is false, which would rank a broken encoder first
   */
  public static Embeddings of(int dim, float... elements) {
    if (dim < 1 || elements.length % dim != 0) {
      throw new IllegalArgumentException(elements.length + " elements are no rows of " + dim);
    }
    for (int i = 0; i < elements.length; i++) {
      if (!Float.isFinite(elements[i])) {
        throw new IllegalArgumentException(
            "embedding " + i / dim + ": element " + i % dim + " is " + elements[i]);
      }
    }
    return new Embeddings(dim, elements.clone(), RAW);
  }

  /** A copy of {@code rows}, each of {@code dim} elements, none of them NaN or infinite. */
  public static Embeddings of(int dim, List<float[]> rows) {
    var elements = new float[Math.multiplyExact(dim, rows.size())];
    for (int i = 0; i < rows.size(); i++) {
      float[] row = rows.get(i);
      if (row.length != dim) {
        throw new IllegalArgumentException("embedding " + i + ": " + row.length + ", not " + dim);
      }
      System.arraycopy(row, 0, elements, i * dim, dim);
    }
    return of(dim, elements);
  }

  public int rows() {
    return elements.length / dim;
  }

  public int dim() {
    return dim;
  }

  /** In double precision: that of a row at unit length is no float any more. */
  public double get(int row, int element) {
    float raw = elements[row * dim + element];
    return lengths.length == 0 ? raw : raw / lengths[row];
  }

  /** Those rows, in that order. */
  public Embeddings select(IntVector rows) {
    var chosen = new float[Math.multiplyExact(dim, rows.size())];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(elements, rows.get(i) * dim, chosen, i * dim, dim);
    }
    return new Embeddings(
        dim,
        chosen,
        lengths.length == 0 ? RAW : rows.stream().mapToDouble(row -> lengths[row]).toArray());
  }

  /** Each row {@code x} of raw ones divided by {@code max(|x|, 1e-12)}. */
  public Embeddings unit() {
    double[] all =
        IntStream.range(0, rows())
            .mapToDouble(row -> Math.max(Math.sqrt(rawSquare(row)), 1e-12))
            .toArray();
    return new Embeddings(dim, elements, all);
  }

  private double rawSquare(int row) {
    double square = 0;
    for (int d = row * dim; d < (row + 1) * dim; d++) {
      square += (double) elements[d] * elements[d];
    }
    return square;
  }

  double squaredLength(int row) {
    double square = rawSquare(row);
    return lengths.length == 0 ? square : square / (lengths[row] * lengths[row]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embeddings that
        && dim == that.dim
        && Arrays.equals(elements, that.elements)
        && Arrays.equals(lengths, that.lengths);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * dim + Arrays.hashCode(elements)) + Arrays.hashCode(lengths);
  }

  @Override
  public String toString() {
    return "Embeddings[" + rows() + " x " + dim + "]";
  }
}
