package io.braid.dataset;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import java.util.Arrays;
import java.util.Optional;

/** Features out of stored rows, as the reader of a request makes them out of JSON. */
final class RowFeatures {
  /** What the published collators put where a cell is missing. */
  private static final float MISSING = -10000;

  private RowFeatures() {}

  static Optional<Features> of(Modality modality, RowsFile rows, int sample) {
    int count = rows.count(sample);
    return switch (modality) {
      case Modality.Tabular _ -> cells(rows.read(sample, 1));
      case Modality.Sequence sequence ->
          steps(rows.read(sample, Math.min(count, sequence.maxLength())), sequence);
      case Modality.Tokens tokens -> tokens(rows.read(sample, Math.min(count, tokens.maxLength())));
      case Modality.SparseTabular sparse ->
          listed(rows.read(sample, Math.min(count, sparse.maxLength())));
      case Modality.Patches patches ->
          patches(patches, rows.read(sample, count), count, rows.width());
    };
  }

  private static Optional<Features> cells(float[] row) {
    var columns = new int[row.length];
    var values = new float[row.length];
    int present = 0;
    for (int c = 0; c < row.length; c++) {
      if (!Float.isNaN(row[c])) {
        columns[present] = c;
        values[present++] = row[c];
      }
    }
    return present == 0 ? Optional.empty() : Optional.of(cells(present, columns, values));
  }

  private static Features cells(int present, int[] columns, float[] values) {
    return new Features.Cells(IntVector.of(present, columns), FloatMatrix.of(present, 1, values));
  }

  private static Optional<Features> steps(float[] cells, Modality.Sequence sequence) {
    boolean anything = false;
    for (int i = 0; i < cells.length; i++) {
      anything |= !Float.isNaN(cells[i]);
      cells[i] = Float.isNaN(cells[i]) ? sequence.missingCell(i % sequence.features()) : cells[i];
    }
    return anything
        ? Optional.of(
            new Features.Steps(
                FloatMatrix.of(cells.length / sequence.features(), sequence.features(), cells)))
        : Optional.empty();
  }

  private static Optional<Features> tokens(float[] ids) {
    var present = new int[ids.length];
    var positions = new int[ids.length];
    int number = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != 0) { // 0 is padding, as published
        present[number] = (int) ids[i];
        positions[number++] = i;
      }
    }
    return number == 0
        ? Optional.empty()
        : Optional.of(
            new Features.TokenIds(IntVector.of(number, present), IntVector.of(number, positions)));
  }

  private static Optional<Features> listed(float[] rows) {
    var columns = new int[rows.length / 2];
    var values = new float[rows.length / 2];
    int present = 0;
    for (int i = 0; i < rows.length; i += 2) {
      if (rows[i] != 0) { // 0 is padding, as published
        columns[present] = (int) rows[i];
        values[present++] = rows[i + 1];
      }
    }
    return present == 0 ? Optional.empty() : Optional.of(cells(present, columns, values));
  }

  private static Optional<Features> patches(
      Modality.Patches modality, float[] matrix, int height, int width) {
    int abreast = width / modality.patchColumns();
    int number = Math.min(abreast * (height / modality.patchRows()), modality.maxLength());
    var rows = new float[number * modality.cells()];
    var positions = new int[number];
    int present = 0;
    for (int patch = 0; patch < number; patch++) {
      int at = present * modality.cells();
      for (int row = 0; row < modality.patchRows(); row++) {
        int from =
            (patch / abreast * modality.patchRows() + row) * width
                + patch % abreast * modality.patchColumns();
        System.arraycopy(
            matrix, from, rows, at + row * modality.patchColumns(), modality.patchColumns());
      }
      if (hasCell(Arrays.copyOfRange(rows, at, at + modality.cells()))) {
        positions[present++] = patch;
      }
    }
    return present == 0
        ? Optional.empty()
        : Optional.of(
            new Features.Patches(
                IntVector.of(present, positions), FloatMatrix.of(present, modality.cells(), rows)));
  }

  static boolean hasCell(float[] patch) {
    for (float cell : patch) {
      if (!Float.isNaN(cell) && cell != MISSING) {
        return true;
      }
    }
    return false;
  }
}
