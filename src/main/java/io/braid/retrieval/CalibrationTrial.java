package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Gains;
import io.braid.calibration.Pair;
import io.braid.calibration.Posterior;
import io.braid.calibration.Reliability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tries a calibration on samples that it is not made of: each half of the samples asks, among all
 * of them as they are stored, with the scores of the other half.
 */
final class CalibrationTrial {
  /** Queries by which reliability is measured. */
  private static final int QUERIES = 2000;

  /** Hits of each of them that are looked at. */
  private static final int HITS = 10;

  /** Most additions that are tried. */
  private static final int ADDITIONS = 4000;

  /** Most samples among which a sample is asked for, where something is added. */
  private static final int AMONG = 300;

  private final List<KnownSample> samples;
  private final KnownPairs pairs;
  private final Random random;

  /** Calibrations by the half of the samples that they are tried on. */
  private final List<Calibration> calibrations;

  /**
   * @param samples that {@code pairs} are of
   */
  CalibrationTrial(List<KnownSample> samples, KnownPairs pairs, long seed) {
    this.samples = List.copyOf(samples);
    this.pairs = pairs;
    this.random = new Random(seed);
    this.calibrations =
        IntStream.range(0, 2)
            .mapToObj(half -> new Calibration(pairs.count(half(1 - half))))
            .toList();
  }

  private List<KnownSample> half(int half) {
    return IntStream.range(0, samples.size())
        .filter(i -> i % 2 == half)
        .mapToObj(samples::get)
        .toList();
  }

  /** How confidences of the best hits come true. */
  Reliability reliability() {
    var hits = new Reliability.Sample();
    for (int i = 0; i < QUERIES; i++) {
      int own = random.nextInt(samples.size());
      List<List<String>> subsets = subsets(own);
      List<String> query = subsets.get(random.nextInt(subsets.size()));
      List<Double> told = probabilities(own, query, stored(own, subsets), samples.size(), 0);
      IntStream.range(0, told.size())
          .boxed()
          .sorted(Comparator.comparing(told::get).reversed())
          .limit(HITS)
          .forEach(hit -> hits.add(told.get(hit), hit == 0));
    }
    return hits.measure();
  }

  /**
   * What modalities add.
   *
   * @param items of the collection
   */
  Gains gains(long items) {
    var gains = new Gains.Sample();
    int among = Math.min(AMONG, samples.size());
    double others = Math.max(0, items - among); // whose ratios are 1 in the mean
    for (int i = 0; i < ADDITIONS; i++) {
      int own = random.nextInt(samples.size());
      List<List<String>> subsets = subsets(own);
      List<String> query = subsets.get(random.nextInt(subsets.size()));
      List<List<String>> more =
          subsets.stream()
              .filter(one -> one.size() == query.size() + 1 && one.containsAll(query))
              .toList();
      if (more.isEmpty()) {
        continue;
      }
      List<String> with = more.get(random.nextInt(more.size()));
      String added = with.stream().filter(one -> !query.contains(one)).findFirst().orElseThrow();
      List<String> stored = stored(own, subsets);
      List<Double> before = probabilities(own, query, stored, among, others);
      double after = probabilities(own, with, stored, among, others).getFirst();
      double best = before.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
      gains.add(query, added, best, after - before.getFirst());
    }
    return gains.measure();
  }

  private List<List<String>> subsets(int sample) {
    return pairs.queries().stream().filter(samples.get(sample)::has).toList();
  }

  /** A sample may be stored with other modalities than it is asked for by. */
  private List<String> stored(int sample, List<List<String>> subsets) {
    return random.nextBoolean()
        ? samples.get(sample).modalities()
        : subsets.get(random.nextInt(subsets.size()));
  }

  /**
   * Confidences where a subset of a sample asks for it: that of its own item first, then those of
   * the samples after it.
   *
   * @param stored modalities that its item has
   * @param among samples that are there, it included
   * @param others sum of the ratios of further items
   */
  private List<Double> probabilities(
      int own, List<String> query, List<String> stored, int among, double others) {
    Calibration calibration = calibrations.get(own % 2);
    KnownSample sample = samples.get(own);
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < among; i++) {
      KnownSample item = samples.get((own + i) % samples.size());
      List<String> form = i == 0 ? stored : item.modalities();
      double score = sample.fusion(query).dot(item.fusion(form));
      ratios.add(calibration.curve(new Pair(query, form)).ratio(score));
    }
    return Posterior.probabilities(ratios, others);
  }
}
