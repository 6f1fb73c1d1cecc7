package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.dataset.StoredDataset;
import io.braid.metrics.Classification;
import io.braid.metrics.Ranking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The paper's comparison on real data, as sweeps through the API of the packaged jar: MCA, Zorro
 * and EAO at five modal sparsities, three seeds each. It may be stopped at any time, or stops by
 * itself after so many minutes, and goes on where it was when it is called again; what is known by
 * then is written as {@link ComparisonPage}.
 *
 * <p>Arguments: the jar, a folder that keeps what is trained, most minutes, and where the page and
 * its pictures go. The data sets are those of {@code -Dbraid.data-sets}, else {@code
 * ../shared/data}.
 */
final class Comparison {
  private static final JsonMapper JSON = new JsonMapper();

  /** Two runs at once, a core each: small networks gain nothing from a second one. */
  private static final List<String> PROPERTIES = List.of("--braid.training.cpu-slots=2");

  private final JsonClient client;
  private final Path folder;
  private final Instant end;

  private Comparison(JsonClient client, Path folder, Instant end) {
    this.client = client;
    this.folder = folder;
    this.end = end;
  }

  public static void main(String[] arguments) throws Exception {
    if (RealData.isMissing()) {
      return;
    }
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    Instant end = Instant.now().plus(Duration.ofMinutes(Long.parseLong(arguments[2])));
    var server = PackagedServer.start(folder, arguments[0], PROPERTIES);
    try {
      var reports = new Comparison(new JsonClient(server.port()), folder, end).run();
      new ComparisonPage(Path.of(arguments[3])).write(reports);
    } finally {
      server.stop();
    }
  }

  /** What is known by the end, by data set. */
  private Map<String, ComparisonPage.Part> run() throws Exception {
    var sweeps = new LinkedHashMap<String, String>();
    // In this order they are trained: first what the paper compares.
    for (ComparedData compared : ComparedData.EVERY) {
      if (client.tryAnswer("GET", "/v1/datasets/" + compared.name(), "", new byte[0]).statusCode()
          == 404) {
        compared.data().upload(client, compared.data().labels());
      }
      if (compared.hasRecipes()) {
        begin(compared.published(), sweeps);
      }
    }
    for (ComparedData compared : ComparedData.EVERY) {
      for (ComparedData.Sweep sweep : compared.recipes()) {
        begin(sweep, sweeps);
      }
    }
    for (ComparedData compared : ComparedData.EVERY) {
      begin(compared.published(), sweeps);
    }
    while (Instant.now().isBefore(end) && isAnyRunning(sweeps)) {
      Thread.sleep(10_000);
    }
    return Map.of();
  }

  /** The same key and body name the same sweep, whenever it was begun. */
  private void begin(ComparedData.Sweep sweep, Map<String, String> sweeps) throws Exception {
    byte[] body = sweep.request().getBytes(UTF_8);
    JsonNode begun =
        JSON.readTree(
            client
                .answer(
                    "POST", "/v1/sweeps", "application/json", body, "Idempotency-Key", sweep.name())
                .body());
    sweeps.put(sweep.name(), begun.path("id").asString());
  }

  /** Cells of the baselines, as a report has those of sweeps. */
  private List<JsonNode> baselines(RealData data) throws Exception {
    var cells = new ArrayList<JsonNode>();
    try (var dataset = content(data)) {
      int classes = dataset.labels().getFirst().classes().size();
      for (double sparsity : List.of(0., .4)) {
        for (int seed = 1; seed <= 3; seed++) {
          var baselines = new Baselines(dataset, sparsity, seed, 32);
          Classification probe = baselines.probe("label", classes);
          Ranking retrieval = baselines.retrieval();
          var cell = Map.of("architecture", "linear", "modal_sparsity", sparsity, "seed", seed);
          var mean =
              Map.of(
                  "median_rank", retrieval.medianRank(),
                  "recall@1", retrieval.recallAt1(),
                  "recall@10", retrieval.recallAt10());
          var label = Map.of("aupr", probe.aupr(), "accuracy", probe.accuracy());
          cells.add(
              JSON.valueToTree(
                  Map.of(
                      "cell",
                      cell,
                      "metrics",
                      Map.of(
                          "retrieval", Map.of("mean", mean), "probes", Map.of("label", label)))));
        }
      }
    }
    return cells;
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

  private boolean isAnyRunning(Map<String, String> sweeps) throws Exception {
    boolean isAny = false;
    for (var sweep : sweeps.entrySet()) {
      JsonNode report = client.get("/v1/sweeps/" + sweep.getValue() + "/report");
      long known =
          report
              .path("cells")
              .valueStream()
              .filter(cell -> !cell.path("metrics").isEmpty())
              .count();
      System.out.printf(
          "%s %s: %d of %d%n", Instant.now(), sweep.getKey(), known, report.path("cells").size());
      isAny |= report.path("state").asString().equals("running");
    }
    return isAny;
  }
}
