package io.braid.job;

import io.braid.training.JobEvents;
import io.braid.training.JobEvents.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** How far jobs are, from their events; each event is read once. */
@Component
class JobProgress {
  /** Steps over which the speed is averaged. */
  private static final int WINDOW = 50;

  private static final int MAX_KNOWN = 1000;
  private static final int AT_ONCE = 10_000;

  /**
   * @param epoch that is trained, from 1; 0 before the first
   * @param step steps that are done
   * @param steps of the whole run; 0 while it is not known
   * @param samplesPerSecond mean of the last steps
   */
  record Progress(int epoch, int epochs, long step, long steps, double samplesPerSecond) {}

  /** What is known of one job, and up to where its events were read. */
  private static final class Known {
    private long read;
    private Progress progress = new Progress(0, 0, 0, 0, 0);
    private final Deque<Double> speeds = new ArrayDeque<>();

    synchronized Progress upTo(JobEvents events) {
      while (true) {
        var next = events.after(read, AT_ONCE);
        for (Event event : next) {
          read = event.id();
          if (event.event().equals("step")) {
            take(event.data());
          }
        }
        if (next.size() < AT_ONCE) {
          return progress;
        }
      }
    }

    private void take(Map<String, Object> step) {
      speeds.add(number(step, "samples_per_second"));
      if (speeds.size() > WINDOW) {
        speeds.remove();
      }
      progress =
          new Progress(
              (int) number(step, "epoch"),
              (int) number(step, "epochs"),
              (long) number(step, "step"),
              (long) number(step, "steps"),
              speeds.stream().mapToDouble(s -> s).average().orElse(0));
    }

    private static double number(Map<String, Object> data, String key) {
      return data.get(key) instanceof Number number ? number.doubleValue() : 0;
    }
  }

  private final Map<String, Known> known = new ConcurrentHashMap<>();

  Progress of(Job job, JobEvents events) {
    if (known.size() > MAX_KNOWN) {
      known.clear(); // they are read anew when asked for
    }
    return known.computeIfAbsent(job.id(), _ -> new Known()).upTo(events);
  }

  /** Seconds until the end at the speed of the last steps; empty before the first step. */
  static java.util.OptionalDouble eta(Job job, Progress progress) {
    if (job.state() != JobState.RUNNING || progress.samplesPerSecond() <= 0) {
      return java.util.OptionalDouble.empty();
    }
    double left = (double) (progress.steps() - progress.step()) * job.spec().batchSize();
    return java.util.OptionalDouble.of(Math.max(0, left / progress.samplesPerSecond()));
  }
}
