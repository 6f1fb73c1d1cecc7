package io.braid.modality;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** An immutable row-major matrix of floats, compared by content. */
public final class FloatMatrix {
  private final int rows;
  private final int columns;
  private final float[] cells;

  private FloatMatrix(int rows, int columns, float[] cells) {
    this.rows = rows;
    this.columns = columns;
    this.cells = cells;
  }

  /** A copy of the first {@code rows * columns} of {@code cells}. */
  public static FloatMatrix of(int rows, int columns, float... cells) {
    if (cells.length < Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          cells.length + " cells do not fill " + rows + " x " + columns);
    }
    return new FloatMatrix(rows, columns, Arrays.copyOf(cells, rows * columns));
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  public float get(int row, int column) {
    return cells[row * columns + column];
  }

  /** A read-only view of all cells, row by row. */
  public FloatBuffer cells() {
    return FloatBuffer.wrap(cells).asReadOnlyBuffer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatMatrix that
        && rows == that.rows
        && columns == that.columns
        && Arrays.equals(cells, that.cells);
  }

  @Override
  public int hashCode() {
    return 31 * columns + Arrays.hashCode(cells);
  }

  @Override
  public String toString() {
    return "FloatMatrix[" + rows + " x " + columns + "]";
  }
}
