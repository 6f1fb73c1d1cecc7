package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Whether attribution finds what was put into synthetic samples, through the API of the packaged
 * jar: of {@code key}, which alone tells who a sample is, since {@code b} and {@code c} are the
 * same for all but for a tenth of noise, drawn anew when they ask; and of {@code key} and {@code
 * copy}, which are the same numbers. What {@code key} means is learnt from {@code twin}, another
 * view of the same, which is neither stored nor asked by.
 *
 * <p>Arguments: the jar.
 */
final class AttributionResults {
  private static final int SAMPLES = 1500;
  private static final int LATENT = 6;

  private static final int COLUMNS = 16;
  private static final int QUERIES = 200;

  private final JsonClient client;
  private final List<String> modalities;
  private final Random random = new Random(11);
  private final List<double[]> latent = new ArrayList<>();
  private final double[][] key = new double[COLUMNS][];
  private final double[][] twin = new double[COLUMNS][];

  private AttributionResults(JsonClient client, List<String> modalities) {
    this.client = client;
    this.modalities = modalities;
    for (int i = 0; i < SAMPLES; i++) {
      latent.add(normal(LATENT));
    }
    for (int column = 0; column < COLUMNS; column++) {
      key[column] = normal(LATENT);
      twin[column] = normal(LATENT);
    }
  }

  public static void main(String[] arguments) throws Exception {
    try (var server = ServiceProcess.start(arguments[0])) {
      var client = new JsonClient(server.port());
      System.out.println("| modalities | found first | share of the lift |");
      System.out.println("|---|---|---|");
      new AttributionResults(client, List.of("key", "twin", "b", "c")).run("decisive");
      new AttributionResults(client, List.of("key", "copy", "twin", "c")).run("doubled");
    }
  }

  private double[] normal(int length) {
    return random.doubles(length).map(_ -> random.nextGaussian()).toArray();
  }

  /** What a modality of a sample measures this time. */
  private String measured(String modality, int sample) {
    double[] values =
        switch (modality) {
          case "key", "copy" -> view(key, sample);
          case "twin" -> view(twin, sample);
          default -> Arrays.stream(normal(COLUMNS)).map(noise -> 1 + noise / 10).toArray();
        };
    return Arrays.stream(values)
        .mapToObj(value -> String.format(Locale.ROOT, "%.4f", value))
        .collect(Collectors.joining(","));
  }

  private double[] view(double[][] of, int sample) {
    return Arrays.stream(of)
        .mapToDouble(row ->
            IntStream.range(0, LATENT).mapToDouble(i -> row[i] * latent.get(sample)[i]).sum())
        .toArray();
  }

  private String measured(int sample) {
    return modalities.stream()
        .filter(modality -> !modality.equals("twin"))
        .map(modality -> "\"%s\": [%s]".formatted(modality, measured(modality, sample)))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private void run(String name) throws Exception {
    upload(name);
    client.train(
        """
        {"dataset": "%1$s", "model": "%1$s", "epochs": 30, "standardize": false, "batch_size": 16, "seed": 1,
         "modal_sparsity": 0.2, "similarity": "cosine", "keep": "last",
         "network": {"embedding_dim": 32, "layers": 1, "heads": 4, "head_dim": 8, "fusion_tokens": 22},
         "optimizer": {"learning_rate": 0.006}}
        """
            .formatted(name));
    client.makeCollection(name, "{\"model\": \"%s\"}".formatted(name));
    var items = new ArrayList<String>();
    for (int i = 0; i < SAMPLES; i++) {
      items.add("{\"id\": \"s%d\", \"modalities\": %s}".formatted(i, measured(i)));
    }
    client.store(name, items);
    var queries = new ArrayList<String>();
    for (int i = 0; i < QUERIES; i++) {
      queries.add("{\"modalities\": %s}".formatted(measured(i)));
    }
    JsonNode results =
        client
            .post(
                "/v1/collections/" + name + "/search",
                "{\"queries\": %s, \"k\": 1, \"explain\": true}".formatted(queries))
            .path("results");
    report(results);
  }

  private void report(JsonNode results) {
    Map<String, Double> lift = new LinkedHashMap<>();
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
      JsonNode hit = results.get(i).path("hits").get(0);
      if (hit.path("id").asString().equals("s" + i)) {
        found++;
        hit.path("lift")
            .forEachEntry(
                (modality, share) -> lift.merge(modality, share.doubleValue(), Double::sum));
      }
    }
    double all = lift.values().stream().mapToDouble(Double::doubleValue).sum();
    System.out.printf(
        Locale.ROOT,
        "| %s | %d of %d | %s |%n",
        String.join(", ", modalities),
        found,
        QUERIES,
        lift.entrySet().stream()
            .map(share ->
                String.format(
                    Locale.ROOT, "%s %.1f %%", share.getKey(), 100 * share.getValue() / all))
            .collect(Collectors.joining(", ")));
  }

  private void upload(String name) throws Exception {
    var body = new ByteArrayOutputStream();
    var schema = new StringBuilder("modalities:\n");
    modalities.forEach(m -> schema.append("- {name: %s, type: tabular}\n".formatted(m)));
    JsonClient.part(body, "schema", "schema.yaml", schema.toString().getBytes(UTF_8));
    for (String modality : modalities) {
      var csv = new StringBuilder("id");
      for (int column = 0; column < COLUMNS; column++) {
        csv.append(",c").append(column);
      }
      csv.append('\n');
      for (int i = 0; i < SAMPLES; i++) {
        csv.append("s%d,%s\n".formatted(i, measured(modality, i)));
      }
      JsonClient.part(body, modality, modality + ".csv", csv.toString().getBytes(UTF_8));
    }
    body.writeBytes("--frontier--\r\n".getBytes(UTF_8));
    client.send(
        "PUT",
        "/v1/datasets/" + name,
        "multipart/form-data; boundary=frontier",
        body.toByteArray());
  }
}
