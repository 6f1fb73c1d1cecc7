package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.Arrays;
import java.util.List;

/**
 * Embeddings of some samples, a row each, immutable. A sample without an embedding has no row here;
 * so two of these speak of the same samples only where their caller chose the rows alike.
 */
public final class Embeddings {
  private final int dim;
  private final float[] elements;

  private Embeddings(int dim, float[] elements) {
    this.dim = dim;
    this.elements = elements;
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
    return new Embeddings(dim, elements.clone());
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

  public float get(int row, int element) {
    return elements[row * dim + element];
  }

  /** Those rows, in that order. */
  public Embeddings select(IntVector rows) {
    var chosen = new float[Math.multiplyExact(dim, rows.size())];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(elements, rows.get(i) * dim, chosen, i * dim, dim);
    }
    return new Embeddings(dim, chosen);
  }

  /** Each row {@code x} divided by {@code max(|x|, 1e-12)}. */
  public Embeddings unit() {
    var unit = new float[elements.length];
    for (int i = 0; i < rows(); i++) {
      double length = Math.max(Math.sqrt(squaredLength(i)), 1e-12);
      for (int d = i * dim; d < (i + 1) * dim; d++) {
        unit[d] = (float) (elements[d] / length);
      }
    }
    return new Embeddings(dim, unit);
  }

  double squaredLength(int row) {
    double square = 0;
    for (int d = row * dim; d < (row + 1) * dim; d++) {
      square += (double) elements[d] * elements[d];
    }
    return square;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embeddings that
        && dim == that.dim
        && Arrays.equals(elements, that.elements);
  }

  @Override
  public int hashCode() {
    return 31 * dim + Arrays.hashCode(elements);
  }

  @Override
  public String toString() {
    return "Embeddings[" + rows() + " x " + dim + "]";
  }
}
