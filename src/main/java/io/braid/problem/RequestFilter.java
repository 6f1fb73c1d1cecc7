package io.braid.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Outermost: names each request, and answers what other filters refuse by throwing. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestFilter extends OncePerRequestFilter {
  private static final String MDC_KEY = "request_id";

  private final Problems problems;

  RequestFilter(Problems problems) {
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    MDC.put(MDC_KEY, RequestId.of(request, response));
    try {
      chain.doFilter(request, response);
    } catch (ServletException | IOException | RuntimeException e) {
      Rejection rejection = Rejection.of(e);
      if (rejection.isOurs() || response.isCommitted()) {
        throw e;
      }
      response.resetBuffer();
      problems.write(rejection, request, response);
    } finally {
      MDC.remove(MDC_KEY);
    }
  }
}
