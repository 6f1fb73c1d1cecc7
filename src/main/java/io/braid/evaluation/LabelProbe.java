package io.braid.evaluation;

import io.braid.dataset.DatasetLabel;
import io.braid.dataset.StoredDataset;
import io.braid.metrics.Classification;
import io.braid.metrics.Embeddings;
import io.braid.metrics.LinearProbe;
import io.braid.metrics.Regression;
import io.braid.modality.IntVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A linear probe of one label: trained on the fusions of the training samples that have it, asked
 * of those measured that do.
 */
final class LabelProbe {
  /** A probe has as many weights as classes times the embedding's width. */
  private static final int MAX_CLASSES = 1000;

  private final StoredDataset dataset;
  private final DatasetLabel label;

  LabelProbe(StoredDataset dataset, String name) {
    this.dataset = dataset;
    this.label =
        dataset.labels().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no label '" + name + "'"));
  }

  String name() {
    return label.name();
  }

  /** Why these samples cannot train it, or cannot be told apart by it, if that is so. */
  Optional<String> misfit(IntVector samples, String which) {
    double[] values = values(labelled(samples), samples);
    if (values.length == 0) {
      return Optional.of("no %s sample has it".formatted(which));
    }
    if (label.classes().size() > MAX_CLASSES) {
      return Optional.of(
          "it has %d classes; a probe takes %d at most"
              .formatted(label.classes().size(), MAX_CLASSES));
    }
    boolean isConstant = IntStream.range(0, values.length).allMatch(i -> values[i] == values[0]);
    if (!isConstant) {
      return Optional.empty();
    }
    return Optional.of(
        switch (label.kind()) {
          case CLASSIFICATION ->
              "every %s sample that has it is of class '%s'; a probe needs two classes"
                  .formatted(which, label.classes().get((int) values[0]));
          case REGRESSION -> "it is %s in every %s sample".formatted(values[0], which);
        });
  }

  /** Rows, among those of these samples, of those that have the label. */
  private IntVector labelled(IntVector samples) {
    return IntVector.of(
        IntStream.range(0, samples.size())
            .filter(row -> dataset.valueOf(samples.get(row), label.name()).isPresent())
            .toArray());
  }

  private double[] values(IntVector rows, IntVector samples) {
    return rows.stream()
        .mapToDouble(row -> dataset.valueOf(samples.get(row), label.name()).orElseThrow())
        .toArray();
  }

  private IntVector classes(IntVector rows, IntVector samples) {
    double[] values = values(rows, samples);
    return IntVector.of(IntStream.range(0, values.length).map(i -> (int) values[i]).toArray());
  }

  /** One that has learnt. */
  interface Trained {
    /**
     * What it tells of other samples, as the contract has it; nothing where they are all alike, or
     * it has learnt from none.
     */
    Map<String, Object> metrics(IntVector samples, Embeddings fusions);
  }

  /**
   * @param fusions of these samples, in order
   */
  Trained train(IntVector samples, Embeddings fusions) {
    IntVector rows = labelled(samples);
    if (rows.size() == 0 || label.classes().size() > MAX_CLASSES) {
      return (_, _) -> Map.of();
    }
    Embeddings chosen = fusions.select(rows);
    return switch (label.kind()) {
      case CLASSIFICATION -> {
        var probe = LinearProbe.classifier(chosen, classes(rows, samples), label.classes().size());
        yield (others, of) -> classification(probe, others, of);
      }
      case REGRESSION -> {
        var probe = LinearProbe.regression(chosen, values(rows, samples));
        yield (others, of) -> regression(probe, others, of);
      }
    };
  }

  private Map<String, Object> classification(
      LinearProbe probe, IntVector samples, Embeddings fusions) {
    if (misfit(samples, "").isPresent()) {
      return Map.of();
    }
    IntVector rows = labelled(samples);
    var told = Classification.of(probe.logits(fusions.select(rows)), classes(rows, samples));
    var metrics = new LinkedHashMap<String, Object>();
    metrics.put("aupr", told.aupr());
    metrics.put("auroc", told.auroc());
    metrics.put("f1", told.f1());
    metrics.put("accuracy", told.accuracy());
    metrics.put("cross_entropy", told.crossEntropy());
    return metrics;
  }

  private Map<String, Object> regression(LinearProbe probe, IntVector samples, Embeddings fusions) {
    IntVector rows = labelled(samples);
    if (rows.size() == 0) {
      return Map.of();
    }
    var told = Regression.of(probe.predict(fusions.select(rows)), values(rows, samples));
    var metrics = new LinkedHashMap<String, Object>();
    metrics.put("pearson", told.pearson());
    metrics.put("l1", told.l1());
    return metrics;
  }
}
