package io.braid.index;

import io.braid.encoder.Vector;
import java.util.List;
import java.util.Optional;

/**
 * What is searched for.
 *
 * @param target which vector of the items is looked at
 * @param queries at unit length
 * @param k most hits a query, at least 1
 * @param filter which items may be found; all where there is none
 * @param isExact whether every item that may be found must be looked at
 */
public record Search(
    String target, List<Vector> queries, int k, Optional<Filter> filter, boolean isExact) {
  public Search {
    queries = List.copyOf(queries);
  }
}
