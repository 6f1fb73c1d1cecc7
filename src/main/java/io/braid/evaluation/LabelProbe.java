package io.braid.evaluation;

import io.braid.dataset.DatasetLabel;
import io.braid.dataset.StoredDataset;
import io.braid.metrics.Classification;
import io.braid.metrics.Embeddings;
import io.braid.metrics.LinearProbe;
import io.braid.metrics.Logits;
import io.braid.metrics.Regression;
import io.braid.modality.IntVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
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
     * What it tells of other samples, as the contract has it; of a class nothing, and of a number
     * no correlation, where they are all alike; nothing where it has learnt from none. {@code
     * cross_entropy} is that of the samples whose class it has learnt, which is finite whatever the
     * rest; of those it tells how many are {@code unseen}.
     */
    Map<String, Object> metrics(IntVector samples, Embeddings fusions);

    /**
     * What of it each sample has a number of, NaN where it has no label: {@code accuracy}, 1 or 0,
     * or {@code l1}, of which less is better.
     */
    Map<String, double[]> bySample(IntVector samples, Embeddings fusions);
  }

  /**
   * @param fusions of these samples, in order
   * @param look called now and then
   */
  Trained train(IntVector samples, Embeddings fusions, Runnable look) {
    IntVector rows = labelled(samples);
    if (rows.size() == 0 || label.classes().size() > MAX_CLASSES) {
      return new Untrained();
    }
    Embeddings chosen = fusions.select(rows);
    return switch (label.kind()) {
      case CLASSIFICATION -> new Classifier(chosen, classes(rows, samples), look);
      case REGRESSION -> new Regressor(LinearProbe.regression(chosen, values(rows, samples), look));
    };
  }

  private record Untrained() implements Trained {
    @Override
    public Map<String, Object> metrics(IntVector samples, Embeddings fusions) {
      return Map.of();
    }

    @Override
    public Map<String, double[]> bySample(IntVector samples, Embeddings fusions) {
      return Map.of();
    }
  }

  private final class Classifier implements Trained {
    private final LinearProbe probe;
    private final Set<Integer> learnt;

    Classifier(Embeddings train, IntVector classes, Runnable look) {
      probe = LinearProbe.classifier(train, classes, label.classes().size(), look);
      learnt = classes.stream().boxed().collect(Collectors.toSet());
    }

    @Override
    public Map<String, Object> metrics(IntVector samples, Embeddings fusions) {
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
      IntVector known = known(rows, samples);
      if (known.size() > 0) {
        Logits logits = probe.logits(fusions.select(known));
        metrics.put("cross_entropy", logits.crossEntropy(classes(known, samples)));
      }
      if (known.size() < rows.size()) {
        metrics.put("unseen", rows.size() - known.size());
      }
      return metrics;
    }

    /** Those rows whose class it has learnt. */
    private IntVector known(IntVector rows, IntVector samples) {
      IntVector classes = classes(rows, samples);
      return IntVector.of(
          IntStream.range(0, rows.size())
              .filter(i -> learnt.contains(classes.get(i)))
              .map(rows::get)
              .toArray());
    }

    @Override
    public Map<String, double[]> bySample(IntVector samples, Embeddings fusions) {
      IntVector guesses = probe.logits(fusions).argMax();
      return Map.of(
          "accuracy", numbers(samples, (row, value) -> guesses.get(row) == (int) value ? 1 : 0));
    }
  }

  private final class Regressor implements Trained {
    private final LinearProbe probe;

    Regressor(LinearProbe probe) {
      this.probe = probe;
    }

    @Override
    public Map<String, Object> metrics(IntVector samples, Embeddings fusions) {
      IntVector rows = labelled(samples);
      if (rows.size() == 0) {
        return Map.of();
      }
      var told = Regression.of(probe.predict(fusions.select(rows)), values(rows, samples));
      var metrics = new LinkedHashMap<String, Object>();
      if (misfit(samples, "").isEmpty()) {
        metrics.put("pearson", told.pearson());
      }
      metrics.put("l1", told.l1());
      return metrics;
    }

    @Override
    public Map<String, double[]> bySample(IntVector samples, Embeddings fusions) {
      double[] guesses = probe.predict(fusions);
      return Map.of("l1", numbers(samples, (row, value) -> Math.abs(guesses[row] - value)));
    }
  }

  private interface Number {
    double of(int row, double value);
  }

  /** One for each sample, from its row and its value of the label; NaN where it has none. */
  private double[] numbers(IntVector samples, Number number) {
    return IntStream.range(0, samples.size())
        .mapToDouble(row -> {
          OptionalDouble value = dataset.valueOf(samples.get(row), label.name());
          return value.isPresent() ? number.of(row, value.getAsDouble()) : Double.NaN;
        })
        .toArray();
  }
}
