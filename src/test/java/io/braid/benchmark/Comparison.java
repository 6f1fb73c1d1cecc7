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
import java.util.stream.IntStream;
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

  private static final List<Double> SPARSITIES = List.of(0.0, 0.2, 0.4, 0.6, 0.8);
  private static final int SEEDS = 3;

  private static final String GRID =
      """
      {"architecture": ["mca", "zorro", "eao"], "modal_sparsity": %s, "seed": %s}\
      """
          .formatted(SPARSITIES, IntStream.rangeClosed(1, SEEDS).boxed().toList());

  private static final String NETWORK =
      """
      {"embedding_dim": 32, "layers": 1, "heads": 4, "head_dim": 8}\
      """;

  /**
   * A sweep.
   *
   * @param name of the part
   * @param epochs passes over the training samples
   */
  private record Part(String name, RealData data, int epochs, int batch) {
    String request() {
      return """
      {"base": {"dataset": "%s", "model": "%s", "epochs": %d, "batch_size": %d,
         "network": %s, "recipe": "published",
         "optimizer": {"learning_rate": 0.002}, "standardize": true,
         "evaluate": {"classification": ["label"]}},
       "grid": %s}
      """
          .formatted(data.name(), name, epochs, batch, NETWORK, GRID);
    }
  }

  private static final List<Part> PARTS =
      List.of(
          new Part(
              "rosmap",
              new RealData(
                  "rosmap",
                  "rosmap",
                  "tabular",
                  List.of("mrna.csv", "methylation.csv", "mirna.csv")),
              30,
              32),
          new Part(
              "mfeat-4",
              new RealData(
                  "mfeat-4",
                  "mfeat",
                  "tabular",
                  List.of("fou.csv.gz", "kar.csv.gz", "zer.csv", "mor.csv")),
              15,
              32));

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

  /** Reports by part, with their pictures. */
  private Map<String, ComparisonPage.Part> run() throws Exception {
    var sweeps = new LinkedHashMap<String, String>();
    for (Part part : PARTS) {
      if (client
              .tryAnswer("GET", "/v1/datasets/" + part.data().name(), "", new byte[0])
              .statusCode()
          == 404) {
        part.data().upload(client, part.data().labels());
      }
      byte[] body = part.request().getBytes(UTF_8);
      // The same key and body name the same sweep, whenever it was begun.
      JsonNode sweep =
          JSON.readTree(
              client
                  .answer(
                      "POST",
                      "/v1/sweeps",
                      "application/json",
                      body,
                      "Idempotency-Key",
                      part.name())
                  .body());
      sweeps.put(part.name(), sweep.path("id").asString());
    }
    while (Instant.now().isBefore(end) && isAnyRunning(sweeps)) {
      Thread.sleep(10_000);
    }
    var parts = new LinkedHashMap<String, ComparisonPage.Part>();
    for (var sweep : sweeps.entrySet()) {
      String at = "/v1/sweeps/" + sweep.getValue() + "/report";
      var pictures = new LinkedHashMap<Integer, String>();
      for (int figure = 4; figure <= 7; figure++) {
        pictures.put(
            figure,
            new String(
                client
                    .answer(
                        "GET", at + "?figure=" + figure, "", new byte[0], "Accept", "image/svg+xml")
                    .body(),
                UTF_8));
      }
      RealData data =
          PARTS.stream()
              .filter(part -> part.name().equals(sweep.getKey()))
              .findFirst()
              .orElseThrow()
              .data();
      parts.put(sweep.getKey(), new ComparisonPage.Part(client.get(at), baselines(data), pictures));
    }
    return parts;
  }

  /** Cells of the baselines, as a report has those of sweeps. */
  private List<JsonNode> baselines(RealData data) throws Exception {
    var cells = new ArrayList<JsonNode>();
    try (var dataset = content(data)) {
      int classes = dataset.labels().getFirst().classes().size();
      for (double sparsity : SPARSITIES) {
        for (int seed = 1; seed <= SEEDS; seed++) {
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
