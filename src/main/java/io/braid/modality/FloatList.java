package io.braid.modality;

import java.util.Arrays;

/** Floats that are kept up to a limit and counted beyond it, in an array that grows. */
final class FloatList {
  private final int limit;
  private float[] elements;
  private int size;

  FloatList(long limit) {
    this.limit = (int) Math.min(limit, Integer.MAX_VALUE - 8);
    this.elements = new float[Math.min(this.limit, 64)];
  }

  private FloatList(float[] elements) {
    this.limit = elements.length;
    this.elements = elements;
    this.size = elements.length;
  }

  /** A full list around {@code elements}, which are not copied. */
  static FloatList of(float[] elements) {
    return new FloatList(elements);
  }

  void add(float element) {
    if (size < limit) {
      if (size == elements.length) {
        elements = Arrays.copyOf(elements, (int) Math.min(limit, 2L * size));
      }
      elements[size] = element;
    }
    size++;
  }

  /** How many were added. */
  int size() {
    return size;
  }

  /** Those kept. */
  float[] toArray() {
    return Arrays.copyOf(elements, Math.min(size, limit));
  }

  /** Those kept come first; what follows them means nothing. */
  float[] elements() {
    return elements;
  }
}
