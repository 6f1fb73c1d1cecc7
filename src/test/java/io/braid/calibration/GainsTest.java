package io.braid.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GainsTest {
  private static final List<String> A = List.of("a");

  private static double gain(Gains gains, List<String> query, String added, double best) {
    return gains.expected(query, added, best).orElseThrow().gain();
  }

  @Test
  void theGainOfManyTrialsIsTheirMean() {
    var sample = new Gains.Sample();
    for (int i = 0; i < 1000; i++) {
      sample.add(A, "b", 0.5, i % 2 == 0 ? 0.1 : 0.3);
      sample.add(A, "c", 0.5, 0.05);
    }
    Gains gains = sample.measure();
    assertThat(gain(gains, A, "b", 0.5)).isCloseTo(0.2, within(1e-9));
    assertThat(gain(gains, A, "c", 0.5)).isCloseTo(0.05, within(1e-9));
    Gains.Expected expected = gains.expected(A, "b", 0.5).orElseThrow();
    assertThat(expected.error()).isCloseTo(0.1 / Math.sqrt(1100), within(1e-5));
    assertThat(expected.trials()).isEqualTo(1000);
  }

  @Test
  void whoIsSureAlreadyHasLessToGain() {
    var sample = new Gains.Sample();
    for (int i = 0; i < 100; i++) {
      sample.add(A, "b", 0.5, 0.2);
    }
    Gains gains = sample.measure();
    assertThat(gain(gains, A, "b", 0)).isCloseTo(0.4, within(1e-9));
    assertThat(gain(gains, A, "b", 0.9)).isCloseTo(0.04, within(1e-9));
    assertThat(gain(gains, A, "b", 1)).isZero();
    assertThat(gains.expected(A, "b", 1).orElseThrow().error()).isZero();
  }

  @Test
  void nothingIsExpectedToBecomeMoreThanCertain() {
    var sample = new Gains.Sample();
    for (int i = 0; i < 1000; i++) {
      sample.add(A, "b", 0.9, 0.15);
      sample.add(A, "c", 0.9, -0.15);
    }
    Gains gains = sample.measure();
    assertThat(gain(gains, A, "b", 0)).isEqualTo(1);
    assertThat(gain(gains, A, "b", 0.25)).isEqualTo(0.75);
    assertThat(gain(gains, A, "b", 0.9)).isCloseTo(0.1, within(1e-9));
    assertThat(gain(gains, A, "c", 0)).isEqualTo(-1);
    assertThat(gain(gains, A, "b", 1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.1, 0.1, 0.5",
    "5, 1e308, 0.1, 0.5",
    "5, -1.1, 0.1, 0.5",
    "5, 0.1, -0.1, 0.5",
    "5, 0.1, 1e308, 0.5",
    "5, 0.1, 0.1, -0.1",
    "5, 0.1, NaN, 0.5"
  })
  void trialsThatCannotBeAreRefused(int number, double mean, double deviation, double best) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Gains.Trials(A, "b", number, mean, deviation, best));
  }

  @Test
  void aTrialAddsAModalityToOthers() {
    for (List<String> query : List.of(List.<String>of(), List.of("a", "b"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Gains.Trials(query, "b", 5, 0.1, 0.1, 0.5));
    }
  }

  @Test
  void gainsAsDifferentAsCanBeAreNotRefused() {
    var sample = new Gains.Sample();
    sample.add(A, "b", 1, -1);
    sample.add(A, "b", 1, 1);
    assertThat(sample.measure().trials().getFirst().deviation()).isGreaterThan(1.4);
  }

  @Test
  void fewTrialsLeanOnThoseThatAddTheSameToAsManyModalities() {
    var sample = new Gains.Sample();
    for (int i = 0; i < 900; i++) {
      sample.add(List.of("c"), "b", 0.5, 0.4);
    }
    for (int i = 0; i < 100; i++) {
      sample.add(A, "b", 0.5, 0);
    }
    Gains gains = sample.measure();
    assertThat(gain(gains, A, "b", 0.5)).isCloseTo(0.5 * 0.36, within(1e-9));
    assertThat(gain(gains, List.of("d"), "b", 0.5)).isCloseTo(0.36, within(1e-9));
    assertThat(gains.expected(List.of("d"), "b", 0.5).orElseThrow().trials()).isZero();
    assertThat(gains.expected(List.of("a", "c"), "b", 0.5)).isEmpty();
    assertThat(gains.expected(A, "c", 0.5)).isEmpty();
  }
}
