package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.benchmark.ComparedCell.Number;
import io.braid.benchmark.ComparedData.Sweep;
import io.braid.dataset.StoredDataset;
import io.braid.metrics.Classification;
import io.braid.metrics.Ranking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads from the service what a {@link Comparison} has trained, and measures what is left. */
final class ComparisonFindings {
  static final String PUBLISHED = "as published";
  private static final int BASELINE_DIM = 32;
  private static final JsonMapper JSON = new JsonMapper();

  /** Recipes of which other ways to answer are tried. */
  private static final Set<String> READ_OUT =
      Set.of(PUBLISHED, "present negatives, 1 view", "cosines, 1 view");

  private final JsonClient client;
  private final Path folder;
  private final Map<String, String> sweeps;

  /**
   * @param folder of the service
   * @param sweeps ids by name
   */
  ComparisonFindings(JsonClient client, Path folder, Map<String, String> sweeps) {
    this.client = client;
    this.folder = folder;
    this.sweeps = Map.copyOf(sweeps);
  }

  /** A cell of a sweep whose version is measured. */
  private record Trained(JsonNode cell, JsonNode job) {
    JsonNode spec() {
      return job.path("spec");
    }

    String architecture() {
      return spec().path("architecture").asString();
    }

    double sparsity() {
      return spec().path("modal_sparsity").doubleValue();
    }

    long seed() {
      return spec().path("seed").longValue();
    }

    String model() {
      return job.path("model").asString();
    }

    int version() {
      return job.path("version").intValue();
    }

    ComparedCell compared(String recipe, Map<Number, Double> numbers) {
      return new ComparedCell(recipe, architecture(), sparsity(), numbers);
    }
  }

  JsonNode report(Sweep sweep) throws Exception {
    return client.get("/v1/sweeps/" + sweeps.get(sweep.name()) + "/report");
  }

  /** A figure of a sweep, as SVG. */
  String picture(Sweep sweep, int figure) throws Exception {
    String at = "/v1/sweeps/%s/report?figure=%d".formatted(sweeps.get(sweep.name()), figure);
    return new String(
        client.answer("GET", at, "", new byte[0], "Accept", "image/svg+xml").body(), UTF_8);
  }

  private List<Trained> trained(Sweep sweep) throws Exception {
    var trained = new ArrayList<Trained>();
    for (JsonNode cell : report(sweep).path("cells")) {
      if (!cell.path("metrics").isEmpty()) {
        String job = cell.path("job").asString();
        trained.add(new Trained(cell, client.get("/v1/training-jobs/" + job)));
      }
    }
    return trained;
  }

  /** What was trained as published, if anything, and the baselines on the same samples. */
  List<ComparedCell> published(ComparedData compared) throws Exception {
    var cells = new ArrayList<ComparedCell>();
    for (Trained one : trained(compared.published())) {
      cells.add(one.compared(PUBLISHED, numbers(one)));
    }
    if (cells.isEmpty()) {
      return cells;
    }
    try (var dataset = content(compared.data())) {
      int classes = dataset.labels().getFirst().classes().size();
      for (double sparsity : compared.sparsities()) {
        for (int seed : ComparedData.SEEDS) {
          var baselines = new Baselines(dataset, sparsity, seed, BASELINE_DIM, false);
          cells.add(baseline(baselines, sparsity, "table and ridge", false, classes));
        }
      }
    }
    return cells;
  }

  private static ComparedCell baseline(
      Baselines baselines, double sparsity, String recipe, boolean isOfOthers, int classes) {
    Classification probe = baselines.probe("label", classes);
    Ranking retrieval = baselines.retrieval(isOfOthers);
    return new ComparedCell(
        recipe,
        "linear",
        sparsity,
        Map.of(
            Number.RANK, retrieval.medianRank(),
            Number.RECALL_1, retrieval.recallAt1(),
            Number.RECALL_10, retrieval.recallAt10(),
            Number.AUPR, probe.aupr(),
            Number.ACCURACY, probe.accuracy()));
  }

