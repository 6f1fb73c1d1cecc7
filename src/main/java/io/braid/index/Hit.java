package io.braid.index;

import java.util.Comparator;
import java.util.List;

/**
 * An item that was found.
 *
 * @param score cosine of the query and the item's vector, -1 to 1
 * @param present modalities that the item's sample has, in schema order
 */
public record Hit(String id, float score, List<String> present) {
  /** The order of hits. */
  public static final Comparator<Hit> ORDER =
      Comparator.comparingDouble(Hit::score).reversed().thenComparing(Hit::id);

  public Hit {
    present = List.copyOf(present);
  }
}
