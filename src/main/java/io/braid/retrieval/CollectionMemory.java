package io.braid.retrieval;

/** What is remembered of collections beside their record and their indexes. */
interface CollectionMemory {
  /**
   * A collection was dropped.
   *
   * @param collection its number
   */
  void forget(long collection);
}
