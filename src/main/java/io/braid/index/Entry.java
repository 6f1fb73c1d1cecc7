package io.braid.index;

import io.braid.encoder.Vector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An item as an index sees it.
 *
 * @param id unique in the index, 1 to 512 characters
 * @param vectors by target ({@code fusion}, a modality, a channel), at unit length, all of one size
 * @param present modalities of the sample, in schema order
 * @param metadata what filters see
 */
public record Entry(
    String id, Map<String, Vector> vectors, List<String> present, Metadata metadata) {
  public Entry {
    vectors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
    present = List.copyOf(present);
  }
}
