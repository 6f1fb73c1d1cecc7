package io.braid.encoder;

import java.util.Locale;

/** The encoders compared in "Sparsely Multimodal Data Fusion" (Bjorgaard, 2024). */
public enum Architecture {
  /** Modal Channel Attention: fusion tokens in channels, each seeing its own modalities. */
  MCA,
  /** Zorro (arXiv:2301.09595): one fusion channel that sees every modality. */
  ZORRO,
  /** Everything at Once: no fusion tokens, a forward pass for each combination. */
  EAO;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
