package io.braid.index;

import java.util.Arrays;
import org.apache.lucene.util.NumericUtils;

/**
 * The k best of the numbered items that it is offered, and all that score as well as the last of
 * them: which of those come first is for their ids to say.
 */
final class Nearest {
  private final int k;

  /** By descending score, then by number, when sorted: the inverted score above the number. */
  private long[] items;

  private int size;

  /** Lowest score that may be among the k best. */
  private float bar = Float.NEGATIVE_INFINITY;

  Nearest(int k) {
    this.k = k;
    this.items = new long[2 * Math.min(k, 10_000) + 64];
  }

  void offer(int number, float score) {
    if (score >= bar) {
      if (size == items.length) {
        prune();
        if (size > items.length / 2) {
          items = Arrays.copyOf(items, 2 * items.length);
        }
      }
      // The two zeros are one score.
      items[size++] = (long) ~NumericUtils.floatToSortableInt(score + 0f) << 32 | number;
    }
  }

  /** What is kept, by descending score; see {@link #number} and {@link #score}. */
  long[] take() {
    prune();
    return Arrays.copyOf(items, size);
  }

  static int number(long item) {
    return (int) item;
  }

  static float score(long item) {
    return NumericUtils.sortableIntToFloat(~(int) (item >> 32));
  }

  private void prune() {
    Arrays.sort(items, 0, size);
    if (size >= k) {
      bar = score(items[k - 1]);
      int kept = k;
      while (kept < size && score(items[kept]) == bar) {
        kept++;
      }
      size = kept;
    }
  }
}
