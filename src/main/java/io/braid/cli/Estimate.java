package io.braid.cli;

import java.time.Duration;
import java.util.Optional;

/** How long something takes in all, told once, as soon as there is enough of it to tell by. */
final class Estimate {
  /** The first steps are slow. */
  private static final Duration ENOUGH = Duration.ofSeconds(10);

  private long firstStep = -1;
  private long firstNanos;
  private boolean isTold;

  /**
   * @param nanos when the step was done
   * @return what is left from the first step that was seen on, or empty
   */
  Optional<Duration> at(long step, long steps, long nanos) {
    if (firstStep < 0) {
      firstStep = step;
      firstNanos = nanos;
    }
    long took = nanos - firstNanos;
    if (isTold || step <= firstStep || took < ENOUGH.toNanos()) {
      return Optional.empty();
    }
    isTold = true;
    double perStep = (double) took / (step - firstStep);
    return Optional.of(Duration.ofNanos(Math.round(perStep * (steps - firstStep))));
  }
}
