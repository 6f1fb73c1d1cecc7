package io.braid.benchmark;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * What is known of one trained version, or of what is held against it.
 *
 * @param recipe how it was trained, or how it answers
 * @param architecture or {@code linear}
 * @param numbers by {@link Number}; those that were not measured are missing
 */
record ComparedCell(
    String recipe, String architecture, double sparsity, Map<Number, Double> numbers) {
  ComparedCell {
    numbers = Map.copyOf(numbers);
  }

  /** A number of a cell, and where the metrics of an evaluation have it. */
  enum Number {
    UNIFORMITY("uniformity of the fusion", "/uniformity/fusion", 2, false),
    UNIMODAL("mean uniformity of modalities", "/uniformity/unimodal_mean", 2, false),
    ALIGNMENT("mean alignment", "/alignment/mean", 2, false),
    RANK("median rank", "/retrieval/mean/median_rank", 1, false),
    RECALL_1("recall@1", "/retrieval/mean/recall@1", 3, true),
    RECALL_10("recall@10", "/retrieval/mean/recall@10", 3, true),
    AUPR("AUPR of the label", "/probes/label/aupr", 3, true),
    ACCURACY("accuracy of the label", "/probes/label/accuracy", 3, true),
    COMPLETE_10("recall@10, complete samples", "", 3, true),
    COMPLETE_AUPR("AUPR, complete samples", "", 3, true),
    LOSS_GAP("test loss less train loss", "", 2, false),
    SECONDS("seconds of training", "", 0, false),
    BY_1("recall@10 of a fused query, 1 modality", "", 3, true),
    BY_2("2 modalities", "", 3, true),
    BY_3("3 modalities", "", 3, true);

    /** Recall of fused queries by the number of their modalities, from 1. */
    static final List<Number> BY_COUNT = List.of(BY_1, BY_2, BY_3);

    final String title;
    final String pointer;
    final int digits;
    final boolean isMoreBetter;

    Number(String title, String pointer, int digits, boolean isMoreBetter) {
      this.title = title;
      this.pointer = pointer;
      this.digits = digits;
      this.isMoreBetter = isMoreBetter;
    }
  }

  /** Numbers that the metrics of an evaluation, or of an epoch, have. */
  static Map<Number, Double> numbers(JsonNode metrics) {
    var numbers = new EnumMap<Number, Double>(Number.class);
    for (Number number : Number.values()) {
      if (!number.pointer.isEmpty() && metrics.at(number.pointer).isNumber()) {
        numbers.put(number, metrics.at(number.pointer).doubleValue());
      }
    }
    return numbers;
  }

  OptionalDouble number(Number number) {
    Double value = numbers.get(number);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Mean and standard deviation over seeds. */
  record Spread(double mean, double deviation, int seeds) {
    static Spread of(List<ComparedCell> cells, Number number) {
      return of(cells.stream().flatMapToDouble(cell -> cell.number(number).stream()).toArray());
    }

    static Spread of(double... values) {
      double mean = Arrays.stream(values).average().orElse(Double.NaN);
      double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      return new Spread(mean, Math.sqrt(square / Math.max(1, values.length - 1)), values.length);
    }

    String shown(int digits) {
      if (seeds == 0) {
        return "";
      }
      String format = "%." + digits + "f ± %." + digits + "f";
      return String.format(Locale.ROOT, format, mean, deviation)
          + (seeds == ComparedData.SEEDS.size() ? "" : " (%d)".formatted(seeds));
    }
  }
}
