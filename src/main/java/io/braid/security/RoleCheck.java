package io.braid.security;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
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
    if (handler instanceof HandlerMethod method
        && request.getAttribute(KeyFilter.KEY) instanceof AccessKey key) {
      Role needed =
          needed(method)
              .orElseThrow(() ->
                  new BraidException(
                      ProblemKind.FORBIDDEN, "no key may do this: it has no rule; this is a bug"));
      if (!key.role().includes(needed)) {
        throw new BraidException(
            ProblemKind.FORBIDDEN,
            "key '%s' has the role %s; this needs %s".formatted(key.name(), key.role(), needed));
      }
    }
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
