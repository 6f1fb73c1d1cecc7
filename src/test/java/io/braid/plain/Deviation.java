package io.braid.plain;

/** How far numbers are from the expected ones. */
public final class Deviation {
  private Deviation() {}

  /** The largest absolute difference; two NaN in the same place are equal. */
  public static double absolute(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(actual.length + " numbers, expected " + expected.length);
    }
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      if (Float.isNaN(actual[i]) && Float.isNaN(expected[i])) {
        continue;
      }
      double difference = Math.abs((double) actual[i] - expected[i]);
      largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
    }
    return largest;
  }

  /**
   * The largest absolute difference over the largest expected value, that at least {@code floor}.
   */
  public static double relative(float[] actual, float[] expected, double floor) {
    double scale = floor;
    for (float value : expected) {
      scale = Float.isNaN(value) ? scale : Math.max(scale, Math.abs(value));
    }
    return absolute(actual, expected) / scale;
  }
}
