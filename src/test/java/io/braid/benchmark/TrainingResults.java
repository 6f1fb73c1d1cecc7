package io.braid.benchmark;

import io.braid.ServiceProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Real data sets trained with each architecture through the API of the packaged jar, as a user
 * would: upload, one POST, wait. Prints test losses and recall of the own sample's fusion among
 * those of all test samples, from one modality. Looks for the data in {@code ../shared/data}.
 */
final class TrainingResults {
  /** A data set, and how runs on it are set up. */
  private record Data(RealData files, String settings) {}

  private static final List<Data> ALL =
      List.of(
          new Data(
              new RealData(
                  "mfeat",
                  "tabular",
                  List.of(
                      "fou.csv.gz", "fac.csv.gz", "kar.csv.gz", "pix.csv", "zer.csv", "mor.csv")),
              """
              "network": {"embedding_dim": 64, "layers": 2, "heads": 4, "head_dim": 16},
              "epochs": 6, "batch_size": 16, "modal_sparsity": 0.2\
              """),
          new Data(
              new RealData(
                  "rosmap", "tabular", List.of("mrna.csv", "methylation.csv", "mirna.csv")),
              """
              "network": {"embedding_dim": 64, "layers": 2, "heads": 4, "head_dim": 16},
              "epochs": 30, "batch_size": 16\
              """),
          new Data(
              new RealData(
                  "basicmotions", "sequence", List.of("accelerometer.csv", "gyroscope.csv")),
              """
              "network": {"embedding_dim": 64, "layers": 2, "heads": 4, "head_dim": 16},
              "epochs": 150, "batch_size": 16, "standardize": true\
              """));

  private final JsonClient client;

  private TrainingResults(JsonClient client) {
    this.client = client;
  }

  /**
   * @param arguments the jar
   */
  public static void main(String[] arguments) throws Exception {
    if (RealData.isMissing()) {
      return;
    }
    try (var server = ServiceProcess.start(arguments[0])) {
      new TrainingResults(new JsonClient(server.port())).run();
    }
  }

  private void run() throws Exception {
    System.out.println(
        "| data | architecture | test samples | test loss, first epoch | test loss, chosen |"
            + " recall@1 | recall@10 | chance @1 | median rank | steps | s |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (Data data : ALL) {
      JsonNode dataset = data.files().upload(client, data.files().labels());
      boolean small = data.files().name().equals("basicmotions");
      for (String architecture : small ? List.of("mca") : List.of("mca", "zorro", "eao")) {
        train(data, architecture, dataset.path("splits").path("test").asInt());
      }
    }
  }

  private void train(Data data, String architecture, int test) throws Exception {
    String body =
        """
        {"dataset": "%s", "model": "%s-%s", "architecture": "%s", %s,
         "optimizer": {"learning_rate": 0.001}, "seed": 43}
        """
            .formatted(
                data.files().name(),
                data.files().name(),
                architecture,
                architecture,
                data.settings());
    String id = client.post("/v1/training-jobs", body).path("id").asString();
    JsonNode job = client.awaitEnd("/v1/training-jobs/" + id);
    if (!job.path("state").asString().equals("succeeded")) {
      System.out.printf("%s %s: %s%n", data.files().name(), architecture, job.path("failure"));
      return;
    }
    JsonNode first = client.get("/v1/training-jobs/" + id + "/metrics").path("epochs").get(0);
    JsonNode metrics = job.path("metrics");
    JsonNode mean = metrics.path("retrieval").path("mean");
    Duration time =
        Duration.between(
            Instant.parse(job.path("started_at").asString()),
            Instant.parse(job.path("ended_at").asString()));
    System.out.printf(
        "| %s | %s | %d | %.3f | %.3f | %.3f | %.3f | %.4f | %.0f | %d | %d |%n",
        data.files().name(),
        architecture,
        test,
        first.path("test_loss").asDouble(),
        metrics.path("loss").path("test").asDouble(),
        mean.path("recall@1").asDouble(),
        mean.path("recall@10").asDouble(),
        1.0 / test,
        mean.path("median_rank").asDouble(),
        job.path("progress").path("step").asLong(),
        time.toSeconds());
  }
}
