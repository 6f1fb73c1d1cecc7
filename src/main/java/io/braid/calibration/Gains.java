package io.braid.calibration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much likelier the right item was held to be once a modality was added to what asked for it,
 * in trials whose answer is known.
 *
 * @param trials by what asked and what was added
 */
public record Gains(List<Trials> trials) {
  /** Trials of just this query that weigh as much as all those like it together. */
  private static final double LEANING = 100;

  /** Who lacks less to certainty has nothing to gain. */
  private static final double CERTAIN = 1e-6;

  /** Of numbers between -1 and 1, half of them each: sqrt 2, where there are two. */
  private static final double MAX_DEVIATION = 1.5;

  private static final double ROUNDING = 1e-6;

  public Gains {
    trials = List.copyOf(trials);
  }

  /**
   * Trials that added the same modality to the same ones.
   *
   * @param query modalities that asked, in schema order
   * @param mean gain in confidence of the right item
   * @param deviation of the gains
   * @param best mean confidence of the best hit before
   */
  public record Trials(
      List<String> query, String added, int number, double mean, double deviation, double best) {
    public Trials {
      query = List.copyOf(query);
      if (query.isEmpty() || query.contains(added) || number < 1) {
        throw new IllegalArgumentException("a trial adds one modality to others, once or more");
      }
      if (!(Math.abs(mean) <= 1 + ROUNDING && deviation >= 0 && deviation <= MAX_DEVIATION)) {
        throw new IllegalArgumentException(
            "gains of %s, deviating by %s; confidences are 0 to 1".formatted(mean, deviation));
      }
      if (!(best >= 0 && best <= 1 + ROUNDING)) {
        throw new IllegalArgumentException(
            "a best confidence of %s, expected 0 to 1".formatted(best));
      }
    }
  }

  /**
   * What may be expected.
   *
   * @param gain in confidence of the right item
   * @param error one standard error of it
   * @param trials of just this that it rests on; others like it count too
   */
  public record Expected(double gain, double error, int trials) {}

  /**
   * What adding a modality to a query may be expected to gain: in proportion to what the best hit
   * lacks to certainty, as gains in trials were to what it lacked there. Its error is, in the same
   * proportion, sqrt(variance / (n + min({@value #LEANING}, N))) of n trials of just this query and
   * N of all those like it, whose mean variance it is. Nothing is expected to become more than
   * certain.
   *
   * @param best confidence of the best hit now, 0 to 1
   * @return nothing where it was never added to as many modalities
   */
  public Optional<Expected> expected(List<String> query, String added, double best) {
    List<Trials> like =
        trials.stream()
            .filter(one -> one.added().equals(added) && one.query().size() == query.size())
            .toList();
    double number = like.stream().mapToInt(Trials::number).sum();
    if (number == 0) {
      return Optional.empty();
    }
    double mean = like.stream().mapToDouble(one -> one.number() * one.mean()).sum() / number;
    double before = like.stream().mapToDouble(one -> one.number() * one.best()).sum() / number;
    double variance =
        like.stream().mapToDouble(one -> one.number() * square(one.deviation())).sum() / number;
    Optional<Trials> own = like.stream().filter(one -> one.query().equals(query)).findFirst();
    int seen = own.map(Trials::number).orElse(0);
    double weight = seen / (seen + LEANING);
    double gain = weight * own.map(Trials::mean).orElse(0.0) + (1 - weight) * mean;
    double lacked = 1 - (weight * own.map(Trials::best).orElse(0.0) + (1 - weight) * before);
    double part = lacked < CERTAIN ? 0 : (1 - best) / lacked;
    double possible = Math.clamp(part * gain, -1, Math.max(0, 1 - best));
    return Optional.of(
        new Expected(
            possible, part * Math.sqrt(variance / (seen + Math.min(LEANING, number))), seen));
  }

  private static double square(double x) {
    return x * x;
  }

  /** Collects trials. */
  public static final class Sample {
    private record Key(List<String> query, String added) {}

    private record Trial(double best, double gain) {}

    private final Map<Key, List<Trial>> trials = new LinkedHashMap<>();

    /** Notes what a modality added. */
    public void add(List<String> query, String added, double best, double gain) {
      trials
          .computeIfAbsent(new Key(query, added), _ -> new ArrayList<>())
          .add(new Trial(best, gain));
    }

    /** What came of it so far. */
    public Gains measure() {
      var measured = new ArrayList<Trials>();
      for (var entry : trials.entrySet()) {
        List<Trial> of = entry.getValue();
        double gain = of.stream().mapToDouble(Trial::gain).average().orElse(0);
        double best = of.stream().mapToDouble(Trial::best).average().orElse(0);
        double variance =
            of.stream().mapToDouble(one -> square(one.gain() - gain)).sum()
                / Math.max(1, of.size() - 1);
        measured.add(
            new Trials(
                entry.getKey().query(),
                entry.getKey().added(),
                of.size(),
                gain,
                Math.sqrt(variance),
                best));
      }
      return new Gains(measured);
    }
  }
}
