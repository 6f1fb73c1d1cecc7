package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Unnormalised logarithms of class probabilities of some samples, a row each, immutable. */
public final class Logits {
  private final int classes;
  private final double[] elements;

  private Logits(int classes, double[] elements) {
    this.classes = classes;
    this.elements = elements;
  }

  /**
   * A copy of {@code elements}, row by row.
   *
   * @param classes width of a row, at least 2
   */
  public static Logits of(int classes, double... elements) {
    if (classes < 2 || elements.length % classes != 0) {
      throw new IllegalArgumentException(elements.length + " logits are no rows of " + classes);
    }
    if (!Arrays.stream(elements).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("logits that are not finite");
    }
    return new Logits(classes, elements.clone());
  }

  public int rows() {
    return elements.length / classes;
  }

  public int classes() {
    return classes;
  }

  public double get(int row, int label) {
    return elements[row * classes + label];
  }

  /** Each row as {@code exp(x_c) / sum exp(x)}. */
  public Logits softmax() {
    var probabilities = new double[elements.length];
    for (int row = 0; row < rows(); row++) {
      double sum = logSum(row);
      for (int label = 0; label < classes; label++) {
        probabilities[row * classes + label] = Math.exp(get(row, label) - sum);
      }
    }
    return new Logits(classes, probabilities);
  }

  private double logSum(int row) {
    double most = IntStream.range(0, classes).mapToDouble(c -> get(row, c)).max().orElseThrow();
    double sum = 0;
    for (int label = 0; label < classes; label++) {
      sum += Math.exp(get(row, label) - most);
    }
    return most + Math.log(sum);
  }

  /** The mean of {@code -log softmax(x)_label}, in nats. */
  public double crossEntropy(IntVector labels) {
    check(labels);
    double sum = 0;
    for (int row = 0; row < rows(); row++) {
      sum += logSum(row) - get(row, labels.get(row));
    }
    return sum / rows();
  }

  /** The class of each row with the highest logit; of equal ones the first. */
  public IntVector argMax() {
    var best = new int[rows()];
    for (int row = 0; row < best.length; row++) {
      for (int label = 1; label < classes; label++) {
        best[row] = get(row, label) > get(row, best[row]) ? label : best[row];
      }
    }
    return IntVector.of(best);
  }

  /** The column of a class, against the samples that are of it. */
  ScoreCurves curves(int label, IntVector labels) {
    check(labels);
    var scores = new double[rows()];
    var isPositive = new boolean[rows()];
    for (int row = 0; row < rows(); row++) {
      scores[row] = get(row, label);
      isPositive[row] = labels.get(row) == label;
    }
    return ScoreCurves.of(scores, isPositive);
  }

  /** All columns as one, against the pairs of a sample and its class: the "micro" average. */
  ScoreCurves curves(IntVector labels) {
    check(labels);
    var isPositive = new boolean[elements.length];
    for (int row = 0; row < rows(); row++) {
      isPositive[row * classes + labels.get(row)] = true;
    }
    return ScoreCurves.of(elements, isPositive);
  }

  private void check(IntVector labels) {
    if (rows() == 0 || labels.size() != rows()) {
      throw new IllegalArgumentException(labels.size() + " labels of " + rows() + " samples");
    }
  }
}
