package io.braid.benchmark;

import io.braid.metrics.Regression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What adding modalities was said to be worth, beside what came of it: of each sample, what asked,
 * and what was added.
 */
final class Additions {
  private record Case(String sample, List<String> query, String added) {}

  private record Gain(double told, double seen) {}

  private final Map<Case, Gain> gains = new LinkedHashMap<>();

  void add(String sample, List<String> query, String added, double told, double seen) {
    gains.put(new Case(sample, query, added), new Gain(told, seen));
  }

  static void head() {
    System.out.println(
        "| data | items | additions | rank correlation of their means | of those of one sample |");
    System.out.println("|---|---|---|---|---|");
  }

  /** Rank correlations: of means by what asked and was added, and within each sample and query. */
  void row(String title) {
    var byAddition = new LinkedHashMap<List<Object>, List<Gain>>();
    var bySample = new LinkedHashMap<List<Object>, List<Gain>>();
    gains.forEach((of, gain) -> {
      byAddition.computeIfAbsent(List.of(of.query(), of.added()), _ -> new ArrayList<>()).add(gain);
      bySample.computeIfAbsent(List.of(of.sample(), of.query()), _ -> new ArrayList<>()).add(gain);
    });
    List<Gain> means =
        byAddition.values().stream()
            .map(all ->
                new Gain(
                    all.stream().mapToDouble(Gain::told).average().orElse(0),
                    all.stream().mapToDouble(Gain::seen).average().orElse(0)))
            .toList();
    double within =
        bySample.values().stream()
            .filter(all -> all.stream().map(Gain::seen).distinct().count() > 1)
            .mapToDouble(Additions::spearman)
            .average()
            .orElse(Double.NaN);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d of %d kinds | %.2f | %.2f |%n",
        title,
        gains.size(),
        byAddition.size(),
        spearman(means),
        within);
  }

  private static double spearman(List<Gain> gains) {
    return Regression.of(
            gains.stream().mapToDouble(Gain::told).toArray(),
            gains.stream().mapToDouble(Gain::seen).toArray())
        .spearman();
  }
}
