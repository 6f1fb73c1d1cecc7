package io.braid.encoder;

import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.Arrays;

/** Which row of what a network returns is which embedding of which sample. */
final class Slots {
  private final int places;
  private final int samples;
  private final long[] rows;

  Slots(int places, int samples) {
    this.places = places;
    this.samples = samples;
    this.rows = new long[places * samples];
    Arrays.fill(rows, -1);
  }

  void put(int place, int sample, long row) {
    rows[place * samples + sample] = row;
  }

  int samples() {
    return samples;
  }

  boolean has(int place, int sample) {
    return rows[place * samples + sample] >= 0;
  }

  /** Row of each, {@code numRows} where there is none: {@code [P, n]}. */
  Tensor tensor(Tensors scope, long numRows) {
    return scope.longs(
        Arrays.stream(rows).map(row -> row < 0 ? numRows : row).toArray(), places, samples);
  }
}
