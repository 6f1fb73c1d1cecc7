package io.braid.dataset;

import java.io.IOException;

/** Bytes that an upload may unpack to and be stored in: a small file can become any size. */
final class DiskBudget {
  /** More came out than is allowed. */
  static final class TooLong extends IOException {
    TooLong(long limit) {
      super("more than " + limit + " bytes when unpacked");
    }
  }

  private final long limit;
  private long left;

  DiskBudget(long limit) {
    this.limit = limit;
    this.left = limit;
  }

  long left() {
    return left;
  }

  void take(long bytes) throws TooLong {
    left -= bytes;
    if (left < 0) {
      throw new TooLong(limit);
    }
  }
}
