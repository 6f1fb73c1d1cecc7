package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.IntVector;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
  private static final int ROWS = 400;
  private static final int DIM = 5;

  private static final Runnable LOOK = () -> {};

  /** The origin, then a unit vector of each element. */
  private static final Embeddings UNITS = units();

  /** The search ends at slopes below 1e-4; those of the penalty, or one on a bias, reach 8e-4. */
  private static final double TOLERANCE = 2e-4;

  private final Random random = new Random(1);
  private final Embeddings x = embeddings(ROWS);

  private Embeddings embeddings(int rows) {
    var elements = new float[rows * DIM];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) (3 + 0.1 * random.nextGaussian());
    }
    return Embeddings.of(DIM, elements);
  }

  private static Embeddings units() {
    var elements = new float[(DIM + 1) * DIM];
    for (int d = 0; d < DIM; d++) {
      elements[(d + 1) * DIM + d] = 1;
    }
    return Embeddings.of(DIM, elements);
  }

  @Test
  void regressionFindsALineThroughOutliers() {
    var targets = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      targets[i] = line(x, i) + (i % 10 == 0 ? 100 : 0); // absolute errors pass them by
    }
    var probe = LinearProbe.regression(x, targets, LOOK);
    Embeddings fresh = embeddings(50);
    double[] predicted = probe.predict(fresh);
    for (int i = 0; i < 50; i++) {
      assertThat(predicted[i]).isCloseTo(line(fresh, i), within(1.0));
    }
    double[] expected = IntStream.range(0, 50).mapToDouble(i -> line(fresh, i)).toArray();
    assertThat(Regression.of(predicted, expected).pearson()).isGreaterThan(0.99);
  }

  private static double line(Embeddings x, int row) {
    return 7 + 20 * x.get(row, 0) - 30 * x.get(row, 3);
  }

  @Test
  void classifierTellsWhatALinearMapCanTell() {
    var probe = LinearProbe.classifier(x, labels(x), 3, LOOK);
    Embeddings fresh = embeddings(300);
    Classification found = Classification.of(probe.logits(fresh), labels(fresh));
    assertThat(found.accuracy()).isGreaterThan(0.95);
    assertThat(found.auroc()).isGreaterThan(0.99);
  }

  private static IntVector labels(Embeddings x) {
    return IntVector.of(
        IntStream.range(0, x.rows())
            .map(i -> {
              double[] scores = {x.get(i, 0), x.get(i, 1), x.get(i, 2)};
              int best = scores[1] > scores[0] ? 1 : 0;
              return scores[2] > scores[best] ? 2 : best;
            })
            .toArray());
  }

  @Test
  void theClassifierIsAtTheMinimum() {
    double[] noise = random.doubles(ROWS, -0.1, 0.1).toArray();
    int[] labels = // of which the first is rare: the biases are far from zero
        IntStream.range(0, ROWS)
            .map(i -> x.get(i, 0) < 2.9 + noise[i] ? 0 : x.get(i, 1) < 3 + noise[i] ? 1 : 2)
            .toArray();
    var probe = LinearProbe.classifier(x, IntVector.of(labels), 3, LOOK);
    Logits probabilities = probe.logits(x).softmax();
    Logits atUnits = probe.logits(UNITS);
    for (int c = 0; c < 3; c++) {
      int label = c;
      assertAtMinimum(
          row -> probabilities.get(row, label) - (labels[row] == label ? 1 : 0),
          unit -> atUnits.get(unit, label));
    }
  }

  /** The loss is the absolute error of the standardised target, smooth within 0.01 of zero. */
  @Test
  void theRegressionIsAtTheMinimum() {
    double[] targets = // whose median is not their mean: the bias is far from zero
        IntStream.range(0, ROWS)
            .mapToDouble(i -> line(x, i) + random.nextGaussian() + (i % 5 == 0 ? 10 : 0))
            .toArray();
    double deviation = deviation(targets);
    var probe = LinearProbe.regression(x, targets, LOOK);
    double[] predicted = probe.predict(x);
    double[] atUnits = probe.predict(UNITS);
    assertAtMinimum(
        row -> {
          double error = (predicted[row] - targets[row]) / deviation;
          return error / Math.sqrt(error * error + 0.01 * 0.01);
        },
        unit -> atUnits[unit] / deviation);
  }

  /**
   * There the mean loss plus {@code |W|^2 / 2N} has no slope, by any weight or by the bias. W is
   * the score's change from the origin to each unit vector, times the feature's deviation.
   *
   * @param slopes derivative of each row's loss by its score
   * @param atUnits scores of {@link #UNITS}
   */
  private void assertAtMinimum(IntToDoubleFunction slopes, IntToDoubleFunction atUnits) {
    double bias = IntStream.range(0, ROWS).mapToDouble(slopes).sum() / ROWS; // has no penalty
    assertThat(bias).as("bias").isCloseTo(0, within(TOLERANCE));
    for (int d = 0; d < DIM; d++) {
      int column = d;
      double[] feature = IntStream.range(0, ROWS).mapToDouble(i -> x.get(i, column)).toArray();
      double mean = Arrays.stream(feature).sum() / ROWS;
      double deviation = deviation(feature);
      double weight = (atUnits.applyAsDouble(d + 1) - atUnits.applyAsDouble(0)) * deviation;
      double slope = weight / ROWS;
      for (int row = 0; row < ROWS; row++) {
        slope += slopes.applyAsDouble(row) * (feature[row] - mean) / deviation / ROWS;
      }
      assertThat(slope).as("weight " + d).isCloseTo(0, within(TOLERANCE));
    }
  }

  private static double deviation(double[] numbers) {
    double mean = Arrays.stream(numbers).sum() / numbers.length;
    double square = Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(square / numbers.length);
  }

  @Test
  void chanceIsWhatNoiseTells() {
    IntVector labels = IntVector.of(random.ints(ROWS, 0, 4).toArray());
    var probe = LinearProbe.classifier(x, labels, 4, LOOK);
    Embeddings fresh = embeddings(2000);
    IntVector freshLabels = IntVector.of(random.ints(2000, 0, 4).toArray());
    assertThat(Classification.of(probe.logits(fresh), freshLabels).auroc())
        .isCloseTo(0.5, within(0.05));
  }

  @Test
  void theMinimumOfAQuadraticIsFound() {
    double[] found =
        Minimizer.minimize(
            (point, gradient) -> {
              double value = 1;
              for (int d = 0; d < point.length; d++) {
                double error = point[d] - d;
                value += (d + 1) * error * error;
                gradient[d] = 2 * (d + 1) * error;
              }
              return value;
            },
            20,
            LOOK);
    for (int d = 0; d < found.length; d++) {
      assertThat(found[d]).isCloseTo(d, within(1e-3));
    }
  }
}
