package io.braid.problem;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

/**
 * A failure as its client is told of it.
 *
 * @param status of the answer; the kind's own, but where the container is more exact
 * @param detail one sentence on this occurrence
 * @param retryAfter when to try again, for 429 and 503
 * @param upserted items of a stream that were stored before the failure; null where it is none
 */
record Rejection(
    ProblemKind kind,
    int status,
    String detail,
    List<Fault> faults,
    Duration retryAfter,
    @Nullable Long upserted) {
  private static final Duration SOON = Duration.ofSeconds(1);

  static Rejection of(BraidException e) {
    return new Rejection(
        e.kind(),
        e.kind().status().value(),
        String.valueOf(e.getMessage()),
        e.faults(),
        e.retryAfter(),
        null);
  }

  static Rejection of(int status, String detail) {
    return new Rejection(ProblemKind.of(status), status, detail, List.of(), SOON, null);
  }

  /** What lies behind {@code failure}: what is not known to be the client's doing is ours. */
  static Rejection of(Throwable failure) {
    PartlyDone partly = cause(failure, PartlyDone.class);
    if (partly != null && partly.getCause() != null) {
      Rejection of = of(partly.getCause());
      return new Rejection(
          of.kind,
          of.status,
          "%s; the %d items before it are stored".formatted(of.detail, partly.upserted()),
          of.faults,
          of.retryAfter,
          partly.upserted());
    }
    BraidException ours = cause(failure, BraidException.class);
    if (ours != null) {
      return of(ours);
    }
    if (DiskFull.isBehind(failure)) {
      return of(DiskFull.problem());
    }
    if (cause(failure, DataAccessResourceFailureException.class) != null
        || cause(failure, CannotCreateTransactionException.class) != null) {
      return of(
          new BraidException(
              ProblemKind.UNAVAILABLE, "the database does not answer; try again shortly"));
    }
    InvalidParameterException parameter = cause(failure, InvalidParameterException.class);
    if (parameter != null) {
      return of(
          parameter.getErrorCode(), "the parameters cannot be read: " + parameter.getMessage());
    }
    BadRequestException transfer = cause(failure, BadRequestException.class);
    if (transfer != null) {
      return unreadable("the transfer of the body is broken: " + transfer.getMessage());
    }
    if (cause(failure, MaxUploadSizeExceededException.class) != null) {
      return of(ProblemKind.TOO_LARGE.status().value(), "the upload is over its limit");
    }
    MultipartException multipart = cause(failure, MultipartException.class);
    if (multipart != null) {
      return unreadable("the multipart body cannot be read: " + multipart.getMessage());
    }
    return of(ProblemKind.INTERNAL.status().value(), "Something went wrong here; it is logged");
  }

  private static Rejection unreadable(String detail) {
    return of(new BraidException(ProblemKind.UNREADABLE, detail));
  }

  /** The first of {@code failure} and its causes that is a {@code type}. */
  static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }

  boolean isOurs() {
    return kind == ProblemKind.INTERNAL;
  }

  boolean mayPass() {
    return switch (kind) {
      case BUSY, RATE_LIMITED, UNAVAILABLE -> true;
      default -> false;
    };
  }

  /** The pointer to {@code samples[3].maxLength}: {@code /samples/3/max_length}. */
  static String pointer(String field) {
    StringBuilder pointer = new StringBuilder();
    for (String step : field.split("[.\\[\\]]+", -1)) {
      if (!step.isEmpty()) {
        String snake = step.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        pointer.append('/').append(escaped(snake));
      }
    }
    return pointer.toString();
  }

  /** A name as a step of a JSON Pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
