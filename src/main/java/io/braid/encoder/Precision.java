package io.braid.encoder;

import java.util.Locale;

/** How weights and activations are held while computing. Embeddings always come out as float32. */
public enum Precision {
  /** Exact: equals the published algorithm to 1e-5. */
  FP32,
  /** Faster, with about three significant digits. */
  BF16;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
