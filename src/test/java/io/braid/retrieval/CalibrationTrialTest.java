package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.calibration.Gains;
import io.braid.calibration.Reliability;
import io.braid.encoder.Vector;
import io.braid.retrieval.FittedCalibration.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Trials on samples of a hidden vector, of which every modality tells as much as is said here. */
class CalibrationTrialTest {
  private static final List<String> A = List.of("a");
  private static final List<String> B = List.of("b");
  private static final List<String> BOTH = List.of("a", "b");
  private static final HiddenVectors BLURRED = new HiddenVectors(16, Map.of("a", 1.0, "b", 1.0));

  private static CalibrationTrial trial(List<KnownSample> samples, List<Form> forms, long seed) {
    var pairs = new KnownPairs(samples, forms.stream().map(Form::modalities).toList(), seed);
    return new CalibrationTrial(samples, pairs, forms, seed);
  }

  private static long hits(Reliability reliability) {
    return reliability.bins().stream().mapToLong(Reliability.Bin::hits).sum();
  }

  private static Gains.Trials trials(Gains gains, List<String> query, String added) {
    return gains.trials().stream()
        .filter(one -> one.query().equals(query) && one.added().equals(added))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing is known of " + added + " to " + query));
  }

  @Test
  void confidencesComeTrue() {
    var samples = new ArrayList<>(BLURRED.draw(400, BOTH, new Random(1)));
    samples.addAll(BLURRED.draw(100, A, new Random(2)));
    Collections.shuffle(samples, new Random(3));
    List<Form> forms = List.of(new Form(BOTH, 400), new Form(A, 100));
    Reliability reliability = trial(samples, forms, 4).reliability();
    assertThat(reliability.bins()).as("from unlikely to certain").hasSizeGreaterThan(8);
    assertThat(reliability.error()).isLessThan(0.02);
    reliability.bins().stream()
        .filter(bin -> bin.hits() > 100)
        .forEach(bin -> assertThat(bin.seen()).isCloseTo(bin.told(), within(0.1)));
  }

  @Test
  void tenHitsOfEachQueryAreLookedAt() {
    Reliability reliability =
        trial(BLURRED.draw(100, BOTH, new Random(1)), List.of(new Form(A, 100)), 4).reliability();
    assertThat(hits(reliability) % 10).isZero();
    assertThat(hits(reliability)).isBetween(10_000L, 20_000L);
  }

  @Test
  void eachHalfOfTheSamplesIsTriedWithWhatTheOtherTells() {
    var random = new Random(5);
    var samples = new ArrayList<KnownSample>();
    for (KnownSample sample : new HiddenVectors(16, Map.of()).draw(400, A, random)) {
      Vector one = sample.fusion(A);
      Vector other = samples.size() % 2 == 0 ? one : opposite(one);
      samples.add(new KnownSample(B, Map.of(A, one, B, other)));
    }
    Reliability reliability = trial(samples, List.of(new Form(B, 400)), 6).reliability();
    assertThat(reliability.bins())
        .as("where matches are unlike, their scores promise nothing to those that are alike")
        .allMatch(bin -> bin.told() < 0.5);
  }

