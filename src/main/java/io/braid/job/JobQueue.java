package io.braid.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who starts next, and on what. Jobs stand in one line, by priority and then by age; each full
 * {@code ageing} of waiting raises a job's priority by one. A job gets all of its slots at once or
 * waits, and nothing that stands behind a waiting job starts before it: so neither a large job
 * starves beside small ones, nor one of low priority beside those of a higher one. The price is
 * that slots which a large job waits for stand idle meanwhile.
 */
final class JobQueue {
  private final Duration ageing;

  JobQueue(Duration ageing) {
    this.ageing = ageing;
  }

  /** Those that wait, in the order in which they start. */
  List<Job> line(Collection<Job> queued, Instant now) {
    return queued.stream()
        .sorted(
            Comparator.comparingLong((Job job) -> -priority(job, now))
                .thenComparing(Job::queuedAt)
                .thenComparingLong(Job::number))
        .toList();
  }

  private long priority(Job job, Instant now) {
    return job.spec().priority() + Duration.between(job.queuedAt(), now).dividedBy(ageing);
  }

  /** The jobs that can start now, in order, each with the slots that it gets. */
  Map<Job, List<Slot>> next(Collection<Job> queued, List<Slot> free, Instant now) {
    var left = new ArrayList<>(free);
    var starts = new LinkedHashMap<Job, List<Slot>>();
    for (Job job : line(queued, now)) {
      int needed = job.spec().devices();
      if (needed > left.size()) {
        break;
      }
      List<Slot> taken = left.subList(0, needed);
      starts.put(job, List.copyOf(taken));
      taken.clear();
    }
    return starts;
  }
}
