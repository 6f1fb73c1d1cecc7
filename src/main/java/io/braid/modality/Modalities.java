package io.braid.modality;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a {@code modalities} object says.
 *
 * @param present features by name, in schema order
 * @param absent names given with {@code null}, or with nothing but missing cells
 * @param warnings what was changed on the way in, for the caller to read
 */
public record Modalities(Map<String, Features> present, Set<String> absent, List<String> warnings) {
  public Modalities {
    present = Collections.unmodifiableMap(new LinkedHashMap<>(present));
    absent = Set.copyOf(absent);
    warnings = List.copyOf(warnings);
  }
}
