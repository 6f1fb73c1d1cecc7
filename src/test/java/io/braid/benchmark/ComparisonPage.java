package io.braid.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a {@link Comparison} has found: tables, pictures, and the paper's claims beside them. */
record ComparisonPage(Path folder) {
  private static final List<String> ARCHITECTURES = List.of("mca", "zorro", "eao");
  private static final List<String> COLUMNS = List.of("mca", "zorro", "eao", "linear");

  /**
   * A sweep.
   *
   * @param baselines cells as those of the report, of architecture {@code linear}
   * @param pictures by the number of the figure, as SVG
   */
  record Part(JsonNode report, List<JsonNode> baselines, Map<Integer, String> pictures) {
    List<JsonNode> cells() {
      return Stream.concat(report.path("cells").valueStream(), baselines.stream()).toList();
    }
  }

  /** A number of a cell, and where its metrics have it. */
  private enum Metric {
    UNIFORMITY("uniformity of the fusion", "/uniformity/fusion", 3, false),
    UNIMODAL("mean uniformity of modalities", "/uniformity/unimodal_mean", 3, false),
    ALIGNMENT("mean alignment", "/alignment/mean", 3, false),
    RANK("median rank", "/retrieval/mean/median_rank", 1, false),
    RECALL_1("recall@1", "/retrieval/mean/recall@1", 3, true),
    RECALL_10("recall@10", "/retrieval/mean/recall@10", 3, true),
    AUPR("AUPR of the label", "/probes/label/aupr", 3, true),
    ACCURACY("accuracy of the label", "/probes/label/accuracy", 3, true);

    final String title;
    final String pointer;
    final int digits;
    final boolean isMoreBetter;

    Metric(String title, String pointer, int digits, boolean isMoreBetter) {
      this.title = title;
      this.pointer = pointer;
      this.digits = digits;
      this.isMoreBetter = isMoreBetter;
    }
  }

  /** Mean and standard deviation over seeds. */
  private record Spread(double mean, double deviation, int seeds) {
    static Spread of(List<Double> values) {
      double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
      double square = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
      return new Spread(mean, Math.sqrt(square / Math.max(1, values.size() - 1)), values.size());
    }

    String shown(int digits) {
      if (seeds == 0) {
        return "";
      }
      String format = "%." + digits + "f ± %." + digits + "f" + (seeds == 3 ? "" : " (%d)");
      return String.format(Locale.ROOT, format, mean, deviation, seeds);
    }
  }

  /** Writes the numbers and pictures that a page on results shows. */
  void write(Map<String, Part> parts) throws IOException {
    Files.createDirectories(folder);
    var page =
        new StringBuilder(
            "# Results: the numbers\n\nMade by `Comparison`; see [results](../results.md).\n");
    for (var part : parts.entrySet()) {
      for (var picture : part.getValue().pictures().entrySet()) {
        Files.writeString(
            folder.resolve(part.getKey() + "-" + picture.getKey() + ".svg"), picture.getValue());
      }
      page.append(section(part.getKey(), part.getValue()));
    }
    Files.writeString(folder.resolve("numbers.md"), page);
  }

  private static String section(String name, Part part) {
    var text = new StringBuilder("\n## ").append(name).append("\n");
    List<JsonNode> cells = part.cells();
    JsonNode swept = part.report().path("cells");
    long known = swept.valueStream().filter(cell -> !cell.path("metrics").isEmpty()).count();
    text.append(
        "%d of %d cells are measured. Mean and standard deviation over seeds.\n"
            .formatted(known, swept.size()));
    part.pictures()
        .keySet()
        .forEach(figure ->
            text.append("\n![Figure %1$d for %2$s](%2$s-%1$d.svg)\n".formatted(figure, name)));
    text.append("\n| | S | mca | zorro | eao | linear |\n|---|---|---|---|---|---|\n");
    for (Metric number : Metric.values()) {
      for (double sparsity : sparsities(cells)) {
        text.append("| %s | %s |".formatted(number.title, sparsity));
        for (String architecture : COLUMNS) {
          text.append(
              " %s |"
                  .formatted(spread(cells, architecture, sparsity, number).shown(number.digits)));
        }
        text.append('\n');
      }
    }
    return text.append(claims(cells)).toString();
  }

  private static List<Double> sparsities(List<JsonNode> cells) {
    var sparsities = new TreeSet<Double>();
    cells.forEach(cell -> sparsities.add(cell.at("/cell/modal_sparsity").doubleValue()));
    return List.copyOf(sparsities);
  }

  private static Spread spread(
      List<JsonNode> cells, String architecture, double sparsity, Metric number) {
    var values = new ArrayList<Double>();
    for (JsonNode cell : cells) {
      JsonNode value = cell.path("metrics").at(number.pointer);
      if (cell.at("/cell/architecture").asString().equals(architecture)
          && cell.at("/cell/modal_sparsity").doubleValue() == sparsity
          && value.isNumber()) {
        values.add(value.doubleValue());
      }
    }
    return Spread.of(values);
  }

  private static String claims(List<JsonNode> cells) {
    var text = new StringBuilder("\n| the paper's claim | held at S |\n|---|---|\n");
    claim(text, cells, "EAO is best in median rank", isBest("eao", Metric.RANK));
    claim(text, cells, "EAO is best in recall@10", isBest("eao", Metric.RECALL_10));
    claim(
        text,
        cells,
        "MCA is above Zorro in recall@10",
        (all, s) -> isBetter(all, s, "mca", "zorro", Metric.RECALL_10));
    claim(text, cells, "MCA is best in probes (AUPR)", isBest("mca", Metric.AUPR));
    claim(text, cells, "MCA has the best uniformity", isBest("mca", Metric.UNIFORMITY));
    claim(text, cells, "EAO has the best alignment", isBest("eao", Metric.ALIGNMENT));
    for (String architecture : ARCHITECTURES) {
      claim(
          text,
          cells,
          "recall@10 of %s is below that at S = 0.4".formatted(architecture),
          (all, s) ->
              s > 0.4
                  && spread(all, architecture, s, Metric.RECALL_10).mean()
                      < spread(all, architecture, 0.4, Metric.RECALL_10).mean());
    }
    return text.toString();
  }

  private static BiPredicate<List<JsonNode>, Double> isBest(String architecture, Metric number) {
    return (cells, sparsity) ->
        ARCHITECTURES.stream()
            .filter(other -> !other.equals(architecture))
            .allMatch(other -> isBetter(cells, sparsity, architecture, other, number));
  }

  private static boolean isBetter(
      List<JsonNode> cells, double sparsity, String one, String other, Metric number) {
    double ours = spread(cells, one, sparsity, number).mean();
    double theirs = spread(cells, other, sparsity, number).mean();
    return number.isMoreBetter ? ours > theirs : ours < theirs;
  }

  private static void claim(
      StringBuilder text,
      List<JsonNode> cells,
      String claim,
      BiPredicate<List<JsonNode>, Double> holds) {
    List<Double> held =
        sparsities(cells).stream().filter(sparsity -> holds.test(cells, sparsity)).toList();
    text.append(
        "| %s | %s |\n"
            .formatted(
                claim,
                held.isEmpty()
                    ? "none"
                    : String.join(", ", held.stream().map(Object::toString).toList())));
  }
}