  private static Vector opposite(Vector vector) {
    var elements = vector.toArray();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = -elements[i];
    }
    return Vector.of(elements);
  }

  @Test
  void whoFindsHimselfProvesNothing() {
    List<KnownSample> samples = BLURRED.draw(200, A, new Random(7));
    CalibrationTrial ofOneModality = trial(samples, List.of(new Form(A, 200)), 8);
    assertThat(hits(ofOneModality.reliability())).isZero();
    assertThat(ofOneModality.gains(200).trials()).isEmpty();

    samples = BLURRED.draw(200, BOTH, new Random(7));
    Gains gains = trial(samples, List.of(new Form(A, 100), new Form(BOTH, 100)), 8).gains(200);
    assertThat(gains.trials()).as("neither is a asked for by a, nor both by both").hasSize(1);
    assertThat(trials(gains, B, "a").number()).isGreaterThan(500);
  }

  @Test
  void whatNoSampleHasIsNotTried() {
    List<KnownSample> samples = BLURRED.draw(200, BOTH, new Random(7));
    List<Form> forms = List.of(new Form(List.of(), 1000), new Form(List.of("c"), 1000));
    CalibrationTrial trial = trial(samples, forms, 8);
    assertThat(hits(trial.reliability())).isZero();
    assertThat(trial.gains(2000).trials()).isEmpty();
  }

  @Test
  void itemsAreAskedForInTheFormsThatTheyHave() {
    List<KnownSample> samples = BLURRED.draw(200, BOTH, new Random(7));
    List<Form> forms = List.of(new Form(A, 900), new Form(B, 100), new Form(List.of(), 100_000));
    Gains gains = trial(samples, forms, 8).gains(1000);
    double ofNine = trials(gains, B, "a").number();
    double ofOne = trials(gains, A, "b").number();
    assertThat(ofNine / ofOne).isCloseTo(9, within(2.0));
  }

  @Test
  void whatTellsOfTheItemGainsConfidenceAndWhatMisleadsLosesIt() {
    var random = new Random(9);
    var one = new HiddenVectors(16, Map.of("a", 1.0, "b", 0.3, "c", 30.0)); // c drowns others
    List<KnownSample> samples =
        one.draw(300, List.of("a", "b", "c"), random).stream()
            .map(sample -> new KnownSample(A, sample.fusions())) // which is stored with a alone
            .toList();
    Gains gains = trial(samples, List.of(new Form(A, 300)), 10).gains(300);
    assertThat(trials(gains, B, "a").mean()).isGreaterThan(0.05);
    assertThat(trials(gains, B, "c").mean()).isLessThan(-0.2);
    assertThat(trials(gains, List.of("c"), "b").mean()).isCloseTo(0, within(0.01));
  }

  @Test
  void amongMoreItemsConfidencesAreLess() {
    List<KnownSample> samples = BLURRED.draw(300, BOTH, new Random(11));
    List<Form> forms = List.of(new Form(BOTH, 150), new Form(A, 150));
    double few = trials(trial(samples, forms, 12).gains(300), B, "a").best();
    double many = trials(trial(samples, forms, 12).gains(30_000), B, "a").best();
    assertThat(few).isGreaterThan(0.5);
    assertThat(many).isLessThan(few / 4);
  }

  @Test
  void anItemThatIsNotSampledCountsLikeOneThatIs() {
    List<Form> forms = List.of(new Form(BOTH, 300), new Form(A, 300));
    Gains sampled = trial(BLURRED.draw(300, BOTH, new Random(11)), forms, 12).gains(600);
    Gains all = trial(BLURRED.draw(600, BOTH, new Random(11)), forms, 12).gains(600);
    assertThat(trials(sampled, B, "a").best()).isCloseTo(trials(all, B, "a").best(), within(0.2));
  }

  /** Whoever asks by b scores as high with others as who asks by a does with himself. */
  @Test
  void aScoreTellsWhatItTellsOfModalitiesThatAskForThoseThatAreStored() {
    List<String> stored = List.of("c");
    var samples = new ArrayList<KnownSample>();
    for (KnownSample sample : new HiddenVectors(32, Map.of()).draw(400, A, new Random(13))) {
      Vector one = withCommon(sample.fusion(A), 0);
      Vector mixed = withCommon(one, 1);
      Vector almostAlike = withCommon(one, 3);
      samples.add(new KnownSample(stored, Map.of(A, one, B, almostAlike, stored, mixed)));
    }
    Reliability reliability = trial(samples, List.of(new Form(stored, 400)), 14).reliability();
    double queries = hits(reliability) / 10.0;
    Reliability.Bin certain = reliability.bins().getLast();
    assertThat(certain.hits() / queries).isGreaterThan(0.8);
    assertThat(certain.seen()).isGreaterThan(0.95);
  }

  /** At unit length, with a direction that is the same of all. */
  private static Vector withCommon(Vector vector, float common) {
    float[] elements = Arrays.copyOf(vector.toArray(), vector.size() + 1);
    elements[vector.size()] = common;
    return Vector.of(elements).normalized();
  }

  @Test
  void whatIsTriedIsDecidedByTheSeed() {
    List<KnownSample> samples = BLURRED.draw(100, BOTH, new Random(13));
    List<Form> forms = List.of(new Form(A, 100));
    Reliability reliability = trial(samples, forms, 14).reliability();
    assertThat(trial(samples, forms, 14).reliability()).isEqualTo(reliability);
    assertThat(trial(samples, forms, 15).reliability()).isNotEqualTo(reliability);
    Gains gains = trial(samples, forms, 14).gains(100);
    assertThat(trial(samples, forms, 14).gains(100)).isEqualTo(gains);
    assertThat(trial(samples, forms, 15).gains(100)).isNotEqualTo(gains);
  }
}
