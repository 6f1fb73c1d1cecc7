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
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What the test split says of the weights as they are: the loss, and how well one modality finds
 * the fusion of its own sample among those of all test samples, or of {@link #MAX_RANKED} of them,
 * spread evenly. On normalised embeddings; see docs/mathematics.md.
 *
 * @param loss mean over batches of all test samples, each weighed by its samples, in nats
 * @param uniformity of the fusion, in its logarithmic form; empty of fewer than two
 * @param alignment of each modality with the fusion; none where no test sample has a fusion, whose
 *     channel may leave modalities out
 * @param rankings of the own fusion, for queries of each modality
 */
record TestMetrics(
    double loss,
    OptionalDouble uniformity,
    Map<String, Double> alignment,
    Map<String, Ranking> rankings) {
  /** Comparing each with each takes the square of their number. */
  static final int MAX_RANKED = 5000;

  /** Closer to 0 than this the fusions differ by a hundredth of their length, or less. */
  private static final double COLLAPSED = -1e-3;

  /**
   * Whether the fusions of all samples are one vector, as it were, so that none can be told from
   * another.
   */
  boolean isCollapsed() {
    return uniformity.isPresent() && uniformity.getAsDouble() > COLLAPSED;
  }

  static TestMetrics of(
      EncoderTraining training, TrainingSamples samples, TrainingSpec spec, Runnable beat) {
    var measured = new Measured();
    double lossSum = 0;
    int counted = 0;
    int size = samples.test().size();
    try (Encoder encoder = training.encoder()) {
      for (int from = 0; from < size; from += spec.batchSize()) {
        int to = Math.min(size, from + spec.batchSize());
        List<TrainingSample> batch = samples.testBatch(from, to);
        if (batch.size() > 1 || size == 1) {
          lossSum += training.loss(batch, spec.microBatchSize()).total() * batch.size();
          counted += batch.size();
        }
        var chosen = new ArrayList<Sample>();
        for (int i = 0; i < batch.size(); i++) {
          if (isChosen(from + i, size)) {
            chosen.add(batch.get(i).sample());
          }
        }
        for (int at = 0; at < chosen.size(); at += spec.microBatchSize()) {
          List<Sample> part =
              chosen.subList(at, Math.min(chosen.size(), at + spec.microBatchSize()));
          encoder.encode(part, Set.of(Output.FUSION, Output.UNIMODAL)).forEach(measured::add);
          beat.run();
        }
      }
    }
    double loss = lossSum / counted;
    return Double.isFinite(loss)
        ? measured.metrics(loss, beat)
        : new TestMetrics(loss, OptionalDouble.empty(), Map.of(), Map.of());
  }

  /** One of {@link #MAX_RANKED} of {@code size}, spread evenly, or of all. */
  private static boolean isChosen(long i, int size) {
    return size <= MAX_RANKED || (i + 1) * MAX_RANKED / size > i * MAX_RANKED / size;
  }

  /** Embeddings of those samples that have a fusion. */
  private static final class Measured {
    private final List<Vector> fusions = new ArrayList<>();
    private final Map<String, List<Vector>> unimodal = new LinkedHashMap<>();

    /** Of each unimodal embedding, the place of its sample's fusion. */
    private final Map<String, List<Integer>> owners = new LinkedHashMap<>();

    void add(Embedding embedding) {
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

    TestMetrics metrics(double loss, Runnable beat) {
      if (fusions.isEmpty()) {
        return new TestMetrics(loss, OptionalDouble.empty(), Map.of(), Map.of());
      }
      Embeddings candidates = embeddings(fusions);
      var alignment = new LinkedHashMap<String, Double>();
      var rankings = new LinkedHashMap<String, Ranking>();
      unimodal.forEach((name, vectors) -> {
        IntVector own =
            IntVector.of(owners.getOrDefault(name, List.of()).stream().mapToInt(i -> i).toArray());
        Embeddings queries = embeddings(vectors);
        alignment.put(name, Representation.alignment(queries, candidates.select(own)));
        rankings.put(name, Ranking.of(Ranking.ranks(queries, candidates, own)));
        beat.run();
      });
      OptionalDouble uniformity =
          fusions.size() < 2
              ? OptionalDouble.empty()
              : OptionalDouble.of(Representation.uniformity(candidates));
      beat.run();
      return new TestMetrics(loss, uniformity, alignment, rankings);
    }
  }

  private static Embeddings embeddings(List<Vector> vectors) {
    return Embeddings.of(vectors.getFirst().size(), vectors.stream().map(Vector::toArray).toList())
        .unit();
  }

  /** As the contract has it: retrieval, uniformity and alignment, by modality and their mean. */
  Map<String, Object> toMap() {
    var metrics = new LinkedHashMap<String, Object>();
    if (!rankings.isEmpty()) {
      var retrieval = new LinkedHashMap<String, Object>();
      retrieval.put("mean", Ranking.mean(List.copyOf(rankings.values())).toMap());
      rankings.forEach((name, ranking) -> retrieval.put(name, ranking.toMap()));
      metrics.put("retrieval", retrieval);
      var aligned = new LinkedHashMap<String, Object>();
      aligned.put("mean", alignment.values().stream().mapToDouble(a -> a).average().orElseThrow());
      aligned.putAll(alignment);
      metrics.put("alignment", aligned);
    }
    uniformity.ifPresent(fusion -> metrics.put("uniformity", Map.of("fusion", fusion)));
    return metrics;
  }
}
