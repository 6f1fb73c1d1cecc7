package io.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a run's time is told, and what it is. */
class EstimateTest {
  private static long after(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void theTimeIsToldOnceAfterTenSeconds() {
    var estimate = new Estimate();
    assertThat(estimate.at(1, 101, after(100))).isEmpty();
    assertThat(estimate.at(2, 101, after(105))).isEmpty();
    assertThat(estimate.at(3, 101, after(112))).contains(Duration.ofMinutes(10));
    assertThat(estimate.at(9, 101, after(200))).isEmpty();
  }

  @Test
  void aSingleStepTellsNothing() {
    var estimate = new Estimate();
    assertThat(estimate.at(5, 10, after(0))).isEmpty();
    assertThat(estimate.at(5, 10, after(60))).isEmpty();
    assertThat(estimate.at(6, 10, after(60))).contains(Duration.ofMinutes(5));
  }
}
