package io.braid.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** An immutable embedding, compared by content. */
public final class Vector {
  private final float[] elements;

  private Vector(float[] elements) {
    this.elements = elements;
  }

  public static Vector of(float... elements) {
    return new Vector(elements.clone());
  }

  /** What {@link #toBytes} gave. */
  public static Vector fromBytes(byte[] bytes) {
    var elements = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(elements);
    return new Vector(elements);
  }

  /** Row {@code row} of a row-major matrix of width {@code dim}. */
  static Vector row(float[] matrix, int row, int dim) {
    return new Vector(Arrays.copyOfRange(matrix, row * dim, (row + 1) * dim));
  }

  /** The element-wise mean of at least one vector of equal size. */
  public static Vector mean(Iterable<Vector> vectors) {
    double[] sum = {};
    int count = 0;
    for (Vector vector : vectors) {
      sum = count++ == 0 ? new double[vector.size()] : sum;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector.elements[i];
      }
    }
    var mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / count);
    }
    return new Vector(mean);
  }

  public int size() {
    return elements.length;
  }

  public float get(int i) {
    return elements[i];
  }

  /** This vector at unit length; a vector shorter than 1e-12 is divided by that instead. */
  public Vector normalized() {
    double square = 0;
    for (float element : elements) {
      square += (double) element * element;
    }
    double length = Math.max(Math.sqrt(square), 1e-12);
    var unit = new float[elements.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (elements[i] / length);
    }
    return new Vector(unit);
  }

  /** The dot product with a vector of equal size; of two at unit length, their cosine. */
  public double dot(Vector other) {
    double sum = 0;
    for (int i = 0; i < elements.length; i++) {
      sum += (double) elements[i] * other.elements[i];
    }
    return sum;
  }

  public boolean isFinite() {
    for (float element : elements) {
      if (!Float.isFinite(element)) {
        return false;
      }
    }
    return true;
  }

  public float[] toArray() {
    return elements.clone();
  }

  /** Little-endian float32. */
  public byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(elements);
    return bytes.array();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vector that && Arrays.equals(elements, that.elements);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(elements);
  }

  @Override
  public String toString() {
    return "Vector[" + elements.length + "]";
  }
}
