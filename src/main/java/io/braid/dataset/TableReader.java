package io.braid.dataset;

import java.util.List;

/**
 * The rows of an uploaded file, one after the other. The first column names the sample. What is
 * wrong with a row or a cell is noted as a fault, and reading goes on; a file that cannot be read
 * on ends with an {@link java.io.UncheckedIOException}.
 */
interface TableReader extends AutoCloseable {
  /** Names of the columns behind the first. */
  List<String> columns();

  /** Moves to the next row, if there is one. */
  boolean next();

  /** Whose row it is; never empty. */
  String id();

  /**
   * A cell of the row, of any size.
   *
   * @param column from 0, the first behind the id
   * @return NaN where it is missing, or no number, which is noted
   */
  double number(int column);

  /** A cell as text; empty where it is missing. */
  String text(int column);

  /** The number of the row in its file, as {@link #place(long)} understands it; not negative. */
  long row();

  /** Where a row stands, for messages: {@code line 17}. */
  String place(long row);

  /** Where the row stands, for messages. */
  default String place() {
    return place(row());
  }

  @Override
  void close();
}
