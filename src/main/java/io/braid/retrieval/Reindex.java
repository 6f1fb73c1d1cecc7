package io.braid.retrieval;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The making of a new generation of a collection's embeddings, by another version of its model.
 *
 * @param collection its number
 * @param generation the new one
 * @param fromVersion of the model, that is searched until the switch
 * @param done items that had embeddings of it when it ended
 * @param total items of the collection then
 */
record Reindex(
    long collection,
    int generation,
    int fromVersion,
    int version,
    State state,
    Optional<String> failure,
    Optional<String> idempotencyKey,
    Instant startedAt,
    Optional<Instant> endedAt,
    long done,
    long total) {
  enum State {
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The new generation. */
  GenerationId generationId() {
    return new GenerationId(collection, generation);
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }
}
