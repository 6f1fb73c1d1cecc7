package io.braid.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name a request goes by in answers and logs: the client's own, or one made here. */
final class RequestId {
  private static final String HEADER = "X-Request-Id";
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,128}");

  private RequestId() {}

  /** The id of {@code request}, which {@code response} carries from here on. */
  static String of(HttpServletRequest request, HttpServletResponse response) {
    String known = (String) request.getAttribute(HEADER);
    String id = known == null ? chosen(request.getHeader(HEADER)) : known;
    request.setAttribute(HEADER, id);
    response.setHeader(HEADER, id);
    return id;
  }

  private static String chosen(@Nullable String sent) {
    return sent != null && VISIBLE.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }
}
