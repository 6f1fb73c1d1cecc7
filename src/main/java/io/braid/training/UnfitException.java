package io.braid.training;

/** A run that cannot succeed as it is: the message says why, in plain words, and what to do. */
class UnfitException extends RuntimeException {
  UnfitException(String message) {
    super(message);
  }
}
