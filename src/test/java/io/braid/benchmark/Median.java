package io.braid.benchmark;

import java.util.Arrays;
import java.util.List;

/** The middle one of measurements; of an even number of them, the higher one of the two. */
final class Median {
  private Median() {}

  static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static double of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
