package io.braid.modality;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One subject's data: any subset of a schema's modalities, at least one.
 *
 * @param id the caller's name for it
 * @param modalities present modalities by name, in schema order
 * @param warnings what was changed on the way in, for the caller to read
 */
public record Sample(Optional<String> id, Map<String, Features> modalities, List<String> warnings) {
  public Sample {
    if (modalities.isEmpty()) {
      throw new IllegalArgumentException("a sample has at least one modality");
    }
    modalities = Collections.unmodifiableMap(new LinkedHashMap<>(modalities));
    warnings = List.copyOf(warnings);
  }

  /** Tokens of all present modalities together. */
  public int tokens() {
    return modalities.values().stream().mapToInt(Features::length).sum();
  }
}
