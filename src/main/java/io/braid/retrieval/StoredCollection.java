package io.braid.retrieval;

import io.braid.encoder.Output;
import io.braid.model.ModelVersion;
import java.time.Instant;
import java.util.Set;

/**
 * A collection as it stands in the database.
 *
 * @param number its own for ever; a name may be given again once its collection is dropped
 * @param version of the model, that made the embeddings searched now
 * @param keep which embeddings are stored
 * @param generation of the embeddings searched now
 * @param attempt at their index, that is searched; of a remote engine
 * @param sequence number of the last change
 * @param items number of items
 * @param bytes of their metadata, samples and embeddings
 */
record StoredCollection(
    long number,
    String name,
    String model,
    int version,
    Engine engine,
    Set<Output> keep,
    int generation,
    int attempt,
    long sequence,
    long items,
    long bytes,
    Instant createdAt) {
  StoredCollection {
    keep = Set.copyOf(keep);
  }

  /** Of a version's embeddings, without items. */
  static StoredCollection empty(
      long number,
      String name,
      ModelVersion version,
      Engine engine,
      Set<Output> keep,
      Instant createdAt) {
    return new StoredCollection(
        number,
        name,
        version.model(),
        version.version(),
        engine,
        keep,
        1,
        IndexAttempts.FIRST,
        0,
        0,
        0,
        createdAt);
  }

  /** The embeddings searched now. */
  GenerationId searched() {
    return new GenerationId(number, generation);
  }

  StoredCollection changed(long newSequence, long newItems, long newBytes) {
    return with(version, generation, attempt, newSequence, newItems, newBytes);
  }

  StoredCollection switched(Generation to, int newAttempt, long newBytes) {
    return with(to.version().version(), to.id().number(), newAttempt, sequence, items, newBytes);
  }

  /** Its embeddings are searched by another index. */
  StoredCollection searchedBy(int newAttempt) {
    return with(version, generation, newAttempt, sequence, items, bytes);
  }

  private StoredCollection with(
      int newVersion,
      int newGeneration,
      int newAttempt,
      long newSequence,
      long newItems,
      long newBytes) {
    return new StoredCollection(
        number,
        name,
        model,
        newVersion,
        engine,
        keep,
        newGeneration,
        newAttempt,
        newSequence,
        newItems,
        newBytes,
        createdAt);
  }
}
