package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.IntVector;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
  private static final int ROWS = 400;
  private static final int DIM = 5;

  private static final Runnable LOOK = () -> {};

  private final Random random = new Random(1);
  private final Embeddings x = embeddings(ROWS);

  private Embeddings embeddings(int rows) {
    var elements = new float[rows * DIM];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) (3 + 0.1 * random.nextGaussian());
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

  /** At the minimum the mean of the slopes times each feature is minus the penalty's slope. */
  @Test
  void theClassifierIsAtTheMinimum() {
    IntVector labels = labels(x);
    Logits probabilities = LinearProbe.classifier(x, labels, 3, LOOK).logits(x).softmax();
    for (int c = 0; c < 3; c++) {
      double bias = 0; // which has no penalty
      for (int i = 0; i < ROWS; i++) {
        bias += (probabilities.get(i, c) - (labels.get(i) == c ? 1 : 0)) / ROWS;
      }
      assertThat(bias).isCloseTo(0, within(1e-4));
    }
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
