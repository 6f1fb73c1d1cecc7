package io.braid.benchmark;

import io.braid.benchmark.ComparedCell.Number;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.metrics.Classification;
import io.braid.metrics.Embeddings;
import io.braid.metrics.LinearProbe;
import io.braid.metrics.Ranking;
import io.braid.metrics.Representation;
import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Other ways to answer with the same weights: which embeddings of a sample stand for it, where it
 * is searched for and where it is probed. From what the API returns of complete samples.
 */
final class Readouts {
  /** Which of the embeddings that {@code /embed} returns of a sample are averaged. */
  private interface Way {
    /**
     * @param asked the modality of the query, or empty where nothing is searched
     */
    List<JsonNode> of(JsonNode embedding, String asked);
  }

  private static final Map<String, Way> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "mean of modalities", (embedding, _) -> embedding.path("unimodal").valueStream().toList());
    ALL.put("mean of the other modalities", Readouts::others);
    ALL.put(
        "mean of root and modalities",
        (embedding, _) ->
            Stream.concat(
                    Stream.of(embedding.path("fusion")), embedding.path("unimodal").valueStream())
                .toList());
    ALL.put(
        "mean of modalities and channels",
        (embedding, _) ->
            Stream.of("unimodal", "channels")
                .flatMap(output -> embedding.path(output).valueStream())
                .toList());
  }

  /** Without what is asked with, which would find itself in the mean. */
  private static List<JsonNode> others(JsonNode embedding, String asked) {
    return embedding.path("unimodal").properties().stream()
        .filter(one -> !one.getKey().equals(asked))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static final int AT_ONCE = 100;

  private final JsonClient client;
  private final StoredDataset dataset;
  private final String model;
  private final int version;
  private final int dim;
  private final Split split;

  Readouts(
      JsonClient client, StoredDataset dataset, String model, int version, long seed, int dim) {
    this.client = client;
    this.dataset = dataset;
    this.model = model;
    this.version = version;
    this.dim = dim;
    this.split = Split.of(dataset, Split.TEST_FRACTION, seed);
  }

  /** Numbers of each way, by its name. */
  Map<String, Map<Number, Double>> measure(String label, int classes) throws Exception {
    List<JsonNode> ofTrain = embed(split.train());
    List<JsonNode> ofTest = embed(split.test());
    IntVector own = IntVector.range(ofTest.size());
    var measured = new LinkedHashMap<String, Map<Number, Double>>();
    for (var way : ALL.entrySet()) {
      Embeddings fusions = rows(ofTest, embedding -> way.getValue().of(embedding, ""));
      var numbers = new EnumMap<Number, Double>(Number.class);
      var rankings = new ArrayList<Ranking>();
      double alignment = 0;
      for (String modality : dataset.schema().names()) {
        Embeddings queries =
            rows(ofTest, embedding -> List.of(embedding.path("unimodal").path(modality)));
        Embeddings candidates = rows(ofTest, embedding -> way.getValue().of(embedding, modality));
        rankings.add(Ranking.of(Ranking.ranks(queries, candidates, own)));
        alignment += Representation.alignment(queries, candidates) / dataset.schema().size();
      }
      Ranking ranking = Ranking.mean(rankings);
      numbers.put(Number.RANK, ranking.medianRank());
      numbers.put(Number.RECALL_1, ranking.recallAt1());
      numbers.put(Number.RECALL_10, ranking.recallAt10());
      numbers.put(Number.ALIGNMENT, alignment);
      numbers.put(Number.UNIFORMITY, Representation.uniformity(fusions));
      var probe =
          LinearProbe.classifier(
              rows(ofTrain, embedding -> way.getValue().of(embedding, "")),
              labels(split.train(), label),
              classes,
              () -> {});
      var probed = Classification.of(probe.logits(fusions), labels(split.test(), label));
      numbers.put(Number.AUPR, probed.aupr());
      numbers.put(Number.ACCURACY, probed.accuracy());
      measured.put(way.getKey(), numbers);
    }
    return measured;
  }

  /**
   * Recall@10 of the fusions of complete test samples by fewer modalities, which the channel of
   * exactly these answers: in MCA that channel sees nothing else, so it is the same in the complete
   * sample.
   */
  Map<Number, Double> exactChannels() throws Exception {
    List<JsonNode> embedded = embed(split.test());
    Embeddings candidates = rows(embedded, embedding -> List.of(embedding.path("fusion")));
    var byCount = new EnumMap<Number, Double>(Number.class);
    for (int count = 1;
        count < Math.min(dataset.schema().size(), Number.BY_COUNT.size() + 1);
        count++) {
      String output = count == 1 ? "unimodal" : "channels";
      int modalities = count;
      byCount.put(
          Number.BY_COUNT.get(count - 1),
          embedded.getFirst().path(output).propertyNames().stream()
              .filter(name -> name.split("\\+").length == modalities)
              .mapToDouble(name -> {
                Embeddings queries =
                    rows(embedded, embedding -> List.of(embedding.path(output).path(name)));
                return Ranking.of(
                        Ranking.ranks(queries, candidates, IntVector.range(embedded.size())))
                    .recallAt10();
              })
              .average()
              .orElseThrow());
    }
    return byCount;
  }

  private IntVector labels(IntVector samples, String label) {
    return IntVector.of(
        samples.stream().map(i -> dataset.classOf(i, label).orElseThrow()).toArray());
  }

  /** The mean of some embeddings of each sample, at unit length. */
  private Embeddings rows(List<JsonNode> embedded, Function<JsonNode, List<JsonNode>> way) {
    var rows = new ArrayList<float[]>();
    for (JsonNode embedding : embedded) {
      var row = new float[dim];
      for (JsonNode vector : way.apply(embedding)) {
        for (int d = 0; d < dim; d++) {
          row[d] += vector.get(d).floatValue();
        }
      }
      rows.add(row);
    }
    return Embeddings.of(dim, rows).unit();
  }

  private List<JsonNode> embed(IntVector samples) throws Exception {
    var embedded = new ArrayList<JsonNode>();
    for (int from = 0; from < samples.size(); from += AT_ONCE) {
      String some =
          IntStream.range(from, Math.min(samples.size(), from + AT_ONCE))
              .map(samples::get)
              .mapToObj(i -> json(dataset.sample(i, -1).orElseThrow()))
              .collect(Collectors.joining(","));
      client
          .post(
              "/v1/models/%s/embed?version=%d".formatted(model, version),
              "{\"outputs\": [\"fusion\", \"unimodal\", \"channels\"], \"samples\": ["
                  + some
                  + "]}")
          .path("embeddings")
          .forEach(embedded::add);
    }
    return embedded;
  }

  private String json(Sample sample) {
    return sample.modalities().entrySet().stream()
        .map(entry -> "\"%s\": %s".formatted(entry.getKey(), row(entry.getKey(), entry.getValue())))
        .collect(Collectors.joining(",", "{\"modalities\": {", "}}"));
  }

  private String row(String modality, Features features) {
    if (!(features instanceof Features.Cells(var columns, var values))) {
      throw new IllegalArgumentException(modality + " is no table");
    }
    var cells =
        new String
            [dataset
                .schema()
                .modalities()
                .get(dataset.schema().names().indexOf(modality))
                .maxTokens()];
    Arrays.fill(cells, "null");
    for (int c = 0; c < columns.size(); c++) {
      cells[columns.get(c)] = Float.toString(values.get(c, 0));
    }
    return String.join(",", cells).transform(text -> "[" + text + "]");
  }
}
