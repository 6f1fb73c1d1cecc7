package io.braid.encoder;

import io.braid.attribution.Coalitions;
import java.util.List;
import java.util.Locale;

/** What may be asked of an encoder for each sample. */
public enum Output {
  /** The embedding of all modalities together. */
  FUSION,
  /** The embedding of each present modality. */
  UNIMODAL,
  /** The embedding of each channel with a present modality. */
  CHANNELS,
  /** The fusion of each of the {@link Coalitions} of the present modalities; not kept, not sent. */
  SUBSETS;

  /** Those that clients ask for by name, and that collections keep. */
  public static List<Output> named() {
    return List.of(FUSION, UNIMODAL, CHANNELS);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
