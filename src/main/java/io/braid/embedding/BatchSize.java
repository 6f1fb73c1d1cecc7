package io.braid.embedding;

/**
 * How much of a device's budget samples take together: in a batch the shorter are padded to the
 * longest where fusion tokens look at them.
 *
 * @param samples number of samples
 * @param longest tokens that the longest of them costs
 */
record BatchSize(int samples, long longest) {
  static final BatchSize NONE = new BatchSize(0, 0);

  BatchSize plus(BatchSize more) {
    return new BatchSize(samples + more.samples, Math.max(longest, more.longest));
  }

  /** Tokens, padding included. */
  long tokens() {
    return samples * longest;
  }
}
