package io.braid.problem;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;

/** Writes as problem details what Tomcat refuses by itself, such as a broken request line. */
final class ProblemValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);

  private final ObjectProvider<Problems> problems;

  ProblemValve(ObjectProvider<Problems> problems) {
    this.problems = problems;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    AtomicBoolean writable = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, writable);
    if (!writable.get()) {
      return;
    }
    try {
      response.resetBuffer(true);
      RequestId.of(request, response);
      problems.getObject().write(rejection(response, failure), request, response);
      response.finishResponse();
    } catch (IOException e) {
      log.debug("The client left before it was told what is wrong", e);
    }
  }

  private static Rejection rejection(Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    String detail = failure == null ? response.getMessage() : failure.getMessage();
    return status == ProblemKind.INTERNAL.status().value()
        ? Rejection.of(new IllegalStateException(failure))
        : Rejection.of(status, Optional.ofNullable(detail).orElse("the request is refused"));
  }
}
