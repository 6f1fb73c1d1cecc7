package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.PROPERTY_NAME;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Reads the listed cells of a wide row: {@code {"indices": [...], "values": [...]}}, each an array
 * or a tensor, or an object by column name. Column 0 is padding, as published, and left out; a
 * value of 0 is a cell like any other.
 */
final class SparseTabularReader implements FeaturesReader {
  private static final String MISSING = "a listed value cannot be missing; leave the column out";

  private final Modality.SparseTabular modality;
  private final Map<String, Integer> columns;

  SparseTabularReader(Modality.SparseTabular modality) {
    this.modality = modality;
    this.columns = Modality.indexOf(modality.columns());
  }

  @Override
  public Optional<Features> read(Cursor cursor) {
    JsonParser parser = cursor.parser();
    if (parser.currentToken() != START_OBJECT) {
      cursor.refuse("{\"indices\": [...], \"values\": [...]} or an object by column name");
      return Optional.empty();
    }
    boolean lists = parser.nextToken() == PROPERTY_NAME && isList(parser.currentName());
    return lists ? lists(cursor) : byName(cursor);
  }

  private boolean isList(String name) {
    return (name.equals("indices") || name.equals("values")) && !columns.containsKey(name);
  }

  /** The parser is at the first name. */
  private Optional<Features> lists(Cursor cursor) {
    JsonParser parser = cursor.parser();
    int @Nullable [] indices = null;
    float @Nullable [] values = null;
    do {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "indices" -> indices = indices(cursor);
        case "values" -> values = values(cursor);
        default -> {
          cursor.fault("unknown field beside 'indices' and 'values'");
          parser.skipChildren();
        }
      }
    } while (parser.nextToken() == PROPERTY_NAME);
    if (cursor.faulty()) {
      return Optional.empty();
    }
    if (indices == null || values == null) {
      cursor.fault("'" + (indices == null ? "indices" : "values") + "' is not given");
      return Optional.empty();
    }
    if (indices.length != values.length) {
      cursor.fault(indices.length + " indices, but " + values.length + " values");
      return Optional.empty();
    }
    refuseTwice(cursor, indices);
    return cells(cursor, indices.length, indices, values);
  }

  private int @Nullable [] indices(Cursor cursor) {
    int vocabulary = modality.vocabulary();
    if (cursor.parser().currentToken() == START_OBJECT) {
      return tensor(cursor, true)
          .map(tensor -> tensor.indices(cursor, tensor.size(0), vocabulary))
          .orElse(null);
    }
    if (cursor.parser().currentToken() != START_ARRAY) {
      cursor.refuse("an array of indices");
      return null;
    }
    IntList indices = new IntList(vocabulary);
    while (cursor.parser().nextToken() != END_ARRAY) {
      indices.add(cursor.index(vocabulary));
    }
    return notTooMany(cursor, indices.size()) ? indices.toArray() : null;
  }

  private float @Nullable [] values(Cursor cursor) {
    JsonParser parser = cursor.parser();
    if (parser.currentToken() == START_OBJECT) {
      float[] values =
          tensor(cursor, false).map(tensor -> tensor.floats(cursor, tensor.size(0))).orElse(null);
      for (int i = 0; values != null && i < values.length; i++) {
        if (Float.isNaN(values[i])) {
          cursor.fault("/base64", "element " + i + ": " + MISSING);
        }
      }
      return values;
    }
    if (parser.currentToken() != START_ARRAY) {
      cursor.refuse("an array of values");
      return null;
    }
    FloatList values = new FloatList(modality.vocabulary());
    while (parser.nextToken() != END_ARRAY) {
      values.add(present(cursor));
    }
    return notTooMany(cursor, values.size()) ? values.toArray() : null;
  }

  /** The parser is at a START_OBJECT. */
  private Optional<TensorObject> tensor(Cursor cursor, boolean integers) {
    return TensorObject.readObject(cursor, TensorObject.ANY)
        .filter(tensor -> !integers || tensor.holdsIntegers(cursor))
        .filter(tensor -> notTooMany(cursor, tensor.size(0)));
  }

  private boolean notTooMany(Cursor cursor, int listed) {
    if (listed > modality.vocabulary()) {
      cursor.fault(listed + " are listed, of " + modality.vocabulary() + " columns");
    }
    return !cursor.faulty();
  }

  private static float present(Cursor cursor) {
    float value = cursor.number();
    if (Float.isNaN(value)) {
      cursor.fault(MISSING);
    }
    return value;
  }

  /** The parser is at the first name, or at the end. */
  private Optional<Features> byName(Cursor cursor) {
    JsonParser parser = cursor.parser();
    IntList indices = new IntList(modality.vocabulary());
    FloatList values = new FloatList(modality.vocabulary());
    for (; parser.currentToken() != END_OBJECT; parser.nextToken()) {
      String name = parser.currentName();
      Integer index = columns.get(name);
      parser.nextToken();
      if (index == null) {
        cursor.fault("unknown column '" + Cursor.quoted(name) + "'" + hint(name));
        parser.skipChildren();
      } else {
        indices.add(index);
        values.add(present(cursor));
      }
    }
    return cells(cursor, indices.size(), indices.elements(), values.elements());
  }

  private static String hint(String name) {
    return TensorObject.startsWith(name)
        ? "; a tensor may stand for 'indices' and for 'values', not for both at once"
        : "";
  }

  private static void refuseTwice(Cursor cursor, int[] indices) {
    BitSet seen = new BitSet();
    for (int index : indices) {
      if (seen.get(index)) {
        cursor.fault("/indices", "index " + index + " is listed twice");
      }
      seen.set(index);
    }
  }

  private Optional<Features> cells(Cursor cursor, int listed, int[] indices, float[] values) {
    if (listed == 0 && !cursor.faulty()) {
      cursor.fault("no column is listed; leave the modality out, or give null, if it is missing");
    }
    if (cursor.faulty()) {
      return Optional.empty();
    }
    int kept = Math.min(listed, modality.maxLength());
    if (listed > kept) {
      cursor.warn(
          "%s: %d columns, the last %d were cut off"
              .formatted(modality.name(), listed, listed - kept));
    }
    int[] present = new int[kept];
    float[] cells = new float[kept];
    int count = 0;
    for (int i = 0; i < kept; i++) {
      if (indices[i] != 0) {
        present[count] = indices[i];
        cells[count] = values[i];
        count++;
      }
    }
    if (count < kept) {
      cursor.warn(modality.name() + ": column 0 is padding and was left out");
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Features.Cells(IntVector.of(count, present), FloatMatrix.of(count, 1, cells)));
  }
}
