package io.braid.modality;

import java.util.Arrays;

/** Ints that are kept up to a limit and counted beyond it, in an array that grows. */
final class IntList {
  private final int limit;
  private int[] elements;
  private int size;

  IntList(int limit) {
    this.limit = limit;
    this.elements = new int[Math.min(limit, 64)];
  }

  void add(int element) {
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
  int[] toArray() {
    return Arrays.copyOf(elements, Math.min(size, limit));
  }

  /** Those kept come first; what follows them means nothing. */
  int[] elements() {
    return elements;
  }
}
