package io.braid.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How near predicted numbers come to the true ones.
 *
 * @param pearson linear correlation, -1 to 1; 0 where one of the two is constant
 * @param spearman linear correlation of the ranks, equal numbers sharing the mean of theirs
 * @param l1 mean absolute error
 * @param mse mean squared error
 * @param r2 1 less the squared error over that of the mean; 0 where the true ones are constant
 */
public record Regression(double pearson, double spearman, double l1, double mse, double r2) {
  /**
   * @param predicted finite, at least one
   * @param actual of the same samples, finite
   */
  public static Regression of(double[] predicted, double[] actual) {
    if (predicted.length == 0 || predicted.length != actual.length) {
      throw new IllegalArgumentException(
          predicted.length + " predictions of " + actual.length + " numbers");
    }
    double l1 = 0;
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = predicted[i] - actual[i];
      l1 += Math.abs(error);
      squares += error * error;
    }
    double mean = Arrays.stream(actual).average().orElseThrow();
    double spread = Arrays.stream(actual).map(y -> (y - mean) * (y - mean)).sum();
    return new Regression(
        correlation(predicted, actual),
        correlation(ranks(predicted), ranks(actual)),
        l1 / actual.length,
        squares / actual.length,
        spread == 0 ? 0 : 1 - squares / spread);
  }

  private static double correlation(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx) / Math.sqrt(yy);
  }

  private static double[] ranks(double[] numbers) {
    int[] order =
        IntStream.range(0, numbers.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> numbers[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    var ranks = new double[numbers.length];
    int start = 0;
    while (start < order.length) {
      int end = start + 1;
      while (end < order.length && numbers[order[end]] == numbers[order[start]]) {
        end++;
      }
      for (int i = start; i < end; i++) {
        ranks[order[i]] = (start + end - 1) / 2.0;
      }
      start = end;
    }
    return ranks;
  }
}