  private Map<Number, Double> numbers(Trained one) throws Exception {
    Map<Number, Double> numbers = ComparedCell.numbers(one.cell().path("metrics"));
    JsonNode complete = evaluate(one, false);
    numbers.put(Number.COMPLETE_10, complete.at(Number.RECALL_10.pointer).doubleValue());
    numbers.put(Number.COMPLETE_AUPR, complete.at(Number.AUPR.pointer).doubleValue());
    JsonNode loss = one.job().at("/metrics/loss");
    numbers.put(
        Number.LOSS_GAP, loss.path("test").doubleValue() - loss.path("train").doubleValue());
    numbers.put(Number.SECONDS, seconds(one));
    return numbers;
  }

  /**
   * Recipes in the middle, measured on complete samples: with queries of every subset, and other
   * ways to answer.
   */
  List<ComparedCell> recipes(ComparedData compared) throws Exception {
    var cells = new ArrayList<ComparedCell>();
    if (compared.recipes().isEmpty()) {
      return cells;
    }
    try (var dataset = content(compared.data())) {
      List<Sweep> all =
          Stream.concat(Stream.of(compared.published()), compared.recipes().stream()).toList();
      for (Sweep sweep : all) {
        for (Trained one : trained(sweep)) {
          if (one.sparsity() == ComparedData.MIDDLE) {
            addRecipe(one, recipe(one.spec(), compared), dataset, cells);
          }
        }
      }
      int classes = dataset.labels().getFirst().classes().size();
      for (int seed : ComparedData.SEEDS) {
        var baselines = new Baselines(dataset, ComparedData.MIDDLE, seed, BASELINE_DIM, true);
        cells.add(baseline(baselines, ComparedData.MIDDLE, "table and ridge", false, classes));
        cells.add(
            baseline(
                baselines,
                ComparedData.MIDDLE,
                "table and ridge; mean of the other modalities",
                true,
                classes));
      }
    }
    return cells;
  }

  private static String recipe(JsonNode spec, ComparedData compared) {
    if (compared
        .size()
        .filter(size -> spec.at("/network/layers").intValue() > size.layers())
        .isPresent()) {
      return PUBLISHED + ", two layers of " + spec.at("/network/embedding_dim");
    }
    if (compared
        .size()
        .filter(size -> spec.path("epochs").intValue() > size.epochs())
        .isPresent()) {
      return PUBLISHED + ", twice the epochs";
    }
    int views = spec.path("subset_views").intValue();
    String end = ", " + views + (views == 1 ? " view" : " views");
    end += spec.path("keep").asString("best").equals("last") ? ", last epoch" : "";
    if (spec.path("similarity").asString().equals("cosine")) {
      return "cosines" + end;
    }
    if (spec.path("negatives").asString().equals("present")) {
      return "present negatives" + end;
    }
    return spec.path("standardize").booleanValue() ? PUBLISHED : PUBLISHED + ", raw inputs";
  }

  private void addRecipe(
      Trained one, String recipe, StoredDataset dataset, List<ComparedCell> cells)
      throws Exception {
    JsonNode metrics = evaluate(one, true);
    Map<Number, Double> numbers = ComparedCell.numbers(metrics);
    numbers.put(Number.SECONDS, seconds(one));
    JsonNode subsets = metrics.path("subsets");
    for (int count = 1;
        count < Math.min(dataset.schema().size(), Number.BY_COUNT.size() + 1);
        count++) {
      int modalities = count;
      numbers.put(
          Number.BY_COUNT.get(count - 1),
          subsets.properties().stream()
              .filter(subset -> subset.getKey().split("\\+").length == modalities)
              .mapToDouble(subset -> subset.getValue().path("recall@10").doubleValue())
              .average()
              .orElse(Double.NaN));
    }
    cells.add(one.compared(recipe, numbers));
    if (READ_OUT.contains(recipe)) {
      var readouts =
          new Readouts(
              client,
              dataset,
              one.model(),
              one.version(),
              one.seed(),
              one.spec().at("/network/embedding_dim").intValue());
      readouts
          .measure("label", dataset.labels().getFirst().classes().size())
          .forEach((way, of) -> cells.add(one.compared(recipe + "; " + way, of)));
      if (one.architecture().equals("mca")) {
        cells.add(one.compared(recipe + "; the exact channel", readouts.exactChannels()));
      }
    }
  }

