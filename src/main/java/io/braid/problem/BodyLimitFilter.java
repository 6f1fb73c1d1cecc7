package io.braid.problem;

import io.braid.config.BraidProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies over the limit: by their announced length at once, otherwise when that many bytes
 * were read. Uploads have a limit of their own, and NDJSON, which is read line by line, has none.
 * Compressed bodies, whose length would say nothing, are not read.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class BodyLimitFilter extends OncePerRequestFilter {
  private final BraidProperties.Limits limits;

  BodyLimitFilter(BraidProperties properties) {
    this.limits = properties.limits();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw new BraidException(
          ProblemKind.UNSUPPORTED_MEDIA_TYPE,
          "Content-Encoding '" + coding + "' is not read here; send the body as it is");
    }
    long limit = limit(Optional.ofNullable(request.getContentType()).orElse(""));
    if (request.getContentLengthLong() > limit) {
      throw LimitedRequest.tooLarge(limit);
    }
    chain.doFilter(new LimitedRequest(request, limit), response);
  }

  /** Bytes that a body of this type may have. */
  private long limit(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT);
    if (type.startsWith("multipart/form-data")) {
      return limits.upload().toBytes() + limits.body().toBytes(); // a file, and the parts beside it
    }
    if (type.startsWith("application/zip")) {
      return limits.upload().toBytes();
    }
    return type.startsWith("application/x-ndjson") ? Long.MAX_VALUE : limits.body().toBytes();
  }
}
