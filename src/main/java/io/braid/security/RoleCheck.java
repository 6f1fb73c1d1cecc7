package io.braid.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses what the key of a request may not do, before anything of its body is read. */
final class RoleCheck implements HandlerInterceptor {
  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!(handler instanceof HandlerMethod operation) || request.getMethod().equals("OPTIONS")) {
      return true;
    }
    if (!(request.getAttribute(KeyFilter.KEY) instanceof AccessKey key)) {
      throw new IllegalStateException(
          request.getRequestURI() + " was reached without a key; this is a bug");
    }
    key.require(
        needed(operation)
            .orElseThrow(
                () -> new IllegalStateException(operation + " has no rule; this is a bug")));
    return true;
  }

  /** What an operation needs; nothing where there is no rule for it. */
  static Optional<Role> needed(HandlerMethod operation) {
    return Optional.ofNullable(operation.getMethodAnnotation(Needs.class))
        .map(Needs::value)
        .or(() ->
            Optional.ofNullable(operation.getMethodAnnotation(GetMapping.class))
                .map(_ -> Role.READ));
  }
}
