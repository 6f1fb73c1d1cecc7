package io.braid.kubernetes;

import org.jspecify.annotations.Nullable;

/** What the API server did not do, and why, in its own words. */
public final class ApiException extends RuntimeException {
  private final int status;

  private ApiException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  static ApiException unknown(String what, Exception e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new ApiException(0, what + ": " + why, e);
  }

  static ApiException answered(int status, String message) {
    return new ApiException(
        status, "the API server answers %d: %s".formatted(status, message), null);
  }

  /** Of HTTP; 0 where there was no answer. What was asked for may have been done then. */
  public int status() {
    return status;
  }

  /** Whether the same request will be refused for ever: it is the request that is wrong. */
  public boolean isFinal() {
    return status == 400 || status == 413 || status == 415 || status == 422;
  }
}
