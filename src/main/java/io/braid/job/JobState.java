package io.braid.job;

import java.util.Locale;

/** Where a job stands. */
enum JobState {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  /** Whether nothing more happens by itself. */
  boolean isEnd() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
