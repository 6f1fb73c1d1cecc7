package io.braid.dataset;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends with an error once it gave more than there is room for. */
final class BoundedInput extends FilterInputStream {
  private final DiskBudget budget;

  BoundedInput(InputStream in, DiskBudget budget) {
    super(in);
    this.budget = budget;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    budget.take(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int n = super.read(to, offset, length);
    budget.take(Math.max(n, 0));
    return n;
  }
}
