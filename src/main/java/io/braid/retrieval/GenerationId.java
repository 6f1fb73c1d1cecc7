package io.braid.retrieval;

/**
 * Which embeddings: those of one making.
 *
 * @param collection its number
 * @param number from 1, grows with each re-index of the collection
 */
record GenerationId(long collection, int number) {}
