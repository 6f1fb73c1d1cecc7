package io.braid.problem;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Counts rejections, and writes them where Spring MVC does not get to. */
@Component
class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final MeterRegistry meters;

  Problems(MeterRegistry meters) {
    this.meters = meters;
  }

  /** The answer to {@code rejection}; called once for each. */
  Problem answer(Rejection rejection, HttpServletRequest request) {
    Counter.builder("braid.rejections")
        .description("Requests answered with a failure")
        .tag("reason", rejection.kind().tag())
        .register(meters)
        .increment();
    String path = path(request);
    log.debug("{} {}: {} {}", request.getMethod(), path, rejection.status(), rejection.detail());
    return Problem.of(rejection, path);
  }

  /** The path that the client asked for, which an error forward hides. */
  private static String path(HttpServletRequest request) {
    return Stream.of(
            request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI), request.getRequestURI())
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst()
        .orElse("");
  }

  /** Headers that go with {@code rejection}. */
  HttpHeaders headers(Rejection rejection) {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (rejection.kind() == ProblemKind.UNAUTHORIZED) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (rejection.mayPass()) {
      long seconds = Math.max(1, rejection.retryAfter().plusMillis(999).toSeconds());
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
    return headers;
  }

  /** Writes the answer to {@code rejection} to a response that nothing was written to. */
  void write(Rejection rejection, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] body = JSON.writeValueAsBytes(answer(rejection, request));
    response.setStatus(rejection.status());
    headers(rejection).forEach((name, values) -> response.setHeader(name, values.getFirst()));
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
