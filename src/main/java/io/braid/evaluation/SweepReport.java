package io.braid.evaluation;

import io.braid.figure.Figure;
import io.braid.figure.Figure.Panel;
import io.braid.figure.Figure.Point;
import io.braid.figure.Figure.Series;
import io.braid.job.TrainingRuns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * What a sweep has shown: the paper's figures 4 to 7 for its data, a line for each architecture and
 * whatever else the sweep changes beside modal sparsity and seed.
 */
record SweepReport(TrainingRuns.Sweep sweep, List<Cell> cells) {
  /** Fields that make no line of their own: one is an axis, over the other means are taken. */
  private static final Set<String> SPREAD = Set.of("architecture", "modal_sparsity", "seed");

  private static final String SPARSITY = "modal sparsity";

  SweepReport {
    cells = List.copyOf(cells);
  }

  /**
   * A cell.
   *
   * @param evaluation of its version, once there is one
   * @param metrics of that evaluation, empty as long as there are none
   * @param epochs what each epoch measured; read, from all events of the run, where it is asked for
   */
  record Cell(
      TrainingRuns.Run run,
      Optional<Evaluation> evaluation,
      JsonNode metrics,
      Supplier<List<Map<String, Object>>> epochs) {
    static Cell of(
        TrainingRuns.Run run,
        Optional<Evaluation> evaluation,
        Supplier<List<Map<String, Object>>> epochs) {
      Map<String, Object> metrics = evaluation.map(Evaluation::metrics).orElse(Map.of());
      return new Cell(run, evaluation, EvaluationRepository.JSON.valueToTree(metrics), epochs);
    }

    /** The line of a figure that it belongs to. */
    String line() {
      var line = new StringBuilder(run.spec().architecture().toString());
      run.cell()
          .forEach((field, value) -> {
            if (!SPREAD.contains(field)) {
              line.append(", ").append(field).append(' ').append(value);
            }
          });
      return line.toString();
    }

    double sparsity() {
      return run.spec().modalSparsity();
    }

    /** Whether nothing more will be known of it. */
    boolean isOver() {
      return run.isOver()
          && (run.version().isEmpty() || evaluation.filter(Evaluation::isOver).isPresent());
    }

    OptionalDouble metric(String pointer) {
      JsonNode number = metrics.at(pointer);
      return number.isNumber() ? OptionalDouble.of(number.doubleValue()) : OptionalDouble.empty();
    }
  }

  String state() {
    return cells.stream().allMatch(Cell::isOver) ? "ended" : "running";
  }

  List<Figure> figures() {
    return IntStream.rangeClosed(4, 7).boxed().flatMap(number -> figure(number).stream()).toList();
  }

  /** One that the paper numbers so, from 4 to 7; empty of another number. */
  Optional<Figure> figure(int number) {
    return switch (number) {
      case 4 ->
          Optional.of(
              new Figure(
                  number,
                  "Uniformity and alignment",
                  List.of(
                      bySparsity("uniformity of the fusion", "/uniformity/fusion"),
                      bySparsity("mean uniformity of modalities", "/uniformity/unimodal_mean"),
                      bySparsity("mean alignment", "/alignment/mean"))));
      case 5 ->
          Optional.of(
              new Figure(
                  number,
                  "Retrieval of the fusion by one modality, the mean over modalities",
                  List.of(
                      bySparsity("median rank", "/retrieval/mean/median_rank"),
                      bySparsity("recall@1", "/retrieval/mean/recall@1"),
                      bySparsity("recall@5", "/retrieval/mean/recall@5"),
                      bySparsity("recall@10", "/retrieval/mean/recall@10"))));
      case 6 -> Optional.of(new Figure(number, "Linear probes of the fusion", probes()));
      case 7 -> Optional.of(new Figure(number, "Loss by epoch", losses()));
      default -> Optional.empty();
    };
  }

