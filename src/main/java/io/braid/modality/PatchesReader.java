package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;

import java.util.Optional;
import tools.jackson.core.JsonParser;

/**
 * Reads a matrix, an array of rows or a tensor, and cuts it into patches, row-major over patches
 * and within one. A patch whose cells are all {@value #MISSING} or NaN is missing, as published;
 * the others keep their positions. Cells of patches beyond the modality's length are counted, not
 * kept.
 */
final class PatchesReader implements FeaturesReader {
  private static final float MISSING = -10000;

  private final Modality.Patches modality;

  /** Cells of a row that can be needed: those of as many patches side by side as there may be. */
  private final long maxColumns;

  PatchesReader(Modality.Patches modality) {
    this.modality = modality;
    this.maxColumns = (long) modality.maxLength() * modality.patchColumns();
  }

  /**
   * @param rows of the matrix as sent
   * @param columns of the matrix as sent
   * @param stride cells kept of each row
   * @param cells of the rows that are kept, {@code [.., stride]}, NaN where they are missing
   */
  private record Matrix(int rows, int columns, int stride, FloatList cells) {}

  @Override
  public Optional<Features> read(Cursor cursor) {
    Optional<Matrix> matrix =
        switch (cursor.parser().currentToken()) {
          case START_ARRAY -> Optional.of(array(cursor));
          case START_OBJECT ->
              TensorObject.readObject(cursor, TensorObject.ANY, TensorObject.ANY)
                  .map(tensor -> tensor(cursor, tensor));
          default -> {
            cursor.refuse("an array of rows");
            yield Optional.empty();
          }
        };
    matrix.ifPresent(m -> checkSize(cursor, m));
    return cursor.faulty() ? Optional.empty() : matrix.flatMap(m -> cut(cursor, m));
  }

  private static Matrix tensor(Cursor cursor, TensorObject tensor) {
    int rows = tensor.size(0);
    int columns = tensor.size(1);
    return new Matrix(rows, columns, columns, FloatList.of(tensor.floats(cursor, rows * columns)));
  }

  private Matrix array(Cursor cursor) {
    JsonParser parser = cursor.parser();
    FloatList first = new FloatList(maxColumns);
    FloatList cells = first;
    int rows = 0;
    int columns = -1;
    for (; parser.nextToken() != END_ARRAY; rows++) {
      if (parser.currentToken() != START_ARRAY) {
        cursor.refuse("a row of numbers");
      } else if (columns < 0) {
        columns = row(cursor, first, maxColumns);
        cells = new FloatList(keptRows(columns) * stride(columns));
        for (float cell : first.toArray()) {
          cells.add(cell);
        }
      } else {
        int numbers = row(cursor, cells, stride(columns));
        if (numbers != columns) {
          cursor.fault("expected " + columns + " numbers as in the first row, got " + numbers);
        }
      }
    }
    return new Matrix(rows, Math.max(columns, 0), stride(columns), cells);
  }

  /** Cells that are kept of a row of {@code columns}. */
  private int stride(int columns) {
    return (int) Math.min(columns, maxColumns);
  }

  /** Reads a row and keeps its first {@code kept} cells. */
  private static int row(Cursor cursor, FloatList cells, long kept) {
    int numbers = 0;
    while (cursor.parser().nextToken() != END_ARRAY) {
      float number = cursor.number();
      if (numbers++ < kept) {
        cells.add(number);
      }
    }
    return numbers;
  }

  /** Rows that hold the first patches, as many as there may be. */
  private long keptRows(int columns) {
    int abreast = Math.max(1, columns / modality.patchColumns());
    return (modality.maxLength() + abreast - 1L) / abreast * modality.patchRows();
  }

  private void checkSize(Cursor cursor, Matrix matrix) {
    if (matrix.rows == 0 || matrix.columns == 0) {
      cursor.fault("an empty matrix; leave the modality out, or give null, if it is missing");
      return;
    }
    if (matrix.rows % modality.patchRows() != 0) {
      cursor.fault("expected a multiple of " + modality.patchRows() + " rows, got " + matrix.rows);
    }
    if (matrix.columns % modality.patchColumns() != 0) {
      cursor.fault(
          "expected a multiple of %d columns, got %d"
              .formatted(modality.patchColumns(), matrix.columns));
    }
  }

  private Optional<Features> cut(Cursor cursor, Matrix matrix) {
    int abreast = matrix.columns / modality.patchColumns();
    long patches = (long) abreast * (matrix.rows / modality.patchRows());
    int kept = (int) Math.min(patches, modality.maxLength());
    if (patches > kept) {
      cursor.warn(
          "%s: %d patches, the last %d were cut off"
              .formatted(modality.name(), patches, patches - kept));
    }
    int size = modality.cells();
    float[] rows = new float[kept * size];
    int[] positions = new int[kept];
    int present = 0;
    for (int patch = 0; patch < kept; patch++) {
      copy(matrix, patch / abreast, patch % abreast, rows, present * size);
      if (isPresent(cursor, rows, present * size, patch)) {
        positions[present++] = patch;
      }
    }
    return present == 0 || cursor.faulty()
        ? Optional.empty()
        : Optional.of(
            new Features.Patches(
                IntVector.of(present, positions), FloatMatrix.of(present, size, rows)));
  }

  private void copy(Matrix matrix, int down, int across, float[] to, int at) {
    for (int row = 0; row < modality.patchRows(); row++) {
      System.arraycopy(
          matrix.cells.elements(),
          (down * modality.patchRows() + row) * matrix.stride + across * modality.patchColumns(),
          to,
          at + row * modality.patchColumns(),
          modality.patchColumns());
    }
  }

  private boolean isPresent(Cursor cursor, float[] cells, int from, int patch) {
    boolean present = false;
    boolean gaps = false;
    for (int i = from; i < from + modality.cells(); i++) {
      gaps |= Float.isNaN(cells[i]);
      present |= !Float.isNaN(cells[i]) && cells[i] != MISSING;
    }
    if (present && gaps) {
      cursor.fault("patch " + patch + " has missing cells; only whole patches may be missing");
    }
    return present;
  }
}
