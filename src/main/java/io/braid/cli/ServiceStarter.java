package io.braid.cli;

import java.net.URI;
import java.nio.file.Path;

/** Starts the service within this process. */
public interface ServiceStarter {
  /** A service that runs. */
  interface Running extends AutoCloseable {
    URI address();

    @Override
    void close();
  }

  /** Why there is no service. */
  final class StartException extends Exception {
    private final boolean isInUse;

    /**
     * @param message what is wrong, and what to do
     * @param isInUse whether another service has the folder
     */
    public StartException(String message, boolean isInUse, Throwable cause) {
      super(message, cause);
      this.isInUse = isInUse;
    }

    boolean isInUse() {
      return isInUse;
    }
  }

  /** Starts it on a free port of this machine, with its logs on stderr, warnings only. */
  Running start(Path dataDir) throws StartException;
}
