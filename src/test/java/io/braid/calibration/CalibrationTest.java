package io.braid.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Likelihood ratios of scores, on scores whose distributions are known. */
class CalibrationTest {
  private static final Pair STRONG = new Pair(List.of("a"), List.of("a", "b"));
  private static final Pair ALIKE = new Pair(List.of("b"), List.of("a", "b"));
  private static final Pair WEAK = new Pair(List.of("a"), List.of("b"));

  /** Matches of the strong pair score 3 deviations above others, of the weak one 1. */
  private static void add(ScoreSample scores, Pair pair, double lift, int matches, long seed) {
    var random = new Random(seed);
    for (int i = 0; i < matches; i++) {
      scores.addMatch(pair, 0.1 * (random.nextGaussian() + lift));
    }
    for (int i = 0; i < 100_000; i++) {
      scores.addOther(pair, 0.1 * random.nextGaussian());
    }
  }

  private static Calibration calibration() {
    var scores = new ScoreSample();
    add(scores, STRONG, 3, 4000, 1);
    add(scores, WEAK, 1, 4000, 2);
    add(scores, ALIKE, 3, 2, 3);
    return new Calibration(scores.count(1000));
  }

  /** Ratio of two normal densities, the one of matches lifted by so many deviations. */
  private static double expected(double score, double lift) {
    return Math.exp(lift * score / 0.1 - lift * lift / 2);
  }

  @Test
  void ratiosAreThoseOfTheDensities() {
    Calibration calibration = calibration();
    for (double score : new double[] {-0.1, 0, 0.1, 0.15, 0.2, 0.25}) {
      double strong = Math.log(calibration.curve(STRONG).ratio(score) / expected(score, 3));
      double weak = Math.log(calibration.curve(WEAK).ratio(score) / expected(score, 1));
      assertThat(weak).as("weak at %s", score).isCloseTo(0, within(0.35));
      if (score > 0) {
        assertThat(strong).as("strong at %s", score).isCloseTo(0, within(0.5));
      }
    }
  }

  @Test
  void aPairThatWasSeenRarelyLeansOnThoseLikeIt() {
    Calibration calibration = calibration();
    assertThat(calibration.curve(ALIKE).ratio(0.25))
        .isBetween(0.3 * expected(0.25, 3), 3 * expected(0.25, 3));
    var never = new Pair(List.of("c"), List.of("b", "c"));
    assertThat(calibration.knows(never)).isFalse();
    assertThat(calibration.curve(never)).isSameAs(calibration.pooled());
    assertThat(calibration.knows(new Pair(List.of("a", "b"), List.of("a", "b")))).isFalse();
  }

  @Test
  void whereAPairHasSeenNothingItsScoresSayWhatTheySayOfThoseLikeIt() {
    Calibration calibration = calibration();
    double unheardOf = 0.7;
    assertThat(calibration.curve(ALIKE).ratio(unheardOf))
        .isBetween(
            0.5 * calibration.curve(STRONG).ratio(unheardOf),
            2 * calibration.curve(STRONG).ratio(unheardOf));
  }

  @Test
  void aCurveNeverFalls() {
    Calibration calibration = calibration();
    for (Pair pair : List.of(STRONG, WEAK, ALIKE)) {
      Curve curve = calibration.curve(pair);
      for (double score = -1; score < 1; score += 0.01) {
        assertThat(curve.ratio(score)).isGreaterThanOrEqualTo(curve.ratio(score - 0.01));
      }
      assertThat(curve.points()).isNotEmpty();
    }
  }

  @Test
  void theMeanRatioOfOthersIsOneAndLessBelowTheBest() {
    Curve curve = calibration().curve(STRONG);
    assertThat(curve.meanRatioUpTo(1)).isCloseTo(1, within(0.05));
    assertThat(curve.meanRatioUpTo(0.1)).isBetween(0.0, 0.3);
  }

  @Test
  void withFewMatchesNothingIsKnownAndMatchesAreTakenToScoreThreeDeviationsHigher() {
    var scores = new ScoreSample();
    add(scores, STRONG, 5, 49, 4);
    var calibration = new Calibration(scores.count(1000));
    assertThat(calibration.isMeasured()).isFalse();
    assertThat(calibration.knows(STRONG)).isFalse();
    for (double score : new double[] {0, 0.1, 0.2, 0.3, 0.4}) {
      double off = Math.log(calibration.curve(STRONG).ratio(score) / expected(score, 3));
      assertThat(off).as("at %s", score).isCloseTo(0, within(0.5));
    }
    assertThat(new Calibration(new ScoreSample().count(0)).pooled().ratio(0.5)).isPositive();
  }

  @Test
  void probabilitiesOfFoundItemsComeTrue() {
    Calibration calibration = calibration();
    var random = new Random(7);
    var reliability = new Reliability.Sample();
    for (int query = 0; query < 3000; query++) {
      boolean isStrong = random.nextBoolean(); // of the match; the others are half and half
      var ratios = new ArrayList<Double>();
      ratios.add(ratio(calibration, isStrong, isStrong ? 3 : 1, random));
      for (int other = 0; other < 99; other++) {
        ratios.add(ratio(calibration, other % 2 == 0, 0, random));
      }
      List<Double> told = Posterior.probabilities(ratios, 0);
      IntStream.range(0, told.size()).forEach(i -> reliability.add(told.get(i), i == 0));
    }
    Reliability measured = reliability.measure();
    assertThat(measured.bins().size()).isGreaterThan(5);
    assertThat(measured.error()).isLessThan(0.01);
    measured.bins().stream()
        .filter(bin -> bin.hits() > 200)
        .forEach(bin -> assertThat(bin.seen()).isCloseTo(bin.told(), within(0.1)));
  }

  private static double ratio(
      Calibration calibration, boolean isStrong, double lift, Random random) {
    return calibration.curve(isStrong ? STRONG : WEAK).ratio(0.1 * (random.nextGaussian() + lift));
  }

  @Test
  void probabilitiesSumToOneWithThatOfNone() {
    List<Double> told = Posterior.probabilities(List.of(3.0, 1.0, 0.0), 5);
    assertThat(told).containsExactly(0.3, 0.1, 0.0);
  }

  @Test
  void reliabilityIsTheDistanceOfWhatWasToldAndSeen() {
    var sample = new Reliability.Sample();
    sample.add(0.25, true);
    sample.add(0.25, false);
    sample.add(1, true);
    sample.add(0.95, false);
    Reliability measured = sample.measure();
    assertThat(measured.bins())
        .containsExactly(new Reliability.Bin(2, 0.25, 0.5), new Reliability.Bin(2, 0.975, 0.5));
    assertThat(measured.error()).isCloseTo((2 * 0.25 + 2 * 0.475) / 4, within(1e-12));
    assertThat(new Reliability.Sample().measure()).isEqualTo(new Reliability(List.of(), 0));
  }
}
