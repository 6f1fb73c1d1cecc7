package io.braid.modality;

import java.util.Arrays;
import java.util.stream.IntStream;

/** An immutable list of ints, compared by content. */
public final class IntVector {
  private final int[] elements;

  private IntVector(int[] elements) {
    this.elements = elements;
  }

  /** A copy of the first {@code size} of {@code elements}. */
  public static IntVector of(int size, int[] elements) {
    if (elements.length < size) {
      throw new IllegalArgumentException(elements.length + " elements, not " + size);
    }
    return new IntVector(Arrays.copyOf(elements, size));
  }

  public static IntVector of(int... elements) {
    return of(elements.length, elements);
  }

  /** 0, 1, ... {@code size - 1}. */
  public static IntVector range(int size) {
    return new IntVector(IntStream.range(0, size).toArray());
  }

  public int size() {
    return elements.length;
  }

  public int get(int i) {
    return elements[i];
  }

  public IntStream stream() {
    return Arrays.stream(elements);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntVector that && Arrays.equals(elements, that.elements);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(elements);
  }

  @Override
  public String toString() {
    return Arrays.toString(elements);
  }
}
