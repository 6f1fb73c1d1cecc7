package io.braid.cli;

/**
 * What is counted.
 *
 * @param name as it follows a number
 * @param size how many make one
 */
record Unit(String name, long size) {
  /** Bytes, as large as suits {@code total} of them. */
  static Unit ofBytes(long total) {
    if (total >= 10L << 30) {
      return new Unit("GB", 1L << 30);
    }
    return total >= 10L << 20 ? new Unit("MB", 1L << 20) : new Unit("KB", 1L << 10);
  }

  /** Things that are counted one by one. */
  static Unit of(String plural) {
    return new Unit(" " + plural, 1);
  }
}
