package io.braid.job;

import java.nio.file.Path;
import java.util.Optional;

/** Where workers run. */
interface WorkerLauncher {
  /** A worker that was started by this service and may be running. */
  interface Worker {
    boolean isAlive();

    /** How it ended, in words, once it has: {@code exit 137, killed}. */
    Optional<String> end();

    /** Ends it at once. */
    void kill();
  }

  /**
   * Starts a worker, which lives on when the service ends.
   *
   * @param folder of the job, with its order
   */
  Worker launch(Path folder, int attempt);
}
