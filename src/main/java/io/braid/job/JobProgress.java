package io.braid.job;

import io.braid.training.JobEvents;
import io.braid.training.JobEvents.Event;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** How far jobs are, from their events; each event of a running job is read once. */
@Component
class JobProgress {
  /** Steps over which the speed is averaged. */
  private static final int WINDOW = 50;

  private static final int AT_ONCE = 10_000;

  /**
   * @param epoch that is trained, from 1; 0 before the first
   * @param step steps that are done
   * @param steps of the whole run; 0 while it is not known
   * @param loss of the last step; 0 before the first
   * @param samplesPerSecond mean of the last steps
   * @param measured after the last epoch, as an ended job has it
   */
  record Progress(
      int epoch,
      long step,
      long steps,
      double loss,
      double samplesPerSecond,
      Map<String, Object> measured) {
    private static final Progress NONE = new Progress(0, 0, 0, 0, 0, Map.of());

    Map<String, Object> toMap() {
      return JobRepository.JSON.convertValue(this, new TypeReference<>() {});
    }

    static Progress of(Map<String, Object> map) {
      return map.isEmpty() ? NONE : JobRepository.JSON.convertValue(map, Progress.class);
    }
  }

  private final Jobs jobs;

  /** Of running jobs, by id. */
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  JobProgress(Jobs jobs) {
    this.jobs = jobs;
  }

  /** How far a job is; what has ended or waits stands where it was left. */
  Progress of(Job job) {
    if (job.state() != JobState.RUNNING) {
      return Progress.of(job.progress());
    }
    return read(job);
  }

  /** How far a job came that is about to end. */
  Map<String, Object> end(Job job) {
    if (job.state() != JobState.RUNNING) {
      return job.progress();
    }
    Progress last = read(job);
    known.remove(job.id());
    return last.toMap();
  }

  /**
   * When a running job last made a step or ended an epoch or, if that was later, its attempt or its
   * worker started: a worker is not silent for what was before it.
   */
  Instant lastSign(Job job) {
    read(job);
    Instant start = jobs.folder(job.id()).lastStart().orElse(job.queuedAt());
    return Optional.ofNullable(known.get(job.id()))
        .map(Known::lastStep)
        .filter(start::isBefore)
        .orElse(start);
  }

  private Progress read(Job job) {
    return known.computeIfAbsent(job.id(), _ -> new Known()).upTo(jobs.folder(job.id()).events());
  }

  /** Seconds until the end at the speed of the last steps; empty before the first step. */
  static OptionalDouble eta(Job job, Progress progress) {
    if (job.state() != JobState.RUNNING || progress.samplesPerSecond() <= 0) {
      return OptionalDouble.empty();
    }
    double left = (double) (progress.steps() - progress.step()) * job.spec().batchSize();
    return OptionalDouble.of(Math.max(0, left / progress.samplesPerSecond()));
  }

  /** What is known of one job, and up to where its events were read. */
  private static final class Known {
    private final Deque<Double> speeds = new ArrayDeque<>();
    private Progress progress = Progress.NONE;
    private Instant lastStep = Instant.MIN;
    private long read;

    synchronized Instant lastStep() {
      return lastStep;
    }

    synchronized Progress upTo(JobEvents events) {
      while (true) {
        var next = events.after(read, AT_ONCE);
        for (Event event : next) {
          read = event.id();
          take(event);
        }
        if (next.size() < AT_ONCE) {
          return progress;
        }
      }
    }

    private void take(Event event) {
      Map<String, Object> data = event.data();
      if (event.event().equals("epoch") || event.event().equals("step")) {
        lastStep = event.at();
      }
      if (event.event().equals("epoch")) {
        progress =
            new Progress(
                progress.epoch(),
                progress.step(),
                progress.steps(),
                progress.loss(),
                progress.samplesPerSecond(),
                measured(data));
      } else if (event.event().equals("step")) {
        speeds.add(number(data, "samples_per_second"));
        if (speeds.size() > WINDOW) {
          speeds.remove();
        }
        progress =
            new Progress(
                (int) number(data, "epoch"),
                (long) number(data, "step"),
                (long) number(data, "steps"),
                number(data, "loss"),
                speeds.stream().mapToDouble(s -> s).average().orElse(0),
                progress.measured());
      }
    }

    private static Map<String, Object> measured(Map<String, Object> epoch) {
      var measured = new LinkedHashMap<>(epoch);
      measured.remove("step");
      measured.remove("best");
      var loss = new LinkedHashMap<String, Object>();
      for (String split : List.of("train", "test")) {
        Object value = measured.remove(split + "_loss");
        if (value != null) {
          loss.put(split, value);
        }
      }
      measured.put("loss", loss);
      return measured;
    }

    private static double number(Map<String, Object> data, String key) {
      return data.get(key) instanceof Number number ? number.doubleValue() : 0;
    }
  }
}
