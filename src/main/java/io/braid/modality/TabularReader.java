package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.PROPERTY_NAME;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;

/** Reads a row: an array in column order, an object by column name, or a tensor. */
final class TabularReader implements FeaturesReader {
  private final int numColumns;
  private final Map<String, Integer> columns;

  TabularReader(Modality.Tabular modality) {
    numColumns = modality.columns().size();
    columns = Modality.indexOf(modality.columns());
  }

  @Override
  public Optional<Features> read(Cursor cursor) {
    JsonParser parser = cursor.parser();
    Optional<float[]> row =
        switch (parser.currentToken()) {
          case START_ARRAY -> array(cursor);
          case START_OBJECT -> {
            parser.nextToken();
            yield isTensor(parser)
                ? TensorObject.read(cursor, numColumns).map(t -> t.floats(cursor, numColumns))
                : Optional.of(byName(cursor));
          }
          default -> {
            cursor.refuse("an array of " + numColumns + " values, or an object by column name");
            yield Optional.empty();
          }
        };
    return cursor.faulty() ? Optional.empty() : row.flatMap(TabularReader::cells);
  }

  private boolean isTensor(JsonParser parser) {
    return parser.currentToken() == PROPERTY_NAME
        && TensorObject.startsWith(parser.currentName())
        && !columns.containsKey(parser.currentName());
  }

  private Optional<float[]> array(Cursor cursor) {
    FloatList row = new FloatList(numColumns);
    while (cursor.parser().nextToken() != END_ARRAY) {
      row.add(cursor.number());
    }
    if (row.size() != numColumns) {
      cursor.fault("expected " + numColumns + " values, got " + row.size());
      return Optional.empty();
    }
    return Optional.of(row.elements());
  }

  /** The parser is at the first name, or at the end. */
  private float[] byName(Cursor cursor) {
    JsonParser parser = cursor.parser();
    float[] row = new float[numColumns];
    Arrays.fill(row, Float.NaN);
    for (; parser.currentToken() != END_OBJECT; parser.nextToken()) {
      String name = parser.currentName();
      Integer column = columns.get(name);
      parser.nextToken();
      if (column == null) {
        cursor.fault("unknown column '" + Cursor.quoted(name) + "'");
        parser.skipChildren();
      } else {
        row[column] = cursor.number();
      }
    }
    return row;
  }

  /** Those cells of a row that are not NaN, if there is one. */
  private static Optional<Features> cells(float[] row) {
    int[] columns = new int[row.length];
    float[] values = new float[row.length];
    int present = 0;
    for (int i = 0; i < row.length; i++) {
      if (!Float.isNaN(row[i])) {
        columns[present] = i;
        values[present] = row[i];
        present++;
      }
    }
    return present == 0
        ? Optional.empty()
        : Optional.of(
            new Features.Cells(IntVector.of(present, columns), FloatMatrix.of(present, 1, values)));
  }
}
