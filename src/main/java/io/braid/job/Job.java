package io.braid.job;

import io.braid.training.TrainingSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training run that was asked for, and what has become of it.
 *
 * @param number grows with each job
 * @param content of the dataset, in hex: what was asked for is what is trained on
 * @param slots names of those that it holds
 * @param attempts worker processes that were ordered for it
 * @param failures attempts that broke since it was last queued
 * @param queuedAt when it was last queued
 * @param cancelAt when it was asked to stop while it ran
 * @param version of the model, once it has one
 * @param metrics what the run measured, once it has succeeded
 * @param progress where it stood when it last ended or was queued again
 * @param sweep that it is a cell of
 * @param cell what that cell changed
 */
record Job(
    long number,
    String id,
    TrainingSpec spec,
    String content,
    JobState state,
    List<String> slots,
    int attempts,
    int failures,
    Instant createdAt,
    Instant queuedAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Instant> cancelAt,
    Optional<String> failure,
    Optional<Integer> version,
    Map<String, Object> metrics,
    Map<String, Object> progress,
    Optional<String> sweep,
    Map<String, Object> cell) {
  Job {
    slots = List.copyOf(slots);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    progress = Collections.unmodifiableMap(new LinkedHashMap<>(progress));
    cell = Collections.unmodifiableMap(new LinkedHashMap<>(cell));
  }

  /** A new job at the end of the line. */
  static Job queued(
      long number,
      String id,
      TrainingSpec spec,
      String content,
      Instant now,
      Optional<String> sweep,
      Map<String, Object> cell) {
    return new Job(
        number,
        id,
        spec,
        content,
        JobState.QUEUED,
        List.of(),
        0,
        0,
        now,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        sweep,
        cell);
  }

  /** Runs on these slots from here on. */
  Job started(List<String> on, Instant now) {
    return with(
        JobState.RUNNING, on, attempts, failures, queuedAt, Optional.of(startedAt.orElse(now)));
  }

  /** Its next attempt is ordered, on the slots that it has. */
  Job attempted() {
    return with(state, slots, attempts + 1, failures, queuedAt, startedAt);
  }

  /** An attempt broke. */
  Job broken() {
    return with(state, slots, attempts, failures + 1, queuedAt, startedAt);
  }

  /** Asked to stop, which takes effect after a checkpoint. */
  Job cancelling(Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        state,
        slots,
        attempts,
        failures,
        createdAt,
        queuedAt,
        startedAt,
        endedAt,
        Optional.of(cancelAt.orElse(now)),
        failure,
        version,
        metrics,
        progress,
        sweep,
        cell);
  }

  Job cancelled(Map<String, Object> at, Instant now) {
    return ended(JobState.CANCELLED, Optional.empty(), version, metrics, at, now);
  }

  /**
   * @param why in plain words
   */
  Job failed(String why, Map<String, Object> at, Instant now) {
    return ended(JobState.FAILED, Optional.of(why), version, metrics, at, now);
  }

  Job succeeded(
      int madeVersion, Map<String, Object> measured, Map<String, Object> at, Instant now) {
    return ended(JobState.SUCCEEDED, Optional.empty(), Optional.of(madeVersion), measured, at, now);
  }

  private Job ended(
      JobState end,
      Optional<String> why,
      Optional<Integer> made,
      Map<String, Object> measured,
      Map<String, Object> at,
      Instant now) {
    return new Job(
        number,
        id,
        spec,
        content,
        end,
        List.of(),
        attempts,
        failures,
        createdAt,
        queuedAt,
        startedAt,
        Optional.of(now),
        Optional.empty(),
        why,
        made,
        measured,
        at,
        sweep,
        cell);
  }

  /** Back in the line, to go on from its last checkpoint. */
  Job queuedAgain(Instant now) {
    return with(JobState.QUEUED, List.of(), attempts, 0, now, startedAt);
  }

  /** The job in another state, neither ended nor asked to stop. */
  private Job with(
      JobState to, List<String> on, int tried, int broke, Instant queued, Optional<Instant> start) {
    return new Job(
        number,
        id,
        spec,
        content,
        to,
        on,
        tried,
        broke,
        createdAt,
        queued,
        start,
        Optional.empty(),
        to == JobState.QUEUED ? Optional.empty() : cancelAt,
        Optional.empty(),
        version,
        metrics,
        progress,
        sweep,
        cell);
  }
}
