package io.braid.retrieval;

import io.braid.index.Hit;
import java.util.Optional;

/**
 * A hit, and what is told of it.
 *
 * @param explanation where it was asked for
 */
record Match(Hit hit, Optional<Explanation> explanation) {}
