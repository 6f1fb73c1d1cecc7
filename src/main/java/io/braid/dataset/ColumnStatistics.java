package io.braid.dataset;

import io.braid.modality.IntVector;

/**
 * Mean and population deviation of each column of a table, or of each feature over the steps of a
 * sequence, over the cells that are there. One pass, by Welford's update.
 */
public final class ColumnStatistics {
  private final long[] count;
  private final double[] mean;
  private final double[] squares;

  private ColumnStatistics(int columns) {
    count = new long[columns];
    mean = new double[columns];
    squares = new double[columns];
  }

  /**
   * @param samples those that count
   * @param kept bits of the modalities that each sample of the dataset keeps
   */
  public static ColumnStatistics of(
      StoredDataset dataset, int modality, IntVector samples, long[] kept) {
    RowsFile rows = dataset.rows(modality);
    var statistics = new ColumnStatistics(rows.width());
    for (int i = 0; i < samples.size(); i++) {
      int sample = samples.get(i);
      if ((kept[sample] >> modality & 1) == 1) {
        float[] cells = rows.read(sample, rows.count(sample));
        for (int cell = 0; cell < cells.length; cell++) {
          statistics.add(cell % rows.width(), cells[cell]);
        }
      }
    }
    return statistics;
  }

  private void add(int column, float value) {
    if (!Float.isNaN(value)) {
      count[column]++;
      double before = value - mean[column];
      mean[column] += before / count[column];
      squares[column] += before * (value - mean[column]);
    }
  }

  /** Cells of the column that are there. */
  public long count(int column) {
    return count[column];
  }

  /** 0 where no cell is there. */
  public double mean(int column) {
    return mean[column];
  }

  /** 0 where fewer than two differ. */
  public double deviation(int column) {
    return count[column] == 0 ? 0 : Math.sqrt(squares[column] / count[column]);
  }
}
