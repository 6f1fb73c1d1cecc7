package io.braid.evaluation;

import io.braid.encoder.EncoderConfig;
import io.braid.metrics.Embeddings;
import io.braid.metrics.Ranking;
import io.braid.metrics.Representation;
import io.braid.modality.IntVector;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures queries of every subset of the modalities, bits by modality, and from that what each
 * modality is worth.
 */
final class SubsetMeasurement {
  private final EvaluationSamples samples;
  private final List<String> modalities;

  /** By row, bits of the modalities that its sample has. */
  private final int[] present;

  /** Bits of the modalities that a fusion rests on. */
  private final int fused;

  /** Every subset that has a fusion, the smallest first, by the rows that have all of it. */
  private final Map<Integer, IntVector> rows = new LinkedHashMap<>();

  SubsetMeasurement(EvaluationSamples samples, EncoderConfig encoder) {
    this.samples = samples;
    this.modalities = samples.modalities();
    this.present =
        samples.measured().stream().map(sample -> bits(samples.present(sample))).toArray();
    this.fused =
        bits(encoder.fused().stream().filter(modalities::contains).collect(Collectors.toSet()));
    IntStream.range(1, 1 << modalities.size())
        .filter(subset -> encoder.fuses(Set.copyOf(names(subset))))
        .boxed()
        .sorted(Comparator.comparingInt(Integer::bitCount))
        .forEach(subset ->
            rows.put(
                subset,
                IntVector.of(
                    IntStream.range(0, present.length)
                        .filter(row -> (present[row] & subset) == subset)
                        .toArray())));
    rows.values().removeIf(having -> having.size() == 0);
  }

  private int bits(Set<String> names) {
    return names.stream().mapToInt(name -> 1 << modalities.indexOf(name)).sum();
  }

  private List<String> names(int subset) {
    return IntStream.range(0, modalities.size())
        .filter(m -> (subset >> m & 1) == 1)
        .mapToObj(modalities::get)
        .toList();
  }

  /** How many samples it is going to embed. */
  long size() {
    return rows.values().stream().mapToLong(IntVector::size).sum();
  }

  /**
   * Puts what it finds into the metrics, as {@code subsets} and {@code worth}.
   *
   * @param candidates fusions of all that the samples have
   * @param probes by label
   */
  void measure(
      Map<String, Object> metrics,
      Embeddings candidates,
      Map<String, LabelProbe.Trained> probes,
      SampleEmbedder embedder,
      long seed) {
    var worth = new ModalityWorth(present.length);
    var bySubset = new LinkedHashMap<String, Object>();
    rows.forEach((subset, having) -> {
      IntVector of = IntVector.of(having.stream().map(samples.measured()::get).toArray());
      Embeddings queries = embedder.fusions(of, names(subset));
      IntVector ranks = Ranking.ranks(queries, candidates, having);
      embedder.look();
      for (int k : new int[] {1, 10}) {
        worth.add(subset, "recall@" + k, spread(hits(ranks, k, subset, having), having));
      }
      var told = new LinkedHashMap<String, Object>();
      told.put("queries", having.size());
      told.put("whole", having.stream().filter(row -> isWhole(row, subset)).count());
      told.putAll(Ranking.of(ranks).toMap());
      told.put("alignment", Representation.alignment(queries, candidates.select(having)));
      if (queries.rows() > 1) {
        told.put("uniformity", Representation.uniformity(queries));
      }
      if (!probes.isEmpty()) {
        var probed = new LinkedHashMap<String, Object>();
        probes.forEach((label, probe) -> {
          probed.put(label, probe.metrics(of, queries));
          probe
              .bySample(of, queries)
              .forEach((number, values) ->
                  worth.add(subset, label + ":" + number, spread(values, having)));
        });
        told.put("probes", probed);
      }
      bySubset.put(String.join("+", names(subset)), told);
    });
    metrics.put("subsets", bySubset);
    var byModality = new LinkedHashMap<String, Object>();
    for (int m = 0; m < modalities.size(); m++) {
      byModality.put(modalities.get(m), worth.of(m, seed, embedder::look));
    }
    metrics.put("worth", byModality);
  }

  /** Whether a query of a subset has the same fusion as its sample, since nothing is left out. */
  private boolean isWhole(int row, int subset) {
    return (present[row] & fused) == (subset & fused);
  }

  /** Whether each query found its sample; not of those that are all of it, which they do find. */
  private double[] hits(IntVector ranks, int k, int subset, IntVector having) {
    return IntStream.range(0, ranks.size())
        .mapToDouble(i -> isWhole(having.get(i), subset) ? Double.NaN : ranks.get(i) < k ? 1 : 0)
        .toArray();
  }

  /** Values of some rows as those of all, NaN where there is none. */
  private double[] spread(double[] values, IntVector having) {
    var all = new double[present.length];
    Arrays.fill(all, Double.NaN);
    for (int i = 0; i < values.length; i++) {
      all[having.get(i)] = values[i];
    }
    return all;
  }
}
