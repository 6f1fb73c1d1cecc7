package io.braid.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void allRiseLinearlyFirst() {
    for (Schedule schedule : Schedule.values()) {
      assertThat(schedule.at(0, 10, 110)).isZero();
      assertThat(schedule.at(5, 10, 110)).isEqualTo(0.5);
      assertThat(schedule.at(10, 10, 110)).isEqualTo(1);
    }
  }

  @Test
  void thenTheyGoTheirWays() {
    assertThat(Schedule.COSINE.at(60, 10, 110)).isCloseTo(0.5, within(1e-12));
    assertThat(Schedule.COSINE.at(35, 10, 110))
        .isCloseTo(0.5 * (1 + Math.sqrt(0.5)), within(1e-12));
    assertThat(Schedule.COSINE.at(110, 10, 110)).isZero();
    assertThat(Schedule.LINEAR.at(35, 10, 110)).isEqualTo(0.75);
    assertThat(Schedule.LINEAR.at(110, 10, 110)).isZero();
    assertThat(Schedule.CONSTANT.at(110, 10, 110)).isEqualTo(1);
  }

  @Test
  void withoutWarmUpTheFirstStepIsAtTheHighestRate() {
    for (Schedule schedule : Schedule.values()) {
      assertThat(schedule.at(0, 0, 100)).isEqualTo(1);
    }
  }
}
