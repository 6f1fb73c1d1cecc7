package io.braid.modality;

import java.util.function.IntUnaryOperator;

/**
 * What makes the columns of a table, or the features of a sequence's steps, comparable: {@code
 * (value - mean) / deviation}. Part of a model's config, so that raw values are what it embeds.
 *
 * @param mean of each column, finite, {@code [1, columns]}
 * @param deviation of each column, finite and above 0, {@code [1, columns]}
 */
public record Standardization(FloatMatrix mean, FloatMatrix deviation) {
  /** Beyond it the norms of the encoder overflow. */
  private static final double LARGEST = 1e15;

  public Standardization {
    if (mean.rows() != 1 || deviation.rows() != 1 || mean.columns() != deviation.columns()) {
      throw new IllegalArgumentException("mean " + mean + ", deviation " + deviation);
    }
    for (int i = 0; i < mean.columns(); i++) {
      if (!Float.isFinite(mean.get(0, i)) || !isDeviation(deviation.get(0, i))) {
        throw new IllegalArgumentException(
            "column %d: mean %s, deviation %s".formatted(i, mean.get(0, i), deviation.get(0, i)));
      }
    }
  }

  /** Copies of both, a number a column. */
  public static Standardization of(float[] mean, float[] deviation) {
    return new Standardization(
        FloatMatrix.of(1, mean.length, mean), FloatMatrix.of(1, deviation.length, deviation));
  }

  static boolean isDeviation(float number) {
    return Float.isFinite(number) && number > 0;
  }

  public int columns() {
    return mean.columns();
  }

  /**
   * Cells of a table, standardised.
   *
   * @param columns column of each cell
   * @param values value of each cell, {@code [length, 1]}
   */
  public FloatMatrix apply(IntVector columns, FloatMatrix values) {
    return apply(values, columns::get);
  }

  /**
   * Steps of a sequence, standardised.
   *
   * @param rows {@code [length, columns]}
   */
  public FloatMatrix apply(FloatMatrix rows) {
    return apply(rows, cell -> cell % columns());
  }

  /**
   * @param columnOf column of each cell, counted row by row
   */
  private FloatMatrix apply(FloatMatrix values, IntUnaryOperator columnOf) {
    var cells = new float[values.rows() * values.columns()];
    values.cells().get(cells);
    for (int i = 0; i < cells.length; i++) {
      int column = columnOf.applyAsInt(i);
      double standard = ((double) cells[i] - mean.get(0, column)) / deviation.get(0, column);
      cells[i] = (float) Math.clamp(standard, -LARGEST, LARGEST);
    }
    return FloatMatrix.of(values.rows(), values.columns(), cells);
  }
}
