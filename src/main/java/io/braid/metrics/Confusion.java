package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often a class was taken for which, and what follows. A quotient whose denominator is 0 is 0.
 */
final class Confusion {
  /** Rows are the true classes. */
  private final int[][] counts;

  private Confusion(int[][] counts) {
    this.counts = counts;
  }

  /**
   * @param actual class of each sample, at least one, each in {@code [0, classes)}
   * @param predicted of the same samples
   */
  public static Confusion of(int classes, IntVector actual, IntVector predicted) {
    if (actual.size() == 0 || actual.size() != predicted.size()) {
      throw new IllegalArgumentException(
          actual.size() + " samples and " + predicted.size() + " predictions");
    }
    var counts = new int[classes][classes];
    for (int i = 0; i < actual.size(); i++) {
      counts[actual.get(i)][predicted.get(i)]++;
    }
    return new Confusion(counts);
  }

  private int classes() {
    return counts.length;
  }

  /** Samples of class {@code actual} that were taken for {@code predicted}. */
  public int count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  private int actual(int label) {
    return IntStream.of(counts[label]).sum();
  }

  private int predicted(int label) {
    return IntStream.range(0, classes()).map(actual -> counts[actual][label]).sum();
  }

  /** Fraction of the samples taken for a class that are of it. */
  public double precision(int label) {
    return quotient(counts[label][label], predicted(label));
  }

  /** Fraction of the samples of a class that were taken for it. */
  public double recall(int label) {
    return quotient(counts[label][label], actual(label));
  }

  /** Harmonic mean of precision and recall of a class. */
  public double f1(int label) {
    return quotient(2 * counts[label][label], actual(label) + predicted(label));
  }

  private static double quotient(int numerator, int denominator) {
    return denominator == 0 ? 0 : (double) numerator / denominator;
  }

  /** Fraction of the samples taken for what they are. */
  public double accuracy() {
    return quotient(IntStream.range(0, classes()).map(i -> counts[i][i]).sum(), samples());
  }

  private int samples() {
    return IntStream.range(0, classes()).map(this::actual).sum();
  }

  /** The mean of a number of each class, such as {@code confusion::f1}. */
  public double macro(IntToDoubleFunction ofClass) {
    return IntStream.range(0, classes()).mapToDouble(ofClass).average().orElseThrow();
  }

  /** The same, each class weighed by its samples. */
  public double weighted(IntToDoubleFunction ofClass) {
    return IntStream.range(0, classes())
            .mapToDouble(i -> actual(i) * ofClass.applyAsDouble(i))
            .sum()
        / samples();
  }
}
