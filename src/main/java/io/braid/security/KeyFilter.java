package io.braid.security;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.RequestPath;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Asks whoever comes for a key: {@code Authorization: Bearer ...} or, from pages of this service,
 * which cannot give a link a header, a cookie. Only the files of the console, the contract and the
 * probes are for everyone.
 */
final class KeyFilter extends OncePerRequestFilter {
  static final String KEY = AccessKey.class.getName();
  static final String COOKIE = "braid_key";
  private static final String MDC_KEY = "key";
  private static final String SCHEME = "Bearer ";

  /** Matched as Spring MVC matches, so that no way of writing a path passes one for another. */
  private static final List<PathPattern> FOR_EVERYONE =
      Stream.of(
              "/",
              "/index.html",
              "/favicon.ico",
              "/console/**",
              "/webjars/**",
              "/_static/**",
              "/swagger-ui.html",
              "/swagger-ui/**",
              "/v3/api-docs/**",
              "/v3/api-docs.yaml",
              "/actuator/health/**")
          .map(PathPatternParser.defaultInstance::parse)
          .toList();

  /** Endpoints of the actuator that role {@code read} may get; all others need {@code admin}. */
  private static final List<PathPattern> TO_BE_READ =
      Stream.of("/actuator/info", "/actuator/prometheus")
          .map(PathPatternParser.defaultInstance::parse)
          .toList();

  private static final PathPattern ACTUATOR =
      PathPatternParser.defaultInstance.parse("/actuator/**");

  private final Optional<KeyFile> keys;
  private final RateLimits limits = new RateLimits();

  /**
   * @param keys whose secrets are taken; where there is no file, none are asked for
   */
  KeyFilter(Optional<KeyFile> keys) {
    this.keys = keys;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return keys.isEmpty() || matches(request, FOR_EVERYONE);
  }

  private static boolean matches(HttpServletRequest request, List<PathPattern> patterns) {
    RequestPath path = ServletRequestPathUtils.parse(request);
    return patterns.stream().anyMatch(pattern -> pattern.matches(path.pathWithinApplication()));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    AccessKey key = key(request);
    limits.admit(key);
    if (matches(request, List.of(ACTUATOR))) {
      boolean isToBeRead = request.getMethod().equals("GET") && matches(request, TO_BE_READ);
      key.require(isToBeRead ? Role.READ : Role.ADMIN);
    }
    request.setAttribute(KEY, key);
    MDC.put(MDC_KEY, key.name());
    try {
      chain.doFilter(request, response);
    } finally {
      MDC.remove(MDC_KEY);
    }
  }

  private AccessKey key(HttpServletRequest request) {
    String secret =
        ofHeader(request)
            .or(() -> ofCookie(request))
            .orElseThrow(() -> refused("a key is needed: 'Authorization: Bearer KEY'"));
    return keys.flatMap(file -> file.find(secret))
        .orElseThrow(() -> refused("this key is not known here"));
  }

  private static BraidException refused(String message) {
    return new BraidException(ProblemKind.UNAUTHORIZED, message);
  }

  private static Optional<String> ofHeader(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION))
        .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(header -> header.substring(SCHEME.length()).strip());
  }

  /** A page of another site could make a browser send the cookie, so that its word is not taken. */
  private static Optional<String> ofCookie(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null || !isFromHere(request)) {
      return Optional.empty();
    }
    return Arrays.stream(cookies)
        .filter(cookie -> cookie.getName().equals(COOKIE))
        .map(Cookie::getValue)
        .findFirst();
  }

  /**
   * As browsers tell where the way is safe; elsewhere they tell the origin of what changes
   * anything. {@code none} is an address that its user typed.
   */
  private static boolean isFromHere(HttpServletRequest request) {
    return switch (request.getHeader("Sec-Fetch-Site")) {
      case null -> request.getMethod().equals("GET") || isOrigin(request);
      case "same-origin" -> true;
      case "none" -> request.getMethod().equals("GET");
      default -> false;
    };
  }

  private static boolean isOrigin(HttpServletRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    String host = request.getHeader(HttpHeaders.HOST);
    return origin != null && host != null && origin.replaceFirst("^https?://", "").equals(host);
  }
}
