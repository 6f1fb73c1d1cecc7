package io.braid.calibration;

import java.util.List;

/**
 * Which of some items is the match of a query, if one of them is: before any score is seen, each of
 * them, and that none is, are taken to be equally likely.
 */
public final class Posterior {
  private Posterior() {}

  /**
   * The probability of each item, by Bayes' rule: its likelihood ratio over one, for none of them,
   * and the ratios of all.
   *
   * @param ratios of the items that were found, see {@link Curve#ratio}
   * @param unseen sum of the ratios that the others are expected to have
   */
  public static List<Double> probabilities(List<Double> ratios, double unseen) {
    double all = 1 + unseen + ratios.stream().mapToDouble(Double::doubleValue).sum();
    return ratios.stream().map(ratio -> ratio / all).toList();
  }
}
