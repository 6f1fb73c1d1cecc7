package io.braid.dataset;

import java.util.Arrays;

/** The row of a file in which each sample stands first; 8 bytes a sample. */
final class FirstRows {
  private static final int NONE = -1;

  private long[] rows = {};

  /** The row in which a sample stood before, -1 where it did not; then its row is this one. */
  long put(int sample, long row) {
    if (sample >= rows.length) {
      int known = rows.length;
      rows = Arrays.copyOf(rows, Math.max(1024, Math.max(sample + 1, known + known / 2)));
      Arrays.fill(rows, known, rows.length, NONE);
    }
    long before = rows[sample];
    if (before == NONE) {
      rows[sample] = row;
    }
    return before;
  }
}
