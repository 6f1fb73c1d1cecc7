package io.braid.dataset;

import java.util.Arrays;

/** The row of a file in which each sample stands first; 4 bytes a sample. */
final class FirstRows {
  /** One more than each row, saturated; 0 where there is none. */
  private int[] rows = {};

  /** The row in which a sample stood before, -1 where it did not; then its row is this one. */
  long put(int sample, long row) {
    if (sample >= rows.length) {
      rows = Arrays.copyOf(rows, Math.max(1024, Math.max(sample + 1, rows.length / 2 * 3)));
    }
    int before = rows[sample];
    if (before == 0) {
      rows[sample] = (int) Math.min(row + 1, Integer.MAX_VALUE);
    }
    return before - 1L;
  }
}
