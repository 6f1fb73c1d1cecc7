package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Search by one modality on real data, through the API of the packaged jar as a user would: train
 * on {@code mfeat}, store complete test samples, query by each single modality of each. Recall of
 * the own sample, beside the same computed outside from the embeddings that the service returns;
 * fails where the two differ. Looks for the data in {@code ../shared/data}.
 *
 * <p>Arguments: the jar.
 */
final class CollectionResults {
  private static final RealData DATA =
      new RealData("mfeat", "tabular", List.of("fou.csv.gz", "kar.csv.gz", "zer.csv", "mor.csv"));

  /** Every so many samples one is kept for the test. */
  private static final int TEST = 7;

  private static final int K = 10;

  private final JsonClient client;

  private CollectionResults(JsonClient client) {
    this.client = client;
  }

  public static void main(String[] arguments) throws Exception {
    if (RealData.isMissing()) {
      return;
    }
    try (var server = ServiceProcess.start(arguments[0])) {
      new CollectionResults(new JsonClient(server.port())).run();
    }
  }

  private void run() throws Exception {
    train();
    Map<String, Map<String, String>> test = testSamples();
    System.out.println(
        "| engine | query | recall@1 | outside | recall@10 | outside | same lists |");
    System.out.println("|---|---|---|---|---|---|---|");
    float[][] stored = embed(test.values().stream().map(CollectionResults::modalities).toList());
    for (String engine : List.of("lucene", "torch")) {
      store(engine, test);
      for (String modality : DATA.modalities()) {
        compare(engine, modality, test, stored);
      }
    }
    System.out.printf(
        "%d items; by chance %.4f and %.4f%n", test.size(), 1.0 / test.size(), 10.0 / test.size());
  }

  private void train() throws Exception {
    String[] labels = new String(DATA.labels(), UTF_8).lines().toArray(String[]::new);
    var split = new StringBuilder("id,label,split\n");
    for (int i = 1; i < labels.length; i++) {
      split.append(labels[i]).append(i % TEST == 0 ? ",test\n" : ",train\n");
    }
    DATA.upload(client, split.toString().getBytes(UTF_8));
    client.train(
        """
        {"dataset": "mfeat", "model": "digits", "architecture": "mca", "epochs": 20,
         "batch_size": 64, "modal_sparsity": 0.2, "seed": 43,
         "network": {"embedding_dim": 64, "layers": 2, "heads": 4, "head_dim": 16},
         "optimizer": {"learning_rate": 0.001}}
        """);
  }

  /** Rows of each modality, by id. */
  private static Map<String, Map<String, String>> testSamples() throws Exception {
    var samples = new LinkedHashMap<String, Map<String, String>>();
    for (String modality : DATA.modalities()) {
      DATA.rows(modality)
          .forEach((id, row) ->
              samples.computeIfAbsent(id, _ -> new LinkedHashMap<>()).put(modality, row));
    }
    List<String> ids = new String(DATA.labels(), UTF_8).lines().map(l -> l.split(",")[0]).toList();
    var test = new LinkedHashMap<String, Map<String, String>>();
    for (int i = TEST; i < ids.size(); i += TEST) {
      test.put(ids.get(i), samples.get(ids.get(i)));
    }
    return test;
  }

  private static String modalities(Map<String, String> rows) {
    return rows.entrySet().stream()
        .map(row -> "\"%s\": [%s]".formatted(row.getKey(), row.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private void store(String engine, Map<String, Map<String, String>> test) throws Exception {
    client.makeCollection(engine, "{\"model\": \"digits\", \"engine\": \"%s\"}".formatted(engine));
    List<String> items =
        test.entrySet().stream()
            .map(item ->
                "{\"id\": \"%s\", \"modalities\": %s}"
                    .formatted(item.getKey(), modalities(item.getValue())))
            .toList();
    client.store(engine, items);
  }

  private float[][] embed(List<String> samples) throws Exception {
    String body =
        samples.stream()
            .map(modalities -> "{\"modalities\": " + modalities + "}")
            .collect(Collectors.joining(","));
    JsonNode answer = client.post("/v1/models/digits/embed", "{\"samples\": [" + body + "]}");
    var vectors = new float[samples.size()][];
    for (int i = 0; i < vectors.length; i++) {
      JsonNode fusion = answer.path("embeddings").get(i).path("fusion");
      vectors[i] = new float[fusion.size()];
      for (int d = 0; d < fusion.size(); d++) {
        vectors[i][d] = (float) fusion.get(d).asDouble();
      }
    }
    return vectors;
  }

  private void compare(
      String engine, String modality, Map<String, Map<String, String>> test, float[][] stored)
      throws Exception {
    List<String> ids = List.copyOf(test.keySet());
    List<String> queries =
        test.values().stream()
            .map(rows -> "{\"%s\": [%s]}".formatted(modality, rows.get(modality)))
            .toList();
    float[][] vectors = embed(queries);
    String body =
        queries.stream()
            .map(modalities -> "{\"modalities\": " + modalities + "}")
            .collect(Collectors.joining(","));
    JsonNode results =
        client
            .post(
                "/v1/collections/" + engine + "/search",
                "{\"queries\": [" + body + "], \"k\": " + K + "}")
            .path("results");
    int[] first = new int[2];
    int[] ten = new int[2];
    int same = 0;
    for (int q = 0; q < ids.size(); q++) {
      var found = new ArrayList<String>();
      results.get(q).path("hits").forEach(hit -> found.add(hit.path("id").asString()));
      List<String> outside = nearest(vectors[q], stored, ids);
      String own = ids.get(q);
      first[0] += found.getFirst().equals(own) ? 1 : 0;
      first[1] += outside.getFirst().equals(own) ? 1 : 0;
      ten[0] += found.contains(own) ? 1 : 0;
      ten[1] += outside.contains(own) ? 1 : 0;
      same += found.equals(outside) ? 1 : 0;
    }
    double n = ids.size();
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.4f | %.4f | %.4f | %.4f | %d of %d |%n",
        engine,
        modality,
        first[0] / n,
        first[1] / n,
        ten[0] / n,
        ten[1] / n,
        same,
        ids.size());
    if (first[0] != first[1] || ten[0] != ten[1]) {
      throw new AssertionError("not the same: " + Arrays.toString(first) + Arrays.toString(ten));
    }
  }

  /** Ids of the nearest, by products in double precision. */
  private static List<String> nearest(float[] query, float[][] stored, List<String> ids) {
    double[] scores = new double[stored.length];
    Arrays.setAll(
        scores,
        i ->
            IntStream.range(0, query.length)
                .mapToDouble(d -> (double) query[d] * stored[i][d])
                .sum());
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted((a, b) -> Double.compare(scores[b], scores[a]))
        .limit(K)
        .map(ids::get)
        .toList();
  }
}
