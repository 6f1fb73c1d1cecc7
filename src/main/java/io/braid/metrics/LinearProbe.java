package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.Arrays;

/**
 * What a linear map makes of frozen embeddings: how much of a label they hold ready. Features are
 * standardised by the training samples; the map minimises the mean loss plus {@code |W|^2 / 2N},
 * the bias left free, which is convex: nothing depends on a seed. See {@link Minimizer} for the
 * rule by which it ends.
 */
public final class LinearProbe {
  /** Errors far below this part of the target's deviation count squared, so that L1 is smooth. */
  private static final double SMOOTH = 0.01;

  /** Deviation of a column of unit vectors that is rounding, and is not blown up. */
  private static final double CONSTANT = 1e-6;

  private final double[] mean;
  private final double[] deviation;

  /** A row of weights and a bias for each output. */
  private final double[] weights;

  private final int outputs;
  private final double offset;
  private final double scale;

  private LinearProbe(
      double[] mean,
      double[] deviation,
      double[] weights,
      int outputs,
      double offset,
      double scale) {
    this.mean = mean;
    this.deviation = deviation;
    this.weights = weights;
    this.outputs = outputs;
    this.offset = offset;
    this.scale = scale;
  }

  /**
   * Multinomial logistic regression, by cross entropy.
   *
   * @param labels class of each row, in {@code [0, classes)}
   * @param look called now and then; may end it by an exception
   */
  public static LinearProbe classifier(
      Embeddings train, IntVector labels, int classes, Runnable look) {
    check(train, labels.size());
    var features = new Features(train);
    double[] weights =
        Minimizer.minimize(
            features.objective(
                classes, (row, scores, slopes) -> crossEntropy(scores, labels.get(row), slopes)),
            classes * (train.dim() + 1),
            look);
    return features.probe(weights, classes, 0, 1);
  }

  private static double crossEntropy(double[] scores, int label, double[] slopes) {
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      slopes[c] = Math.exp(scores[c] - most);
      sum += slopes[c];
    }
    for (int c = 0; c < scores.length; c++) {
      slopes[c] /= sum;
    }
    slopes[label] -= 1;
    return most + Math.log(sum) - scores[label];
  }

  /**
   * Linear regression, by the absolute error of the standardised target.
   *
   * @param targets of each row, finite
   * @param look called now and then; may end it by an exception
   */
  public static LinearProbe regression(Embeddings train, double[] targets, Runnable look) {
    check(train, targets.length);
    var features = new Features(train);
    double offset = 0;
    for (double target : targets) {
      offset += target / targets.length;
    }
    double square = 0;
    for (double target : targets) {
      square += (target - offset) * (target - offset) / targets.length;
    }
    double scale = square > 0 ? Math.sqrt(square) : 1;
    double middle = offset;
    double[] weights =
        Minimizer.minimize(
            features.objective(
                1,
                (row, scores, slopes) -> {
                  double error = scores[0] - (targets[row] - middle) / scale;
                  double length = Math.hypot(error, SMOOTH);
                  slopes[0] = error / length;
                  return length - SMOOTH;
                }),
            train.dim() + 1,
            look);
    return features.probe(weights, 1, offset, scale);
  }

  private static void check(Embeddings train, int labels) {
    if (train.rows() == 0 || train.rows() != labels) {
      throw new IllegalArgumentException(labels + " labels of " + train);
    }
  }

  /** Logits of classes. */
  public Logits logits(Embeddings samples) {
    return Logits.of(outputs, outputs(samples));
  }

  /** Predicted numbers. */
  public double[] predict(Embeddings samples) {
    double[] predicted = outputs(samples);
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = offset + scale * predicted[i];
    }
    return predicted;
  }

  private double[] outputs(Embeddings samples) {
    int dim = mean.length;
    if (samples.dim() != dim) {
      throw new IllegalArgumentException("a probe of " + dim + " columns and " + samples);
    }
    var all = new double[samples.rows() * outputs];
    for (int row = 0; row < samples.rows(); row++) {
      for (int o = 0; o < outputs; o++) {
        int at = o * (dim + 1);
        double sum = weights[at + dim];
        for (int d = 0; d < dim; d++) {
          sum += weights[at + d] * (samples.get(row, d) - mean[d]) / deviation[d];
        }
        all[row * outputs + o] = sum;
      }
    }
    return all;
  }

  private interface Loss {
    /**
     * Of one sample.
     *
     * @param slopes is filled in: derivatives by the scores
     */
    double of(int row, double[] scores, double[] slopes);
  }

  /** Standardised embeddings of the training samples. */
  private static final class Features {
    private final int rows;
    private final int dim;
    private final double[] mean;
    private final double[] deviation;
    private final double[] cells;

    Features(Embeddings train) {
      rows = train.rows();
      dim = train.dim();
      mean = new double[dim];
      deviation = new double[dim];
      cells = new double[Math.multiplyExact(rows, dim)];
      for (int d = 0; d < dim; d++) {
        for (int row = 0; row < rows; row++) {
          mean[d] += train.get(row, d) / rows;
        }
        double square = 0;
        for (int row = 0; row < rows; row++) {
          square += Math.pow(train.get(row, d) - mean[d], 2) / rows;
        }
        deviation[d] = square > CONSTANT * CONSTANT ? Math.sqrt(square) : 1;
        for (int row = 0; row < rows; row++) {
          cells[row * dim + d] = (train.get(row, d) - mean[d]) / deviation[d];
        }
      }
    }

    LinearProbe probe(double[] weights, int outputs, double offset, double scale) {
      return new LinearProbe(mean, deviation, weights, outputs, offset, scale);
    }

    Minimizer.Objective objective(int outputs, Loss loss) {
      var scores = new double[outputs];
      var slopes = new double[outputs];
      return (weights, gradient) -> {
        double sum = 0;
        Arrays.fill(gradient, 0);
        for (int row = 0; row < rows; row++) {
          score(weights, row, scores);
          sum += loss.of(row, scores, slopes) / rows;
          pull(gradient, row, slopes);
        }
        return sum + penalty(weights, gradient, outputs);
      };
    }

    private void score(double[] weights, int row, double[] scores) {
      for (int o = 0; o < scores.length; o++) {
        int at = o * (dim + 1);
        double sum = weights[at + dim];
        for (int d = 0; d < dim; d++) {
          sum += weights[at + d] * cells[row * dim + d];
        }
        scores[o] = sum;
      }
    }

    private void pull(double[] gradient, int row, double[] slopes) {
      for (int o = 0; o < slopes.length; o++) {
        int at = o * (dim + 1);
        double slope = slopes[o] / rows;
        for (int d = 0; d < dim; d++) {
          gradient[at + d] += slope * cells[row * dim + d];
        }
        gradient[at + dim] += slope;
      }
    }

    private double penalty(double[] weights, double[] gradient, int outputs) {
      double sum = 0;
      for (int o = 0; o < outputs; o++) {
        for (int i = o * (dim + 1); i < o * (dim + 1) + dim; i++) {
          sum += weights[i] * weights[i] / (2.0 * rows);
          gradient[i] += weights[i] / rows;
        }
      }
      return sum;
    }
  }
}