  /** Numbers that a report has of each cell, by name, with where its metrics have them. */
  Map<String, String> columns() {
    var columns = new LinkedHashMap<String, String>();
    columns.put("uniformity", "/uniformity/fusion");
    columns.put("uniformity_unimodal_mean", "/uniformity/unimodal_mean");
    columns.put("alignment", "/alignment/mean");
    for (String number : List.of("median_rank", "recall@1", "recall@5", "recall@10")) {
      columns.put(number, "/retrieval/mean/" + number);
    }
    probed()
        .forEach((label, numbers) ->
            numbers.forEach(number -> columns.put(label + ":" + number, probe(label, number))));
    return columns;
  }

  /** Numbers that tell of each label, in the order in which they come. */
  private Map<String, Set<String>> probed() {
    var probed = new LinkedHashMap<String, Set<String>>();
    for (Cell cell : cells) {
      cell.metrics()
          .path("probes")
          .forEachEntry((label, numbers) ->
              probed
                  .computeIfAbsent(label, _ -> new LinkedHashSet<>())
                  .addAll(numbers.propertyNames()));
    }
    return probed;
  }

  private static String probe(String label, String number) {
    return JsonPointer.compile("/probes").appendProperty(label).appendProperty(number).toString();
  }

  private List<Panel> probes() {
    var panels = new ArrayList<Panel>();
    probed()
        .forEach((label, numbers) ->
            numbers.forEach(
                number -> panels.add(bySparsity(label + ": " + number, probe(label, number)))));
    return panels;
  }

  private Panel bySparsity(String title, String pointer) {
    return new Panel(
        title,
        SPARSITY,
        lines(
            cells,
            cell ->
                cell.metric(pointer).stream()
                    .boxed()
                    .map(value -> Map.entry(cell.sparsity(), value))
                    .toList()));
  }

  /** Training and test loss, for each sparsity. */
  private List<Panel> losses() {
    var epochs = new HashMap<String, List<Map<String, Object>>>();
    cells.forEach(cell -> epochs.put(cell.run().job(), cell.epochs().get()));
    var sparsities = new TreeSet<Double>(cells.stream().map(Cell::sparsity).toList());
    var panels = new ArrayList<Panel>();
    for (String kind : List.of("training", "test")) {
      String loss = kind.equals("test") ? "test_loss" : "train_loss";
      for (double sparsity : sparsities) {
        List<Cell> some = cells.stream().filter(cell -> cell.sparsity() == sparsity).toList();
        panels.add(
            new Panel(
                "%s loss at %s %s".formatted(kind, SPARSITY, sparsity),
                "epoch",
                lines(
                    some, cell -> points(epochs.getOrDefault(cell.run().job(), List.of()), loss))));
      }
    }
    return panels;
  }

  private static List<Map.Entry<Double, Double>> points(
      List<Map<String, Object>> epochs, String loss) {
    var points = new ArrayList<Map.Entry<Double, Double>>();
    for (Map<String, Object> epoch : epochs) {
      if (epoch.get("epoch") instanceof Number x && epoch.get(loss) instanceof Number y) {
        points.add(Map.entry(x.doubleValue(), y.doubleValue()));
      }
    }
    return points;
  }

  /** A line for each kind of cell, its points the means over the cells that have them. */
  private static List<Series> lines(
      List<Cell> cells, Function<Cell, List<Map.Entry<Double, Double>>> points) {
    var lines = new LinkedHashMap<String, TreeMap<Double, List<Double>>>();
    for (Cell cell : cells) {
      var line = lines.computeIfAbsent(cell.line(), _ -> new TreeMap<>());
      for (var point : points.apply(cell)) {
        line.computeIfAbsent(point.getKey(), _ -> new ArrayList<>()).add(point.getValue());
      }
    }
    var series = new ArrayList<Series>();
    lines.forEach((name, byX) -> {
      var means = new ArrayList<Point>();
      byX.forEach((x, values) -> means.add(point(x, values)));
      series.add(new Series(name, means));
    });
    return series;
  }

  private static Point point(double x, List<Double> values) {
    double mean = values.stream().mapToDouble(value -> value).average().orElseThrow();
    double square = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Point(
        x, mean, values.size() > 1 ? Math.sqrt(square / (values.size() - 1)) : null, values.size());
  }
}
