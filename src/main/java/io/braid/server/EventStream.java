package io.braid.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.ObjectMapper;

/** Answers with server-sent events, each of which reaches the client once it is flushed. */
public final class EventStream {
  /** Writes events until there are no more, and flushes after each that should not wait. */
  public interface Events {
    void write(OutputStream out) throws IOException;
  }

  /** How often a watcher is told. */
  private static final long LOOK_MILLIS = 250;

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

  /**
   * What a watcher is told of a work: its body, and whether it is over.
   *
   * @param body as JSON
   */
  public record Look(Object body, boolean isOver) {}

  /** Event {@code progress} now and four times a second, until {@code state} tells of the end. */
  public static ResponseEntity<StreamingResponseBody> watching(
      HttpServletResponse response, ObjectMapper mapper, Supplier<Look> work) {
    return of(
        response,
        out -> {
          try {
            Look look = tell(out, mapper, work.get());
            while (!look.isOver()) {
              Thread.sleep(LOOK_MILLIS);
              look = tell(out, mapper, work.get());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static Look tell(OutputStream out, ObjectMapper mapper, Look look) throws IOException {
    String event = look.isOver() ? "state" : "progress";
    String data = mapper.writeValueAsString(look.body());
    out.write("event: %s\ndata: %s\n\n".formatted(event, data).getBytes(UTF_8));
    out.flush();
    return look;
  }
}
