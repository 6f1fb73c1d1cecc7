package io.braid.retrieval;

/**
 * How a collection was when something was found of it.
 *
 * @param generation of embeddings that it was found of
 * @param sequence number of the collection's last change then
 * @param items items of the collection then
 */
record AsOf(GenerationId generation, long sequence, long items) {
  /** Changes, as a part of the items, beyond which it is found anew. */
  static final double STALE = 0.05;

  static AsOf now(StoredCollection collection, GenerationId generation) {
    return new AsOf(generation, collection.sequence(), collection.items());
  }

  /** Whether it still tells of the embeddings that are searched. */
  boolean holds(StoredCollection now, GenerationId searched) {
    return generation.equals(searched) && now.sequence() - sequence <= STALE * items;
  }
}
