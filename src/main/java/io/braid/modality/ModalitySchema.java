package io.braid.modality;

import java.util.HashSet;
import java.util.List;

/**
 * The modalities a model understands.
 *
 * @param modalities in the order that numbers them 0, 1, ... and in which their tokens stand
 */
public record ModalitySchema(List<Modality> modalities) {
  public ModalitySchema {
    modalities = List.copyOf(modalities);
    if (new HashSet<>(modalities.stream().map(Modality::name).toList()).size()
        != modalities.size()) {
      throw new IllegalArgumentException("two modalities have the same name");
    }
  }

  public List<String> names() {
    return modalities.stream().map(Modality::name).toList();
  }

  public int size() {
    return modalities.size();
  }

  /** The most tokens that one sample may have. */
  public int maxTokens() {
    return modalities.stream().mapToInt(Modality::maxTokens).sum();
  }
}
