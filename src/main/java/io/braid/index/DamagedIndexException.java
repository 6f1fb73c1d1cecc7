package io.braid.index;

/** What an index keeps on the disk cannot be read: delete it, and build it again. */
public final class DamagedIndexException extends RuntimeException {
  DamagedIndexException(String message, Throwable cause) {
    super(message, cause);
  }

  public DamagedIndexException(String message) {
    super(message);
  }
}
