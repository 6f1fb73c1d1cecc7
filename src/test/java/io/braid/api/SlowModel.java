package io.braid.api;

import java.util.Collections;

/** A model that takes a second or so for each sample, so that others have to wait. */
final class SlowModel {
  static final int STEPS = 2048;

  static final String CONFIG =
      """
      architecture: mca
      embedding_dim: 64
      layers: 6
      heads: 8
      head_dim: 64
      channels: [1]
      modalities:
        - {name: signal, type: sequence, features: 1, max_length: %d}
      """
          .formatted(STEPS);

  static final String REQUEST =
      "{'samples': [{'modalities': {'signal': ["
          + String.join(",", Collections.nCopies(STEPS, "[0.5]"))
          + "]}}]}";

  private SlowModel() {}
}
