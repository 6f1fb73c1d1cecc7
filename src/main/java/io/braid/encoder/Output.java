package io.braid.encoder;

import java.util.Locale;

/** What may be asked of an encoder for each sample. */
public enum Output {
  /** The embedding of all modalities together. */
  FUSION,
  /** The embedding of each present modality. */
  UNIMODAL,
  /** The embedding of each channel with a present modality. */
  CHANNELS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
