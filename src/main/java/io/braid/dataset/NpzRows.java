package io.braid.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the rows of an {@code .npz} file have in common: samples one by one, named by {@code ids}.
 */
abstract class NpzRows implements TableReader {
  protected final Faults faults;
  protected final NpyStream ids;

  /** Whose row it is; empty before the first. */
  protected String id = "";

  /** The number of that sample; -1 before the first. */
  protected int sample = -1;

  private final NpzFile npz;

  NpzRows(NpzFile npz, Faults faults) throws IOException {
    this.npz = npz;
    this.faults = faults;
    this.ids = npz.required("ids");
  }

  /** {@link #next}, free to throw. */
  abstract boolean advance() throws IOException;

  @Override
  public final boolean next() {
    try {
      return advance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final String text(int column) {
    return Cells.text(number(column));
  }

  @Override
  public final long row() {
    return sample;
  }

  @Override
  public final String place(long row) {
    return "ids[" + row + "]";
  }

  @Override
  public final void close() {
    try {
      npz.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
