package io.braid.benchmark;

import io.braid.encoder.RandomSamples;
import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bodies of embed requests with random samples of tables and sequences, and the samples themselves.
 */
final class RandomRequests {
  private final ModalitySchema schema;
  private final RandomSamples random;

  RandomRequests(ModalitySchema schema, long seed) {
    this.schema = schema;
    this.random = new RandomSamples(schema, seed);
  }

  List<Sample> draw(int samples, double sparsity) {
    return random.draw(samples, sparsity);
  }

  Sample complete() {
    return random.complete();
  }

  byte[] json(List<Sample> samples) {
    return write(samples, new JsonMapper(), false);
  }

  /**
   * @param asTensors whether modalities are tensor objects, else arrays
   */
  byte[] write(List<Sample> samples, ObjectMapper mapper, boolean asTensors) {
    var bodies = new ArrayList<Object>();
    for (Sample sample : samples) {
      Map<String, Object> modalities = new LinkedHashMap<>();
      for (Modality modality : schema.modalities()) {
        Features features = sample.modalities().get(modality.name());
        if (features != null) {
          modalities.put(modality.name(), body(modality, features, asTensors));
        }
      }
      bodies.add(Map.of("modalities", modalities));
    }
    return mapper.writeValueAsBytes(Map.of("samples", bodies));
  }

  private static Object body(Modality modality, Features features, boolean asTensor) {
    float[][] rows =
        switch (features) {
          case Features.Cells(var columns, var values) -> {
            var row = new float[modality.maxTokens()];
            Arrays.fill(row, Float.NaN);
            for (int i = 0; i < columns.size(); i++) {
              row[columns.get(i)] = values.get(i, 0);
            }
            yield new float[][] {row};
          }
          case Features.Steps(FloatMatrix steps) -> rows(steps);
          case Features.TokenIds _, Features.Patches _ ->
              throw new IllegalArgumentException("tables and sequences only");
        };
    boolean isRow = features instanceof Features.Cells;
    if (asTensor) {
      ByteBuffer bytes =
          ByteBuffer.allocate(rows.length * rows[0].length * 4).order(ByteOrder.LITTLE_ENDIAN);
      for (float[] row : rows) {
        for (float cell : row) {
          bytes.putFloat(cell);
        }
      }
      List<Integer> shape = isRow ? List.of(rows[0].length) : List.of(rows.length, rows[0].length);
      return Map.of(
          "dtype",
          "F32",
          "shape",
          shape,
          "base64",
          Base64.getEncoder().encodeToString(bytes.array()));
    }
    return isRow ? withNulls(rows[0]) : rows;
  }

  private static List<Object> withNulls(float[] row) {
    var cells = new ArrayList<Object>();
    for (float cell : row) {
      cells.add(Float.isNaN(cell) ? null : cell);
    }
    return cells;
  }

  private static float[][] rows(FloatMatrix matrix) {
    var rows = new float[matrix.rows()][matrix.columns()];
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < rows[r].length; c++) {
        rows[r][c] = matrix.get(r, c);
      }
    }
    return rows;
  }
}
