package io.braid.evaluation;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An evaluation that was asked for, and what has become of it.
 *
 * @param number grows with each
 * @param content of the dataset, in hex: what was asked for is what is measured
 * @param job whose version it measures by itself; empty where a client asked for it
 * @param failure in plain words
 * @param metrics as the contract has them, once it has succeeded
 */
record Evaluation(
    long number,
    String id,
    EvaluationSpec spec,
    String content,
    Optional<String> job,
    State state,
    Optional<String> failure,
    Map<String, Object> metrics,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt) {
  enum State {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Evaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  static Evaluation queued(
      long number,
      String id,
      EvaluationSpec spec,
      String content,
      Optional<String> job,
      Instant now) {
    return new Evaluation(
        number,
        id,
        spec,
        content,
        job,
        State.QUEUED,
        Optional.empty(),
        Map.of(),
        now,
        Optional.empty(),
        Optional.empty());
  }

  boolean isOver() {
    return state != State.QUEUED && state != State.RUNNING;
  }

  /** The same, to be measured from its beginning. */
  Evaluation again() {
    return with(State.QUEUED, Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
  }

  Evaluation started(Instant now) {
    return with(State.RUNNING, Optional.empty(), Map.of(), Optional.of(now), Optional.empty());
  }

  Evaluation ended(State end, Optional<String> why, Map<String, Object> measured, Instant now) {
    return with(end, why, measured, startedAt, Optional.of(now));
  }

  private Evaluation with(
      State to,
      Optional<String> why,
      Map<String, Object> measured,
      Optional<Instant> start,
      Optional<Instant> end) {
    return new Evaluation(number, id, spec, content, job, to, why, measured, createdAt, start, end);
  }
}
