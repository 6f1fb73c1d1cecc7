package io.braid.dataset;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that ends with an error once it gave more than it may: a small file can unpack to any
 * size.
 */
final class BoundedInput extends FilterInputStream {
  /** More came out than is allowed. */
  static final class TooLong extends IOException {
    TooLong(long limit) {
      super("more than " + limit + " bytes when unpacked");
    }
  }

  private final long limit;
  private long read;

  BoundedInput(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    count(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int n = super.read(to, offset, length);
    count(n);
    return n;
  }

  private void count(int n) throws IOException {
    read += Math.max(n, 0);
    if (read > limit) {
      throw new TooLong(limit);
    }
  }
}
