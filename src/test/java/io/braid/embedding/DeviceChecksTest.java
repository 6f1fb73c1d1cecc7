package io.braid.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.embedding.DeviceChecks.Outcome;
import io.braid.torch.Device;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices that hang, break and come back. */
@Timeout(60)
class DeviceChecksTest {
  private static final Device ONE = Device.cuda(0);
  private static final Device OTHER = Device.cuda(1);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();

  /** A forward that hangs on one device until it is let go. */
  private String hanging(Device device) {
    if (device.equals(ONE)) {
      begun.incrementAndGet();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return "computed";
  }

  @Test
  void aDeviceThatHangsIsLostAndTheOthersAreNot() {
    var checks = new DeviceChecks(List.of(ONE, OTHER), this::hanging, LIMIT);
    for (int probe = 0; probe < 2; probe++) {
      var outcomes = checks.all();
      assertThat(outcomes.get(ONE)).isEqualTo(new Outcome.Overdue(LIMIT));
      assertThat(outcomes.get(OTHER)).isEqualTo(new Outcome.Computed("computed"));
      assertThat(checks.isUp(ONE)).isFalse();
      assertThat(checks.isUp(OTHER)).isTrue();
    }
    assertThat(begun).as("checks of it under way").hasValue(1);

    goesOn.countDown();
    assertThat(checks.all()).containsEntry(ONE, new Outcome.Computed("computed"));
    assertThat(checks.isUp(ONE)).isTrue();
  }

  @Test
  void aDeviceIsUpAgainOnceAnOverdueCheckReturns() {
    var checks = new DeviceChecks(List.of(ONE), this::hanging, Duration.ofMillis(1));
    checks.all();
    assertThat(checks.isUp(ONE)).isFalse();
    goesOn.countDown();
    assertThat(checks.first(ONE)).isEqualTo("computed"); // waits for the one under way
    assertThat(checks.isUp(ONE)).as("without another probe").isTrue();
  }

  @Test
  void aDeviceThatBreaksIsLostUntilItComputesAgain() {
    var isBroken = new AtomicBoolean(true);
    var failure = new IllegalStateException("no kernel image");
    var checks =
        new DeviceChecks(
            List.of(ONE, OTHER),
            device -> {
              if (device.equals(ONE) && isBroken.get()) {
                throw failure;
              }
              return "computed";
            },
            LIMIT);
    assertThat(checks.all())
        .containsEntry(ONE, new Outcome.Failed(failure))
        .containsEntry(OTHER, new Outcome.Computed("computed"));
    assertThat(checks.isUp(ONE)).isFalse();
    isBroken.set(false);
    checks.all();
    assertThat(checks.isUp(ONE)).isTrue();
  }
}
