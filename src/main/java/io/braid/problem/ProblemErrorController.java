package io.braid.problem;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Where the container forwards failures outside of any handler; Boot's own would answer HTML. */
@Hidden
@Controller
class ProblemErrorController implements ErrorController {
  private final Problems problems;

  ProblemErrorController(Problems problems) {
    this.problems = problems;
  }

  @RequestMapping("${spring.web.error.path:${error.path:/error}}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    RequestId.of(request, response);
    problems.write(rejection(request), request, response);
  }

  private static Rejection rejection(HttpServletRequest request) {
    if (!(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status)) {
      return Rejection.of(
          new BraidException(ProblemKind.NOT_FOUND, "there is nothing at this path"));
    }
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      Rejection rejection = Rejection.of(failure);
      if (rejection.status() == status || !rejection.isOurs()) {
        return rejection;
      }
    }
    String message = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_MESSAGE));
    return Rejection.of(status, message.isBlank() ? "the request is refused" : message);
  }
}
