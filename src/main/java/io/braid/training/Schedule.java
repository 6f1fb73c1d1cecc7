package io.braid.training;

import java.util.Locale;

/** How the learning rate goes after its linear warm-up. */
public enum Schedule {
  /** Half a cosine down to 0, as published. */
  COSINE,
  /** A straight line down to 0. */
  LINEAR,
  /** Stays. */
  CONSTANT;

  /**
   * The share of the highest learning rate at a step.
   *
   * @param step from 0
   * @param warmupSteps steps in which it rises linearly from 0
   * @param steps all steps of the run, warm-up included
   */
  public double at(long step, long warmupSteps, long steps) {
    if (step < warmupSteps) {
      return step / (double) Math.max(1, warmupSteps);
    }
    double done = (step - warmupSteps) / (double) Math.max(1, steps - warmupSteps);
    return switch (this) {
      case COSINE -> Math.max(0, 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
      case LINEAR -> Math.max(0, 1 - done);
      case CONSTANT -> 1;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
