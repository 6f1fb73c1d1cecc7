package io.braid.calibration;

import java.util.List;

/**
 * What a query and an item have.
 *
 * @param query modalities of the query, in schema order; none where they are not known
 * @param item modalities of the item, in schema order; none where they are not known
 */
public record Pair(List<String> query, List<String> item) {
  public Pair {
    query = List.copyOf(query);
    item = List.copyOf(item);
  }

  /** Whether the query has just what the item has. */
  boolean isSame() {
    return query.equals(item);
  }

  /** Pairs that are alike but for which modalities they are. */
  record Relation(int query, int item, int common) {}

  Relation relation() {
    return new Relation(
        query.size(), item.size(), (int) query.stream().filter(item::contains).count());
  }
}
