package io.braid.api;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Ways to write one and the same sample; missing cells are written as each way has them. */
enum SampleForm {
  /** Arrays of numbers and nulls. */
  ARRAYS,
  /** Objects by column name where there are columns, arrays elsewhere. */
  NAMES,
  /** Tensors in single precision. */
  TENSORS,
  /** Tensors in double precision, of bytes: for CBOR. */
  BYTES;

  /** The sample as a tree. */
  Map<String, Object> write(ModalitySchema schema, Sample sample) {
    var modalities = new LinkedHashMap<String, Object>();
    for (Modality modality : schema.modalities()) {
      Features features = sample.modalities().get(modality.name());
      if (features != null) {
        modalities.put(modality.name(), write(modality, features));
      }
    }
    return Map.of("id", sample.id().orElseThrow(), "modalities", modalities);
  }

  private Object write(Modality modality, Features features) {
    return switch (features) {
      case Features.Cells(var columns, var values) when modality instanceof Modality.Tabular t -> {
        float[] row = new float[t.columns().size()];
        java.util.Arrays.fill(row, Float.NaN);
        IntStream.range(0, columns.size()).forEach(i -> row[columns.get(i)] = values.get(i, 0));
        yield this == NAMES ? named(t.columns(), row) : floats(List.of(row.length), row);
      }
      case Features.Cells(var columns, var values)
          when modality instanceof Modality.SparseTabular s -> {
        int[] indices = columns.stream().toArray();
        float[] cells = cells(values);
        yield this == NAMES
            ? named(indices, s, cells)
            : Map.of("indices", ints(indices), "values", floats(List.of(cells.length), cells));
      }
      case Features.Steps(var rows) -> floats(List.of(rows.rows(), rows.columns()), cells(rows));
      case Features.TokenIds(var ids, var positions) -> {
        int[] row = new int[positions.get(positions.size() - 1) + 1];
        IntStream.range(0, ids.size()).forEach(i -> row[positions.get(i)] = ids.get(i));
        yield ints(row);
      }
      case Features.Cells _, Features.Patches _ ->
          throw new IllegalArgumentException(modality.toString());
    };
  }

  private static Map<String, Object> named(List<String> columns, float[] row) {
    var cells = new LinkedHashMap<String, Object>();
    for (int i = 0; i < row.length; i++) {
      if (!Float.isNaN(row[i])) {
        cells.put(columns.get(i), row[i]);
      }
    }
    return cells;
  }

  private static Map<String, Object> named(
      int[] indices, Modality.SparseTabular modality, float[] values) {
    var cells = new LinkedHashMap<String, Object>();
    for (int i = 0; i < indices.length; i++) {
      cells.put(modality.columns().get(indices[i]), values[i]);
    }
    return cells;
  }

  private Object floats(List<Integer> shape, float[] cells) {
    return switch (this) {
      case ARRAYS, NAMES -> shape.size() == 1 ? list(cells, 0, cells.length) : rows(shape, cells);
      case TENSORS -> {
        ByteBuffer bytes = buffer(4 * cells.length);
        bytes.asFloatBuffer().put(cells);
        yield tensor("F32", shape, Base64.getEncoder().encodeToString(bytes.array()));
      }
      case BYTES -> {
        ByteBuffer bytes = buffer(8 * cells.length);
        for (float cell : cells) {
          bytes.putDouble(cell);
        }
        yield tensor("F64", shape, bytes.array());
      }
    };
  }

  private Object ints(int[] elements) {
    return switch (this) {
      case ARRAYS, NAMES -> IntStream.of(elements).boxed().toList();
      case TENSORS -> {
        ByteBuffer bytes = buffer(4 * elements.length);
        bytes.asIntBuffer().put(elements);
        yield tensor(
            "I32", List.of(elements.length), Base64.getEncoder().encodeToString(bytes.array()));
      }
      case BYTES -> {
        ByteBuffer bytes = buffer(8 * elements.length);
        IntStream.of(elements).forEach(bytes::putLong);
        yield tensor("I64", List.of(elements.length), bytes.array());
      }
    };
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Map<String, Object> tensor(String type, List<Integer> shape, Object content) {
    return Map.of("dtype", type, "shape", shape, "base64", content);
  }

  private static List<Object> rows(List<Integer> shape, float[] cells) {
    int width = shape.getLast();
    return IntStream.range(0, shape.getFirst())
        .<Object>mapToObj(row -> list(cells, row * width, (row + 1) * width))
        .toList();
  }

  private static List<@Nullable Float> list(float[] cells, int from, int to) {
    var list = new ArrayList<@Nullable Float>();
    for (int i = from; i < to; i++) {
      list.add(Float.isNaN(cells[i]) ? null : cells[i]);
    }
    return Collections.unmodifiableList(list);
  }

  private static float[] cells(FloatMatrix matrix) {
    float[] cells = new float[matrix.rows() * matrix.columns()];
    matrix.cells().get(cells);
    return cells;
  }
}
