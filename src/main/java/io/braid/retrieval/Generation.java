package io.braid.retrieval;

import io.braid.model.ModelVersion;

/**
 * The embeddings of a collection that one version of its model made.
 *
 * @param id grows in number with each re-index
 */
record Generation(GenerationId id, ModelVersion version) {}
