package io.braid.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What was measured, as small tables. */
final class MetricsText {
  private static final List<String> RANKS = List.of("recall@1", "recall@5", "recall@10");

  private MetricsText() {}

  static String of(JsonNode metrics) {
    var text = new StringBuilder();
    add(text, retrieval(metrics));
    String line = losses(metrics);
    if (!line.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append("  ").append(line).append("\n");
    }
    add(text, probes(metrics.path("probes")));
    add(text, subsets(metrics.path("subsets")));
    add(text, worth(metrics.path("worth")));
    return text.toString();
  }

  private static void add(StringBuilder text, TextTable table) {
    if (!table.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(table);
    }
  }

  private static TextTable retrieval(JsonNode metrics) {
    JsonNode retrieval = metrics.path("retrieval");
    var names = new LinkedHashSet<String>();
    retrieval.propertyNames().stream().filter(name -> !name.equals("mean")).forEach(names::add);
    if (retrieval.has("mean")) {
      names.add("mean");
    }
    // After training only that of fusions is known.
    boolean hasUniformity = names.stream().anyMatch(metrics.path("uniformity")::has);
    var header =
        new ArrayList<>(
            List.of("query", "recall@1", "recall@5", "recall@10", "median rank", "alignment"));
    if (hasUniformity) {
      header.add("uniformity");
    }
    var table = new TextTable(header.toArray(String[]::new));
    for (String name : names) {
      JsonNode one = retrieval.path(name);
      var cells = new ArrayList<String>();
      cells.add(name);
      RANKS.forEach(rank -> cells.add(TextTable.number(one.path(rank))));
      cells.add(TextTable.rank(one.path("median_rank")));
      cells.add(TextTable.number(metrics.path("alignment").path(name)));
      if (hasUniformity) {
        cells.add(
            TextTable.number(
                metrics.path("uniformity").path(name.equals("mean") ? "unimodal_mean" : name)));
      }
      table.row(cells);
    }
    return table;
  }

  private static String losses(JsonNode metrics) {
    var told = new ArrayList<String>();
    JsonNode loss = metrics.path("loss");
    if (loss.has("test")) {
      told.add(
          "loss %s in training, %s in test"
              .formatted(
                  TextTable.number(loss.path("train")), TextTable.number(loss.path("test"))));
    }
    if (metrics.path("uniformity").has("fusion")) {
      told.add(
          "uniformity of fusions " + TextTable.number(metrics.path("uniformity").path("fusion")));
    }
    if (metrics.has("samples")) {
      told.add("%s samples".formatted(metrics.path("samples").asString()));
    }
    return String.join("; ", told);
  }

  /** Each number of a label's probe is a row: classes and numbers are told by other ones. */
  private static TextTable probes(JsonNode probes) {
    var table = new TextTable("label, read from fusions", "measured by", "value");
    for (Map.Entry<String, JsonNode> label : probes.properties()) {
      for (Map.Entry<String, JsonNode> number : label.getValue().properties()) {
        table.row(List.of(label.getKey(), number.getKey(), TextTable.number(number.getValue())));
      }
    }
    return table;
  }

  private static TextTable subsets(JsonNode subsets) {
    var table =
        new TextTable("query has", "queries", "recall@1", "recall@5", "recall@10", "median rank");
    for (Map.Entry<String, JsonNode> subset : subsets.properties()) {
      JsonNode one = subset.getValue();
      JsonNode ranks = one.has("retrieval") ? one.path("retrieval") : one;
      var cells = new ArrayList<String>();
      cells.add(subset.getKey());
      cells.add(TextTable.number(one.path("queries")));
      RANKS.forEach(rank -> cells.add(TextTable.number(ranks.path(rank))));
      cells.add(TextTable.rank(ranks.path("median_rank")));
      table.row(cells);
    }
    return table;
  }

  private static TextTable worth(JsonNode worth) {
    var table = new TextTable("adding", "to", "without", "with", "gain", "95 % low", "high");
    for (Map.Entry<String, JsonNode> modality : worth.properties()) {
      for (Map.Entry<String, JsonNode> number : modality.getValue().properties()) {
        JsonNode one = number.getValue();
        var cells = new ArrayList<>(List.of(modality.getKey(), number.getKey()));
        List.of("without", "with", "gain", "low", "high")
            .forEach(key -> cells.add(TextTable.number(one.path(key))));
        table.row(cells);
      }
    }
    return table;
  }
}
