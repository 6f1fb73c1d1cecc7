package io.braid.job;

import io.braid.training.JobFolder;
import java.util.Optional;
import java.util.Set;

/** Where workers run. */
interface WorkerLauncher {
  /** How it is with a worker. */
  sealed interface State {
    /**
     * It has been asked for, and has no place to run yet, or no longer.
     *
     * @param why in words, without a stop
     */
    record Waiting(String why) implements State {}

    /** As far as is known. */
    record Running() implements State {}

    /**
     * @param how in words: {@code exit 137: killed}; empty where that is not known
     */
    record Ended(Optional<String> how) implements State {}

    static State ended(String how) {
      return new Ended(Optional.of(how));
    }
  }

  /** A worker that may be running. */
  interface Worker {
    /**
     * How it is now. What had no answer before may be asked again here. From one thread at a time.
     */
    State state();

    /** Ends it, without waiting for its end. */
    void kill();
  }

  /**
   * Starts the worker of an attempt that was ordered. It lives on when the service ends.
   *
   * @throws java.io.UncheckedIOException where it cannot be started
   */
  Worker launch(JobFolder folder, int attempt);

  /** The worker that a job has, started by whichever service; empty where it has none. */
  Optional<Worker> find(JobFolder folder);

  /** Ends workers that were started for other jobs than these: nobody waits for what they do. */
  void endStrays(Set<String> jobs);

  /** What the exit of a process says. */
  static String words(int exit) {
    return switch (exit) {
      case 137 -> "exit 137: it was killed, often for want of memory";
      case 134, 139 -> "exit " + exit + ": native code crashed";
      default -> "exit " + exit;
    };
  }
}