  /**
   * As long as its steps take by the fastest tenth of them: neither stops count, nor what else the
   * machine did.
   */
  private double seconds(Trained one) throws Exception {
    double batch = one.spec().path("batch_size").doubleValue();
    double[] steps =
        history(one)
            .path("steps")
            .valueStream()
            .mapToDouble(step -> batch / step.path("samples_per_second").doubleValue())
            .sorted()
            .toArray();
    return steps.length * steps[steps.length / 10];
  }

  private JsonNode history(Trained one) throws Exception {
    return client.get("/v1/training-jobs/%s/metrics".formatted(one.job().path("id").asString()));
  }

  /** What was trained as published, as the epoch that was chosen measured it, and as the last. */
  List<ComparedCell> epochs(ComparedData compared) throws Exception {
    var cells = new ArrayList<ComparedCell>();
    for (Trained one : trained(compared.published())) {
      List<JsonNode> epochs = history(one).path("epochs").valueStream().toList();
      JsonNode chosen =
          epochs.stream()
              .filter(epoch -> epoch.path("best").booleanValue())
              .reduce((_, later) -> later)
              .orElseThrow();
      cells.add(one.compared("chosen epoch", ComparedCell.numbers(chosen)));
      cells.add(one.compared("last epoch", ComparedCell.numbers(epochs.getLast())));
    }
    return cells;
  }

  /**
   * Metrics of an evaluation on complete samples: of fewer, a query is often all that its sample
   * has.
   */
  private JsonNode evaluate(Trained one, boolean subsets) throws Exception {
    String body =
        """
        {"model": "%s", "version": %d, "dataset": "%s", "classification": ["label"],
         "subsets": %s}
        """
            .formatted(one.model(), one.version(), one.spec().path("dataset").asString(), subsets);
    String id =
        JSON.readTree(
                client
                    .answer(
                        "POST",
                        "/v1/evaluations",
                        "application/json",
                        body.getBytes(UTF_8),
                        "Idempotency-Key",
                        one.model() + "-" + one.version() + (subsets ? "-subsets" : ""))
                    .body())
            .path("id")
            .asString();
    return client.awaitSuccess("/v1/evaluations/" + id).path("metrics");
  }

  /**
   * What a modality is worth to the accuracy of the label, in three ways.
   *
   * @param gain of one model that is asked with and without it, the mean over subsets of the others
   * @param missing of the same model: what it loses that has all others
   * @param retrained what a model loses that is trained without it
   */
  record Worth(double gain, double missing, double retrained) {}

  /** By modality, one for each seed that is trained both ways; empty until each has one. */
  Map<String, List<Worth>> worth(ComparedData compared) throws Exception {
    var worth = new LinkedHashMap<String, List<Worth>>();
    for (var withoutOne : compared.withoutOne().entrySet()) {
      String modality = withoutOne.getKey();
      String rest = String.join("+", withoutOne.getValue().data().modalities());
      var ofSeeds = new ArrayList<Worth>();
      for (Trained without : trained(withoutOne.getValue().trained())) {
        for (Trained whole : trained(compared.trained())) {
          if (whole.seed() == without.seed()) {
            JsonNode metrics = evaluate(whole, true);
            double all = metrics.at(Number.ACCURACY.pointer).doubleValue();
            ofSeeds.add(
                new Worth(
                    metrics
                        .path("worth")
                        .path(modality)
                        .path("label:accuracy")
                        .path("gain")
                        .doubleValue(),
                    all
                        - metrics
                            .path("subsets")
                            .path(rest)
                            .at(Number.ACCURACY.pointer)
                            .doubleValue(),
                    all
                        - without
                            .cell()
                            .path("metrics")
                            .at(Number.ACCURACY.pointer)
                            .doubleValue()));
          }
        }
      }
      worth.put(modality, ofSeeds);
    }
    return worth.values().stream().anyMatch(List::isEmpty) ? Map.of() : worth;
  }

  /** The stored files of a data set, which are named by their content. */
  private StoredDataset content(RealData data) throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("datasets"))) {
      for (Path one : all.toList()) {
        var dataset = StoredDataset.open(one);
        if (dataset.schema().names().equals(data.modalities())) {
          return dataset;
        }
        dataset.close();
      }
    }
    throw new IllegalStateException("the files of " + data.name() + " are not there");
  }
}
