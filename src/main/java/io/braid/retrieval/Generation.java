package io.braid.retrieval;

import io.braid.model.ModelVersion;

/**
 * The embeddings of a collection that one version of its model made.
 *
 * @param number grows with each re-index
 */
record Generation(int number, ModelVersion version) {}
