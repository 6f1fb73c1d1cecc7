package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * Memory of the service while it evaluates a model of the paper's TCGA width on thousands of random
 * samples, with a probe of a class and of a number. What is claimed is what the process takes above
 * what it took with the model loaded.
 *
 * <p>Arguments: the jar, samples that are measured (7000), layers of the model (5, the preset's),
 * options of the JVM.
 */
final class EvaluationMemory {
  private static final List<String> NAMES = List.of("gene", "protein", "methylation", "mirna");
  private static final int[] COLUMNS = {800, 198, 800, 662};
  private static final double TRAIN = 0.85;

  /** Bytes that it may take above the loaded model. */
  private static final long LIMIT = 2L << 30;

  private EvaluationMemory() {}

  public static void main(String[] arguments) throws Exception {
    int samples = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7000;
    int layers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    String[] options =
        Arrays.copyOfRange(arguments, Math.min(3, arguments.length), arguments.length);
    try (var server = ServiceProcess.start(arguments[0], options)) {
      var client = new JsonClient(server.port());
      client.send(
          "PUT",
          "/v1/datasets/wide",
          "multipart/form-data; boundary=frontier",
          dataset((int) Math.ceil(samples / TRAIN)));
      importModel(client, layers);
      client.post(
          "/v1/models/wide/embed",
          "{\"samples\": [{\"modalities\": {\"protein\": %s}}]}"
              .formatted(Arrays.toString(new int[COLUMNS[1]])));
      long before = ProcessMemory.resident(server.process().pid());
      System.out.printf("%d layers; before: resident %d MiB%n", layers, before >> 20);
      run(client, server, before);
    }
  }

  private static void run(JsonClient client, ServiceProcess server, long before) throws Exception {
    Instant start = Instant.now();
    String id =
        client
            .post(
                "/v1/evaluations",
                """
                {"model": "wide", "dataset": "wide", "split": "train", "modal_sparsity": 0.4,
                 "classification": ["kind"], "regression": ["number"]}
                """)
            .path("id")
            .asString();
    long most = 0;
    System.out.println("| samples | resident MiB above | of all, no files |");
    System.out.println("|---|---|---|");
    JsonNode now = client.get("/v1/evaluations/" + id);
    for (int i = 0; List.of("queued", "running").contains(now.path("state").asString()); i++) {
      Thread.sleep(200);
      most = Math.max(most, ProcessMemory.resident(server.process().pid()));
      if (i % 300 == 0) {
        System.out.printf(
            "| %s | %d | %d |%n",
            now.path("progress").path("done"),
            ProcessMemory.resident(server.process().pid()) - before >> 20,
            ProcessMemory.anonymous(server.process().pid()) >> 20);
      }
      now = client.get("/v1/evaluations/" + id);
    }
    System.out.printf(
        "%s after %d s, %s samples; at most %d MiB above; probes %s%n",
        now.path("state").asString(),
        Duration.between(start, Instant.now()).toSeconds(),
        now.path("metrics").path("samples"),
        most - before >> 20,
        now.path("metrics").path("probes"));
    if (!now.path("state").asString().equals("succeeded")) {
      throw new AssertionError(now.path("failure"));
    }
    if (most - before > LIMIT) {
      throw new AssertionError(
          "%d MiB above, more than %d".formatted(most - before >> 20, LIMIT >> 20));
    }
  }

  private static byte[] dataset(int samples) {
    var random = new Random(1);
    var pool = new String[1 << 12];
    Arrays.setAll(pool, i -> ",%.3f".formatted(random.nextGaussian()));
    var body = new ByteArrayOutputStream();
    String schema =
        """
        modalities: [{name: gene, type: tabular}, {name: protein, type: tabular},
          {name: methylation, type: tabular}, {name: mirna, type: tabular}]
        labels: [{name: kind, type: classification}, {name: number, type: regression}]
        """;
    JsonClient.part(body, "schema", "schema.yaml", schema.getBytes(UTF_8));
    for (int m = 0; m < COLUMNS.length; m++) {
      var table = new StringBuilder("id");
      for (int c = 0; c < COLUMNS[m]; c++) {
        table.append(",c").append(c);
      }
      for (int i = 0; i < samples; i++) {
        table.append("\ns").append(i);
        for (int c = 0; c < COLUMNS[m]; c++) {
          table.append(pool[random.nextInt(pool.length)]);
        }
      }
      JsonClient.part(body, NAMES.get(m), NAMES.get(m) + ".csv", table.toString().getBytes(UTF_8));
    }
    var labels = new StringBuilder("id,kind,number");
    for (int i = 0; i < samples; i++) {
      labels.append("\ns%d,k%d".formatted(i, random.nextInt(33))).append(pool[i % pool.length]);
    }
    JsonClient.part(body, "labels", "labels.csv", labels.toString().getBytes(UTF_8));
    body.writeBytes("--frontier--\r\n".getBytes(UTF_8));
    return body.toByteArray();
  }

  private static void importModel(JsonClient client, int layers) throws Exception {
    String config =
        """
        {"architecture": "mca", "embedding_dim": 512, "layers": %d, "heads": 8, "head_dim": 64,
         "fusion_tokens": 88, "channels": [4, 3, 2], "modalities": [
           {"name": "gene", "type": "tabular", "columns": 800},
           {"name": "protein", "type": "tabular", "columns": 198},
           {"name": "methylation", "type": "tabular", "columns": 800},
           {"name": "mirna", "type": "tabular", "columns": 662}]}
        """
            .formatted(layers);
    client.importVersion("wide", config, 1);
  }
}
