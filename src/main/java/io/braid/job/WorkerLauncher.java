package io.braid.job;

import io.braid.training.JobFolder;
import java.util.Optional;

/** Where workers run. */
interface WorkerLauncher {
  /** A worker that may be running. */
  interface Worker {
    boolean isAlive();

    /**
     * How it ended, in words, once it has: {@code exit 137: killed}; empty where that is not known.
     */
    Optional<String> end();

    /** Ends it at once, without waiting for it. */
    void kill();
  }

  /**
   * Starts the worker of an attempt that was ordered. It lives on when the service ends.
   *
   * @throws java.io.UncheckedIOException where it cannot be started
   */
  Worker launch(JobFolder folder, int attempt);

  /** The worker that has a job's hold, started by whichever service; empty where none has. */
  Optional<Worker> find(JobFolder folder);
}
