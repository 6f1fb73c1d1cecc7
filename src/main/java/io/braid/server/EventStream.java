package io.braid.server;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Answers with server-sent events, each of which reaches the client once it is flushed. */
public final class EventStream {
  /** Writes events until there are no more, and flushes after each that should not wait. */
  public interface Events {
    void write(OutputStream out) throws IOException;
  }

  private EventStream() {}

  /**
   * @param response of the request: what Spring hands a body to write to keeps back what is flushed
   *     until 8 KiB have come together
   */
  public static ResponseEntity<StreamingResponseBody> of(
      HttpServletResponse response, Events events) {
    return ResponseEntity.ok()
        .contentType(MediaType.TEXT_EVENT_STREAM)
        .header("Cache-Control", "no-store")
        .body(_ -> events.write(response.getOutputStream()));
  }
}
