package io.braid.index;

/**
 * The server of an engine does not answer, or not with all it has. It says nothing of the index:
 * what was asked may be asked again.
 */
public final class EngineAwayException extends RuntimeException {
  EngineAwayException(String message, Throwable cause) {
    super(message, cause);
  }

  public EngineAwayException(String message) {
    super(message);
  }
}
