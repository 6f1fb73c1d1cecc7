package io.braid.training;

import io.braid.encoder.Embedding;
import io.braid.encoder.Encoder;
import io.braid.encoder.EncoderTraining;
import io.braid.encoder.Output;
import io.braid.encoder.TrainingSample;
import io.braid.encoder.Vector;
import io.braid.metrics.Embeddings;
import io.braid.metrics.Ranking;
import io.braid.metrics.Representation;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the test split says of the weights as they are: the loss, and how well one modality finds
 * the fusion of its own sample among those of all test samples. On normalised embeddings; see
 * docs/mathematics.md.
 *
 * @param loss mean over batches, each weighed by its samples, in nats
 * @param uniformity of the fusion, in its logarithmic form; 0 of one sample alone
 * @param alignment of each modality with the fusion
 * @param rankings of the own fusion, for queries of each modality
 */
record TestMetrics(
    double loss, double uniformity, Map<String, Double> alignment, Map<String, Ranking> rankings) {

  /** Closer to 0 than this the fusions differ by a hundredth of their length, or less. */
  private static final double COLLAPSED = -1e-3;

  /**
   * Whether the fusions of all samples are one vector, as it were, so that none can be told from
   * another.
   */
  boolean isCollapsed() {
    return uniformity > COLLAPSED;
  }

  static TestMetrics of(
      EncoderTraining training, TrainingSamples samples, TrainingSpec spec, Runnable beat) {
    var fusions = new ArrayList<Vector>();
    var unimodal = new LinkedHashMap<String, List<Vector>>();
    var owners = new LinkedHashMap<String, List<Integer>>();
    double lossSum = 0;
    int counted = 0;
    try (Encoder encoder = training.encoder()) {
      for (int from = 0; from < samples.test().size(); from += spec.batchSize()) {
        int to = Math.min(samples.test().size(), from + spec.batchSize());
        List<TrainingSample> batch = samples.testBatch(from, to);
        if (batch.size() > 1 || samples.test().size() == 1) {
          lossSum += training.loss(batch, spec.microBatchSize()).total() * batch.size();
          counted += batch.size();
        }
        for (int at = 0; at < batch.size(); at += spec.microBatchSize()) {
          List<Sample> part =
              batch.subList(at, Math.min(batch.size(), at + spec.microBatchSize())).stream()
                  .map(TrainingSample::sample)
                  .toList();
          for (Embedding embedding : encoder.encode(part, Set.of(Output.FUSION, Output.UNIMODAL))) {
            embedding
                .fusion()
                .ifPresent(fusion -> {
                  embedding
                      .unimodal()
                      .forEach((name, vector) -> {
                        unimodal.computeIfAbsent(name, _ -> new ArrayList<>()).add(vector);
                        owners.computeIfAbsent(name, _ -> new ArrayList<>()).add(fusions.size());
                      });
                  fusions.add(fusion);
                });
          }
          beat.run();
        }
      }
    }
    double loss = lossSum / counted;
    return Double.isFinite(loss)
        ? of(loss, fusions, unimodal, owners)
        : new TestMetrics(loss, Double.NaN, Map.of(), Map.of());
  }

  private static TestMetrics of(
      double loss,
      List<Vector> fusions,
      Map<String, List<Vector>> unimodal,
      Map<String, List<Integer>> owners) {
    Embeddings candidates = embeddings(fusions);
    var alignment = new LinkedHashMap<String, Double>();
    var rankings = new LinkedHashMap<String, Ranking>();
    unimodal.forEach((name, vectors) -> {
      IntVector own =
          IntVector.of(owners.getOrDefault(name, List.of()).stream().mapToInt(i -> i).toArray());
      Embeddings queries = embeddings(vectors);
      alignment.put(name, Representation.alignment(queries, candidates.select(own)));
      rankings.put(name, Ranking.of(Ranking.ranks(queries, candidates, own)));
    });
    double uniformity = fusions.size() < 2 ? 0 : Representation.uniformity(candidates);
    return new TestMetrics(loss, uniformity, alignment, rankings);
  }

  private static Embeddings embeddings(List<Vector> vectors) {
    return Embeddings.of(vectors.getFirst().size(), vectors.stream().map(Vector::toArray).toList())
        .unit();
  }

  /** As the contract has it: retrieval, uniformity and alignment, by modality and their mean. */
  Map<String, Object> toMap() {
    var retrieval = new LinkedHashMap<String, Object>();
    retrieval.put("mean", toMap(Ranking.mean(List.copyOf(rankings.values()))));
    rankings.forEach((name, ranking) -> retrieval.put(name, toMap(ranking)));
    var aligned = new LinkedHashMap<String, Object>();
    aligned.put("mean", alignment.values().stream().mapToDouble(a -> a).average().orElseThrow());
    aligned.putAll(alignment);
    var metrics = new LinkedHashMap<String, Object>();
    metrics.put("retrieval", retrieval);
    metrics.put("uniformity", Map.of("fusion", uniformity));
    metrics.put("alignment", aligned);
    return metrics;
  }

  private static Map<String, Object> toMap(Ranking ranking) {
    var map = new LinkedHashMap<String, Object>();
    map.put("median_rank", ranking.medianRank());
    map.put("recall@1", ranking.recallAt1());
    map.put("recall@5", ranking.recallAt5());
    map.put("recall@10", ranking.recallAt10());
    return map;
  }
}
