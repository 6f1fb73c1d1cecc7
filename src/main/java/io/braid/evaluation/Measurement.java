package io.braid.evaluation;

import io.braid.dataset.StoredDataset;
import io.braid.encoder.Embedding;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.metrics.Embeddings;
import io.braid.metrics.Ranking;
import io.braid.metrics.Representation;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * Measures a version on a split. Embeddings are made a few samples at a time and kept at unit
 * length; samples are read when their turn comes. The same spec gives the same numbers.
 */
final class Measurement {
  /** Samples of one call. */
  private static final int AT_ONCE = 64;

  /** Embeds samples; the same samples, in the same calls, give the same bits. */
  interface Compute {
    List<Embedding> embed(List<Sample> samples, Set<Output> outputs);
  }

  /** Told how far it is; may end it. */
  interface Progress {
    /**
     * @param done samples embedded so far
     * @throws CancellationException where it is to end
     */
    void at(long done, long total);
  }

  private final EvaluationSpec spec;
  private final EvaluationSamples samples;
  private final EncoderConfig encoder;
  private final List<LabelProbe> probes;
  private final Compute compute;
  private final Progress progress;
  private final long total;
  private long done;

  Measurement(
      EvaluationSpec spec,
      StoredDataset dataset,
      EncoderConfig encoder,
      Compute compute,
      Progress progress) {
    this.spec = spec;
    this.encoder = encoder;
    this.samples = new EvaluationSamples(spec, dataset, encoder);
    this.probes = new ArrayList<>();
    spec.classification().forEach(name -> probes.add(new LabelProbe(dataset, name)));
    spec.regression().forEach(name -> probes.add(new LabelProbe(dataset, name)));
    this.compute = compute;
    this.progress = progress;
    this.total =
        samples.measured().size()
            + (spec.hasProbes() ? samples.train().size() : 0)
            + subsets().stream().mapToLong(subset -> having(subset).size()).sum();
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
    if (spec.subsets()) {
      subsets(metrics, fusions, trained);
    }
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
    IntVector measured = samples.measured();
    var fusions = new ArrayList<Vector>();
    var unimodal = new LinkedHashMap<String, Unimodal>();
    samples.modalities().forEach(modality -> unimodal.put(modality, new Unimodal()));
    embed(
        measured,
        encoder.schema().names(),
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
    Embeddings candidates = unit(fusions);
    var rankings = new LinkedHashMap<String, Ranking>();
    var alignment = new LinkedHashMap<String, Double>();
    var uniformity = new LinkedHashMap<String, Double>();
    unimodal.forEach((modality, one) -> {
      if (!one.vectors.isEmpty()) {
        var own = IntVector.of(one.owners.stream().mapToInt(i -> i).toArray());
        Embeddings queries = unit(one.vectors);
        rankings.put(modality, Ranking.of(Ranking.ranks(queries, candidates, own)));
        alignment.put(modality, Representation.alignment(queries, candidates.select(own)));
        if (queries.rows() > 1) {
          uniformity.put(modality, Representation.uniformity(queries));
        }
        progress.at(done, total);
      }
    });
    var retrieval = new LinkedHashMap<String, Object>();
    retrieval.put("mean", told(Ranking.mean(List.copyOf(rankings.values()))));
    rankings.forEach((modality, ranking) -> retrieval.put(modality, told(ranking)));
    metrics.put("retrieval", retrieval);
    metrics.put("uniformity", uniformity(candidates, uniformity, false));
    metrics.put("uniformity_plain", uniformity(candidates, uniformity, true));
    var aligned = new LinkedHashMap<String, Object>();
    aligned.put("mean", mean(alignment.values()));
    aligned.putAll(alignment);
    metrics.put("alignment", aligned);
    return candidates;
  }

  /**
   * @param isPlain whether the mean is told without its logarithm, as in the paper's equation 3
   */
  private static Map<String, Object> uniformity(
      Embeddings fusions, Map<String, Double> unimodal, boolean isPlain) {
    var told = new LinkedHashMap<String, Object>();
    if (fusions.rows() > 1) {
      double fusion = Representation.uniformity(fusions);
      told.put("fusion", isPlain ? Math.exp(fusion) : fusion);
    }
    if (!unimodal.isEmpty()) {
      var all = new LinkedHashMap<String, Double>();
      unimodal.forEach((modality, log) -> all.put(modality, isPlain ? Math.exp(log) : log));
      told.put("unimodal_mean", mean(all.values()));
      told.putAll(all);
    }
    return told;
  }

  private static double mean(Collection<Double> numbers) {
    return numbers.stream().mapToDouble(number -> number).average().orElseThrow();
  }

  private static Map<String, Object> told(Ranking ranking) {
    var told = new LinkedHashMap<String, Object>();
    told.put("median_rank", ranking.medianRank());
    told.put("recall@1", ranking.recallAt1());
    told.put("recall@5", ranking.recallAt5());
    told.put("recall@10", ranking.recallAt10());
    return told;
  }

  private Map<String, LabelProbe.Trained> train(Embeddings measured) {
    var trained = new LinkedHashMap<String, LabelProbe.Trained>();
    if (spec.hasProbes()) {
      IntVector train = samples.train();
      Embeddings fusions =
          spec.split() == EvaluationSpec.Part.TRAIN
              ? measured
              : fusions(train, encoder.schema().names());
      for (LabelProbe probe : probes) {
        trained.put(probe.name(), probe.train(train, fusions));
        progress.at(done, total);
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

  /** Queries of every subset against the fusions of all that the samples have. */
  private void subsets(
      Map<String, Object> metrics, Embeddings candidates, Map<String, LabelProbe.Trained> trained) {
    List<String> modalities = samples.modalities();
    var worth = new ModalityWorth(samples.measured().stream().map(this::bits).toArray());
    var bySubset = new LinkedHashMap<String, Object>();
    for (int subset : subsets()) {
      List<String> names = names(subset);
      IntVector rows = having(subset);
      if (rows.size() == 0) {
        continue;
      }
      IntVector of = IntVector.of(rows.stream().map(samples.measured()::get).toArray());
      Embeddings queries = fusions(of, names);
      IntVector ranks = Ranking.ranks(queries, candidates, rows);
      var ofSamples = new int[samples.measured().size()];
      Arrays.fill(ofSamples, -1);
      for (int i = 0; i < rows.size(); i++) {
        ofSamples[rows.get(i)] = ranks.get(i);
      }
      worth.add(subset, ofSamples);
      var told = new LinkedHashMap<String, Object>();
      told.put("queries", rows.size());
      told.put("whole", of.stream().filter(sample -> bits(sample) == subset).count());
      told.putAll(told(Ranking.of(ranks)));
      told.put("alignment", Representation.alignment(queries, candidates.select(rows)));
      if (spec.hasProbes()) {
        told.put("probes", probed(trained, of, queries));
      }
      bySubset.put(String.join("+", names), told);
    }
    metrics.put("subsets", bySubset);
    var byModality = new LinkedHashMap<String, Object>();
    for (int m = 0; m < modalities.size(); m++) {
      var ofModality = new LinkedHashMap<String, Object>();
      for (int k : new int[] {1, 10}) {
        Map<String, Object> gain = worth.of(m, k, spec.seed());
        if (!gain.isEmpty()) {
          ofModality.put("recall@" + k, gain);
        }
      }
      byModality.put(modalities.get(m), ofModality);
      progress.at(done, total);
    }
    metrics.put("worth", byModality);
  }

  /** Every subset that has a fusion, the smallest first; bits by modality. None if unasked for. */
  private List<Integer> subsets() {
    if (!spec.subsets()) {
      return List.of();
    }
    return IntStream.range(1, 1 << samples.modalities().size())
        .filter(subset -> encoder.fuses(Set.copyOf(names(subset))))
        .boxed()
        .sorted(Comparator.comparingInt(Integer::bitCount))
        .toList();
  }

  /** Of the modalities that a sample has. */
  private int bits(int sample) {
    List<String> all = samples.modalities();
    return samples.present(sample).stream().mapToInt(name -> 1 << all.indexOf(name)).sum();
  }

  private List<String> names(int subset) {
    List<String> all = samples.modalities();
    return IntStream.range(0, all.size())
        .filter(m -> (subset >> m & 1) == 1)
        .mapToObj(all::get)
        .toList();
  }

  /** Rows, among the measured samples, of those that have all of a subset. */
  private IntVector having(int subset) {
    List<String> names = names(subset);
    IntVector measured = samples.measured();
    return IntVector.of(
        IntStream.range(0, measured.size())
            .filter(row -> samples.present(measured.get(row)).containsAll(names))
            .toArray());
  }

  private Embeddings fusions(IntVector of, List<String> modalities) {
    var fusions = new ArrayList<Vector>();
    embed(
        of,
        modalities,
        Set.of(Output.FUSION),
        embedding -> fusions.add(embedding.fusion().orElseThrow()));
    return unit(fusions);
  }

  private interface Taking {
    void take(Embedding embedding);
  }

  private void embed(IntVector of, List<String> modalities, Set<Output> outputs, Taking taking) {
    List<String> known = modalities.stream().filter(samples.modalities()::contains).toList();
    for (int from = 0; from < of.size(); from += AT_ONCE) {
      List<Sample> some =
          IntStream.range(from, Math.min(of.size(), from + AT_ONCE))
              .mapToObj(i -> samples.sample(of.get(i), known))
              .toList();
      compute.embed(some, outputs).forEach(taking::take);
      done += some.size();
      progress.at(done, total);
    }
  }

  private Embeddings unit(List<Vector> vectors) {
    return Embeddings.of(encoder.embeddingDim(), vectors.stream().map(Vector::toArray).toList())
        .unit();
  }
}
