package io.braid.job;

import io.braid.training.JobEvents.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The events of a job as server-sent events, for as long as it goes on and someone listens. */
@Component
class JobStream {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LOOK = Duration.ofMillis(200);

  /** After so many looks without an event a comment tells whether the client is still there. */
  private static final int QUIET_LOOKS = 25;

  private static final int AT_ONCE = 500;

  private final Jobs jobs;
  private final JobPool pool;

  JobStream(Jobs jobs, JobPool pool) {
    this.jobs = jobs;
    this.pool = pool;
  }

  /**
   * Writes events after {@code after} until the job has ended and all of them are written. Where
   * they are no longer kept, it says so, and how the job ended.
   */
  void write(Job job, long after, OutputStream out) throws IOException {
    long read = after;
    int quiet = 0;
    out.write("retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
    out.flush();
    while (pool.isRunning()) {
      boolean isOver = jobs.isOver(job.id()); // asked first: what follows has its last event
      boolean isKept = jobs.isKept(job);
      List<Event> events = jobs.folder(job.id()).events().after(read, AT_ONCE);
      for (Event event : events) {
        out.write(text(event).getBytes(StandardCharsets.UTF_8));
        read = event.id();
      }
      if (isOver && events.size() < AT_ONCE) {
        if (!isKept) {
          writeEnd(jobs.find(job.id()), out);
        }
        return;
      }
      if (!events.isEmpty()) {
        quiet = 0;
      } else if (++quiet % QUIET_LOOKS == 0) {
        out.write(": still there\n\n".getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      if (events.size() < AT_ONCE) {
        try {
          Thread.sleep(LOOK);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** Without ids, for there is nothing after them to ask for. */
  private void writeEnd(Job job, OutputStream out) throws IOException {
    Instant at = job.endedAt().orElse(job.queuedAt());
    String end =
        text("log", Map.of("message", jobs.whyGone(job)), at) + text("state", Jobs.told(job), at);
    out.write(end.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Event event) {
    return "id: %d\n".formatted(event.id()) + text(event.event(), event.data(), event.at());
  }

  private static String text(String event, Map<String, Object> data, Instant at) {
    var dated = new LinkedHashMap<>(data);
    dated.put("at", at.toString());
    return "event: %s\ndata: %s\n\n".formatted(event, JSON.writeValueAsString(dated));
  }
}
