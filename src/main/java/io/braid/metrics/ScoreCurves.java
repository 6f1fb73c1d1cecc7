package io.braid.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores put the positive samples before the negative ones, whatever the threshold: the
 * areas under the precision-recall and the receiver operating characteristic curve. Equal scores
 * are one threshold.
 */
final class ScoreCurves {
  /** Places of the samples, by descending score. */
  private final int[] order;

  private final double[] scores;
  private final boolean[] isPositive;
  private final int positives;

  private ScoreCurves(double[] scores, boolean[] isPositive) {
    this.scores = scores;
    this.isPositive = isPositive;
    this.positives = (int) IntStream.range(0, scores.length).filter(i -> isPositive[i]).count();
    this.order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * @param scores finite, higher for what is thought positive
   * @param isPositive of the same samples; at least one is and one is not
   */
  public static ScoreCurves of(double[] scores, boolean[] isPositive) {
    if (scores.length != isPositive.length) {
      throw new IllegalArgumentException(
          scores.length + " scores of " + isPositive.length + " samples");
    }
    var curves = new ScoreCurves(scores.clone(), isPositive.clone());
    if (curves.positives == 0 || curves.positives == scores.length) {
      throw new IllegalArgumentException("samples that are all alike have no curves");
    }
    return curves;
  }

  /** {@code sum (R_n - R_(n-1)) P_n} over the thresholds, without interpolation. */
  public double averagePrecision() {
    double sum = 0;
    int seen = 0;
    int found = 0;
    while (seen < order.length) {
      int end = endOfTie(seen);
      int foundHere = positivesBetween(seen, end);
      found += foundHere;
      seen = end;
      sum += (double) foundHere / positives * found / seen;
    }
    return sum;
  }

  /**
   * The chance that a positive sample scores higher than a negative one; of equal scores one half.
   */
  public double auroc() {
    double ordered = 0;
    int seen = 0;
    int found = 0;
    while (seen < order.length) {
      int end = endOfTie(seen);
      int foundHere = positivesBetween(seen, end);
      int others = end - seen - foundHere;
      ordered += others * (found + foundHere / 2.0);
      found += foundHere;
      seen = end;
    }
    return ordered / positives / (order.length - positives);
  }

  private int endOfTie(int start) {
    int end = start + 1;
    while (end < order.length && scores[order[end]] == scores[order[start]]) {
      end++;
    }
    return end;
  }

  private int positivesBetween(int start, int end) {
    int count = 0;
    for (int i = start; i < end; i++) {
      count += isPositive[order[i]] ? 1 : 0;
    }
    return count;
  }
}
