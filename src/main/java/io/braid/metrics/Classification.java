package io.braid.metrics;

import io.braid.modality.IntVector;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well classes are told. Averages over classes are over those that some samples have and some
 * have not: of the others there is no curve.
 *
 * @param crossEntropy mean, in nats
 * @param aupr average precision of each class against the rest, on probabilities, averaged
 * @param auroc the same of the areas under the receiver operating characteristic curve
 * @param f1 macro: averaged over classes
 * @param accuracy of the most probable class
 */
public record Classification(
    double crossEntropy, double aupr, double auroc, double f1, double accuracy) {
  /**
   * @param labels class of each row, of at least two classes together
   */
  public static Classification of(Logits logits, IntVector labels) {
    Logits probabilities = logits.softmax();
    var confusion = Confusion.of(logits.classes(), labels, logits.argMax());
    int[] told = labels.stream().distinct().sorted().toArray();
    return new Classification(
        logits.crossEntropy(labels),
        mean(told, area(probabilities, labels, ScoreCurves::averagePrecision)),
        mean(told, area(probabilities, labels, ScoreCurves::auroc)),
        mean(told, confusion::f1),
        confusion.accuracy());
  }

  private static IntToDoubleFunction area(
      Logits probabilities, IntVector labels, ToDoubleFunction<ScoreCurves> area) {
    return label -> area.applyAsDouble(probabilities.curves(label, labels));
  }

  private static double mean(int[] classes, IntToDoubleFunction ofClass) {
    return IntStream.of(classes).mapToDouble(ofClass).average().orElseThrow();
  }
}
