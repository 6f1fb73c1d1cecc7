package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Gains;
import io.braid.calibration.Pair;
import io.braid.calibration.Posterior;
import io.braid.calibration.Reliability;
import io.braid.retrieval.FittedCalibration.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tries a calibration on samples that it is not made of: each half of the samples asks, among all
 * of them as they are stored, with the scores of the other half. One sequence of random numbers
 * serves all calls, so what is drawn depends on their order.
 */
final class CalibrationTrial {
  /** Queries by which reliability is measured. */
  private static final int QUERIES = 2000;

  /** Hits of each of them that are looked at. */
  private static final int HITS = 10;

  /** Additions that are tried anyway. */
  private static final int MIN_ADDITIONS = 2000;

  /** Most additions that are tried. */
  private static final int MAX_ADDITIONS = 12_000;

  /** Multiplications that all additions may take, but for {@link #MIN_ADDITIONS}. */
  private static final long MAX_MULTIPLICATIONS = 4_000_000_000L;

  /** Most samples that are looked at to find one that has what is asked for. */
  private static final int MAX_TRIES = 100;

  private final List<KnownSample> samples;
  private final KnownPairs pairs;
  private final List<Form> forms;
  private final Random random;

  /** Calibrations by the half of the samples that they are tried on. */
  private final List<Calibration> calibrations;

  /**
   * @param samples that {@code pairs} are of
   * @param forms that items of the collection have
   */
  CalibrationTrial(List<KnownSample> samples, KnownPairs pairs, List<Form> forms, long seed) {
    this.forms = forms.stream().filter(form -> !form.modalities().isEmpty()).toList();
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
      List<String> query = any(pairs.queries());
      List<String> stored = form();
      OptionalInt own = sampleWith(query, stored);
      if (own.isEmpty() || query.equals(stored)) { // who finds himself proves nothing
        continue;
      }
      List<Double> told = probabilities(own.getAsInt(), query, stored, 1);
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
    double each = Math.max(1, (double) items / Math.max(1, samples.size()));
    int additions = additions();
    for (int i = 0; i < additions; i++) {
      List<String> with = any(pairs.queries());
      String added = any(with);
      List<String> query = with.stream().filter(one -> !one.equals(added)).toList();
      List<String> stored = form();
      boolean isSelf = stored.equals(query) || stored.equals(with); // which proves nothing
      OptionalInt own = query.isEmpty() || isSelf ? OptionalInt.empty() : sampleWith(with, stored);
      if (own.isPresent() && samples.get(own.getAsInt()).has(query)) {
        List<Double> before = probabilities(own.getAsInt(), query, stored, each);
        double after = probabilities(own.getAsInt(), with, stored, each).getFirst();
        double best = before.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        gains.add(query, added, best, after - before.getFirst());
      }
    }
    return gains.measure();
  }

  private int additions() {
    int dim = samples.isEmpty() ? 1 : samples.getFirst().dimension();
    long each = 2L * Math.max(1, samples.size()) * dim;
    return (int) Math.clamp(MAX_MULTIPLICATIONS / each, MIN_ADDITIONS, MAX_ADDITIONS);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** What some item of the collection has; a sample may be stored with less than is asked by. */
  private List<String> form() {
    long item = random.nextLong(forms.stream().mapToLong(Form::items).sum());
    for (Form form : forms) {
      item -= form.items();
      if (item < 0) {
        return form.modalities();
      }
    }
    throw new IllegalStateException("more items than there are; this is a bug");
  }

  /** Some sample of which both fusions are known. */
  private OptionalInt sampleWith(List<String> query, List<String> stored) {
    return IntStream.generate(() -> random.nextInt(samples.size()))
        .limit(MAX_TRIES)
        .filter(i -> samples.get(i).has(query) && samples.get(i).has(stored))
        .findFirst();
  }

  /**
   * Confidences where a subset of a sample asks for it: that of its own item first, then those of
   * the samples after it.
   *
   * @param stored modalities that its item has
   * @param each items that each of the others stands for
   */
  private List<Double> probabilities(
      int own, List<String> query, List<String> stored, double each) {
    Calibration calibration = calibrations.get(own % 2);
    KnownSample sample = samples.get(own);
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < samples.size(); i++) {
      KnownSample item = samples.get((own + i) % samples.size());
      List<String> form = i == 0 ? stored : item.modalities();
      double score = sample.fusion(query).dot(item.fusion(form));
      ratios.add(calibration.curve(new Pair(query, form)).ratio(score));
    }
    double others = ratios.stream().skip(1).mapToDouble(Double::doubleValue).sum();
    return Posterior.probabilities(ratios, (each - 1) * others);
  }
}
