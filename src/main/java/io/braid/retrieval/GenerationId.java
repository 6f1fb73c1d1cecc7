package io.braid.retrieval;

import io.braid.index.IndexId;

/**
 * Which embeddings: those of one making.
 *
 * @param collection its number
 * @param number from 1, grows with each re-index of the collection
 */
record GenerationId(long collection, int number) {
  /** Whose embeddings an index holds. */
  static GenerationId of(IndexId index) {
    return new GenerationId(index.collection(), index.generation());
  }
}
