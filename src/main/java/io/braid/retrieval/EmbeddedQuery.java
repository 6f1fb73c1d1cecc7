package io.braid.retrieval;

import io.braid.encoder.SubsetFusions;
import io.braid.encoder.Vector;
import java.util.List;
import java.util.Optional;

/**
 * What a query is compared by.
 *
 * @param vector at unit length
 * @param present modalities it rests on, in schema order; none where they are not known
 * @param subsets where hits are to be explained
 */
record EmbeddedQuery(Vector vector, List<String> present, Optional<SubsetFusions> subsets) {
  EmbeddedQuery {
    present = List.copyOf(present);
  }
}
