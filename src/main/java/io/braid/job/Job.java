package io.braid.job;

import io.braid.training.TrainingSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training run that was asked for.
 *
 * @param number grows with each job
 * @param content of the dataset, in hex: what was asked for is what is trained on
 * @param slots names of those that it holds
 * @param attempts worker processes that were started for it
 * @param attemptsBefore those before it was last queued, which do not count against the limit
 * @param queuedAt when it was last queued
 * @param cancelAt when it was asked to stop
 * @param version of the model, once it has one
 * @param sweep that it is a cell of
 */
record Job(
    long number,
    String id,
    TrainingSpec spec,
    String content,
    JobState state,
    List<String> slots,
    int attempts,
    int attemptsBefore,
    Instant createdAt,
    Instant queuedAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Instant> cancelAt,
    Optional<String> failure,
    Optional<Integer> version,
    Map<String, Object> metrics,
    Optional<String> sweep) {
  Job {
    slots = List.copyOf(slots);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  Job withSpec(TrainingSpec other) {
    return new Job(
        number,
        id,
        other,
        content,
        state,
        slots,
        attempts,
        attemptsBefore,
        createdAt,
        queuedAt,
        startedAt,
        endedAt,
        cancelAt,
        failure,
        version,
        metrics,
        sweep);
  }

  /** Its next attempt, on these slots. */
  Job started(List<String> on, Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        JobState.RUNNING,
        on,
        attempts + 1,
        attemptsBefore,
        createdAt,
        queuedAt,
        Optional.of(startedAt.orElse(now)),
        Optional.empty(),
        cancelAt,
        Optional.empty(),
        version,
        metrics,
        sweep);
  }

  Job cancelling(Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        state,
        slots,
        attempts,
        attemptsBefore,
        createdAt,
        queuedAt,
        startedAt,
        endedAt,
        Optional.of(cancelAt.orElse(now)),
        failure,
        version,
        metrics,
        sweep);
  }

  Job ended(JobState end, Optional<String> why, Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        end,
        List.of(),
        attempts,
        attemptsBefore,
        createdAt,
        queuedAt,
        startedAt,
        Optional.of(now),
        cancelAt,
        why,
        version,
        metrics,
        sweep);
  }

  Job succeeded(int madeVersion, Map<String, Object> measured, Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        JobState.SUCCEEDED,
        List.of(),
        attempts,
        attemptsBefore,
        createdAt,
        queuedAt,
        startedAt,
        Optional.of(now),
        cancelAt,
        Optional.empty(),
        Optional.of(madeVersion),
        measured,
        sweep);
  }

  Job queuedAgain(Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        JobState.QUEUED,
        List.of(),
        attempts,
        attempts,
        createdAt,
        now,
        startedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        version,
        metrics,
        sweep);
  }
}
