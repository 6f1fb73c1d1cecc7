package io.braid.evaluation;

import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.metrics.Embeddings;
import io.braid.metrics.Ranking;
import io.braid.metrics.Representation;
import io.braid.modality.IntVector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Measures a version on a split. Embeddings are kept at unit length; samples are read when their
 * turn comes. The same spec gives the same numbers.
 */
final class Measurement {
  private final EvaluationSpec spec;
  private final EvaluationSamples samples;
  private final EncoderConfig encoder;
  private final List<LabelProbe> probes;
  private final Optional<SubsetMeasurement> subsets;
  private final SampleEmbedder embedder;

  Measurement(
      EvaluationSpec spec,
      StoredDataset dataset,
      EncoderConfig encoder,
      SampleEmbedder.Compute compute,
      SampleEmbedder.Progress progress) {
    this.spec = spec;
    this.encoder = encoder;
    this.samples = new EvaluationSamples(spec, dataset, encoder);
    this.probes = new ArrayList<>();
    spec.classification().forEach(name -> probes.add(new LabelProbe(dataset, name)));
    spec.regression().forEach(name -> probes.add(new LabelProbe(dataset, name)));
    this.subsets =
        spec.subsets() ? Optional.of(new SubsetMeasurement(samples, encoder)) : Optional.empty();
    long total =
        samples.measured().size()
            + (spec.hasProbes() ? samples.train().size() : 0)
            + subsets.map(SubsetMeasurement::size).orElse(0L);
    this.embedder = new SampleEmbedder(samples, encoder, compute, progress, total);
  }

  /** What the contract calls the metrics. */
  Map<String, Object> run() {
    if (samples.measured().size() == 0) {
      throw new IllegalStateException(
          "no sample of the %s split has a fusion".formatted(spec.split()));
    }
    var metrics = new LinkedHashMap<String, Object>();
    metrics.put("samples", samples.measured().size());
    List<String> absent = absent();
    if (!absent.isEmpty()) {
      metrics.put("absent", absent);
    }
    Embeddings fusions = unimodal(metrics);
    Map<String, LabelProbe.Trained> trained = train(fusions);
    if (spec.hasProbes()) {
      metrics.put("probes", probed(trained, samples.measured(), fusions));
    }
    subsets.ifPresent(all -> all.measure(metrics, fusions, trained, embedder, spec.seed()));
    return metrics;
  }

  /** Modalities of the model that no measured sample has: nothing is told of them. */
  private List<String> absent() {
    return encoder.schema().names().stream()
        .filter(name ->
            samples.measured().stream().noneMatch(sample -> samples.present(sample).contains(name)))
        .toList();
  }

  /** Embeddings of one modality, and the rows of their samples. */
  private static final class Unimodal {
    final List<Vector> vectors = new ArrayList<>();
    final List<Integer> owners = new ArrayList<>();

    void add(Vector vector, int owner) {
      vectors.add(vector);
      owners.add(owner);
    }
  }

  /** How each modality alone finds the fusion, and how both lie in their space; the fusions. */
  private Embeddings unimodal(Map<String, Object> metrics) {
    var fusions = new ArrayList<Vector>();
    var unimodal = new LinkedHashMap<String, Unimodal>();
    samples.modalities().forEach(modality -> unimodal.put(modality, new Unimodal()));
    embedder.each(
        samples.measured(),
        samples.modalities(),
        Set.of(Output.FUSION, Output.UNIMODAL),
        embedding -> {
          embedding
              .unimodal()
              .forEach((modality, vector) ->
                  unimodal
                      .computeIfAbsent(modality, _ -> new Unimodal())
                      .add(vector, fusions.size()));
          fusions.add(embedding.fusion().orElseThrow());
        });
    Embeddings candidates = embedder.unit(fusions);
    var rankings = new LinkedHashMap<String, Ranking>();
    var alignment = new LinkedHashMap<String, Double>();
    var uniformity = new LinkedHashMap<String, Double>();
    unimodal.forEach((modality, one) -> {
      if (!one.vectors.isEmpty()) {
        var own = IntVector.of(one.owners.stream().mapToInt(i -> i).toArray());
        Embeddings queries = embedder.unit(one.vectors);
        rankings.put(modality, Ranking.of(Ranking.ranks(queries, candidates, own)));
        alignment.put(modality, Representation.alignment(queries, candidates.select(own)));
        if (queries.rows() > 1) {
          uniformity.put(modality, Representation.uniformity(queries));
        }
        embedder.look();
      }
    });
    var retrieval = new LinkedHashMap<String, Object>();
    retrieval.put("mean", Ranking.mean(List.copyOf(rankings.values())).toMap());
    rankings.forEach((modality, ranking) -> retrieval.put(modality, ranking.toMap()));
    metrics.put("retrieval", retrieval);
    OptionalDouble fusion =
        candidates.rows() > 1
            ? OptionalDouble.of(Representation.uniformity(candidates))
            : OptionalDouble.empty();
    metrics.put("uniformity", uniformity(fusion, uniformity, log -> log));
    metrics.put("uniformity_plain", uniformity(fusion, uniformity, Math::exp));
    var aligned = new LinkedHashMap<String, Object>();
    aligned.put("mean", mean(alignment.values()));
    aligned.putAll(alignment);
    metrics.put("alignment", aligned);
    return candidates;
  }

  /**
   * @param form that it is told in: the logarithm as it is, or without it, as in the paper's
   *     equation 3
   */
  private static Map<String, Object> uniformity(
      OptionalDouble fusion, Map<String, Double> unimodal, DoubleUnaryOperator form) {
    var told = new LinkedHashMap<String, Object>();
    fusion.ifPresent(log -> told.put("fusion", form.applyAsDouble(log)));
    if (!unimodal.isEmpty()) {
      var all = new LinkedHashMap<String, Double>();
      unimodal.forEach((modality, log) -> all.put(modality, form.applyAsDouble(log)));
      told.put("unimodal_mean", mean(all.values()));
      told.putAll(all);
    }
    return told;
  }

  private static double mean(Collection<Double> numbers) {
    return numbers.stream().mapToDouble(number -> number).average().orElseThrow();
  }

  private Map<String, LabelProbe.Trained> train(Embeddings measured) {
    var trained = new LinkedHashMap<String, LabelProbe.Trained>();
    if (spec.hasProbes()) {
      IntVector train = samples.train();
      Embeddings fusions =
          spec.split() == EvaluationSpec.Part.TRAIN
              ? measured
              : embedder.fusions(train, samples.modalities());
      for (LabelProbe probe : probes) {
        trained.put(probe.name(), probe.train(train, fusions, embedder::look));
      }
    }
    return trained;
  }

  private static Map<String, Object> probed(
      Map<String, LabelProbe.Trained> trained, IntVector samples, Embeddings fusions) {
    var told = new LinkedHashMap<String, Object>();
    trained.forEach((label, probe) -> told.put(label, probe.metrics(samples, fusions)));
    return told;
  }
}
