package io.braid.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.http.HttpStatus;

/**
 * Every way a request can fail: its status, the title a client sees and the tag it is counted
 * under.
 */
public enum ProblemKind {
  BAD_REQUEST(HttpStatus.BAD_REQUEST, "Not understood"),
  UNREADABLE(HttpStatus.BAD_REQUEST, "The body cannot be read"),
  UNAUTHORIZED(HttpStatus.UNAUTHORIZED, "Credentials are needed"),
  FORBIDDEN(HttpStatus.FORBIDDEN, "Not allowed with these credentials"),
  NOT_FOUND(HttpStatus.NOT_FOUND, "Unknown name"),
  METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "Not done with this method"),
  NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "No such representation"),
  CONFLICT(HttpStatus.CONFLICT, "In conflict with what is there"),
  TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is over the limit"),
  UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type"),
  INVALID(HttpStatus.UNPROCESSABLE_CONTENT, "Readable, but invalid"),
  BUSY(HttpStatus.TOO_MANY_REQUESTS, "Too busy"),
  RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests with this key"),
  UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Not ready"),
  CLIENT_GONE(HttpStatus.BAD_REQUEST, "The client left before the answer"),
  INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "A fault of Braid");

  private final HttpStatus status;
  private final String title;

  ProblemKind(HttpStatus status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The kind that tells most about {@code status}. */
  static ProblemKind of(int status) {
    return Arrays.stream(values())
        .filter(kind -> kind.status.value() == status)
        .findFirst()
        .orElse(status < 500 || isRefusal(status) ? BAD_REQUEST : INTERNAL);
  }

  /** Among 500 and above: a method, an encoding or a version of HTTP that is not spoken here. */
  private static boolean isRefusal(int status) {
    return status == HttpStatus.NOT_IMPLEMENTED.value()
        || status == HttpStatus.HTTP_VERSION_NOT_SUPPORTED.value();
  }

  public HttpStatus status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** The problem's identifier, {@code urn:braid:problem:not-found}. */
  public URI type() {
    return URI.create("urn:braid:problem:" + tag());
  }

  /** The kind as a metric tag, {@code not-found}. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
