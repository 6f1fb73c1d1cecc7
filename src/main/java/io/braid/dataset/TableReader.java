package io.braid.dataset;

import java.util.List;

/**
 * The rows of an uploaded file, one after the other. The first column names the sample. What is
 * wrong with a row or a cell is noted as a fault, and reading goes on.
 */
interface TableReader extends AutoCloseable {
  /** Names of the columns behind the first. */
  List<String> columns();

  /** Moves to the next row, if there is one. */
  boolean next();

  /** Whose row it is; never empty. */
  String id();

  /**
   * A cell of the row.
   *
   * @param column from 0, the first behind the id
   * @return NaN where it is missing; finite and of a size whose square float32 can hold otherwise
   */
  float number(int column);

  /** A cell as text; empty where it is missing. */
  String text(int column);

  /** Where the row stands, for messages: {@code line 17}. */
  String place();

  @Override
  void close();
}
