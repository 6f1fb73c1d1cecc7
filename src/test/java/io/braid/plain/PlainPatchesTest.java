package io.braid.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.torch.Device;
import io.braid.torch.Safetensors.FloatTensor;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Patches have no golden case: the formula is written out here a second time. */
class PlainPatchesTest {
  private static final int DIM = 8;

  /** Two patches of 2 x 3 in each row of patches, two such rows. */
  private static final int[][] CELLS_OF_PATCH = {
    {0, 1, 2, 6, 7, 8}, {3, 4, 5, 9, 10, 11}, {12, 13, 14, 18, 19, 20}, {15, 16, 17, 21, 22, 23}
  };

  private static final EncoderConfig CONFIG =
      new EncoderConfig(
          Architecture.MCA,
          DIM,
          1,
          2,
          4,
          2,
          2,
          List.of(2),
          new ModalitySchema(
              List.of(
                  new Modality.Patches("image", 2, 3, 4),
                  new Modality.Tabular("table", Modality.unnamed(2), 10))));

  private final Map<String, FloatTensor> weights = RandomWeights.of(CONFIG, 7);

  @Test
  void aPatchIsNormedProjectedNormedAndPlaced() {
    var matrix = new float[24];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) Math.sin(i * i);
    }
    float[] encoded = run("debug.encoded.image", matrix);
    for (int patch = 0; patch < 4; patch++) {
      double[] cells = IntStream.of(CELLS_OF_PATCH[patch]).mapToDouble(i -> matrix[i]).toArray();
      double[] token = norm(linear(norm(cells, "1"), "2"), "3");
      for (int d = 0; d < DIM; d++) {
        double place = weight("encoders.image.embedding.weight")[patch * DIM + d];
        assertThat((double) encoded[patch * DIM + d]).isCloseTo(token[d] + place, within(1e-5));
      }
    }
  }

  @Test
  void whatAMissingPatchWouldHoldDoesNotMatter() {
    var matrix = new float[24];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) Math.cos(i * i);
    }
    float[] whole = run("fusion", matrix);
    for (int i : CELLS_OF_PATCH[2]) {
      matrix[i] = -10000;
    }
    float[] without = run("fusion", matrix);
    assertThat(Deviation.absolute(without, whole)).isGreaterThan(1e-3);
    // The token of the missing patch is hidden, so its place in the table is never read.
    var place = Objects.requireNonNull(weights.get("encoders.image.embedding.weight")).elements();
    for (int d = 0; d < DIM; d++) {
      place.put(2 * DIM + d, 100);
    }
    assertThat(Deviation.absolute(run("fusion", matrix), without)).isZero();
  }

  private float[] run(String output, float[] matrix) {
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var inputs =
          Map.of(
              "image.matrix", scope.floats(matrix, 1, 4, 6),
              "table.values", scope.floats(new float[] {1, 2}, 1, 2),
              "table.attention_mask", scope.longs(new long[] {0, 0}, 1, 2));
      var plain = PlainEncoder.of(CONFIG);
      var tensors = tensors(scope);
      var all = new HashMap<>(plain.embed(scope, tensors, inputs));
      all.putAll(plain.trace(scope, tensors, inputs));
      return Objects.requireNonNull(all.get(output)).toFloats();
    }
  }

  private Map<String, Tensor> tensors(Tensors scope) {
    var tensors = new HashMap<String, Tensor>();
    weights.forEach((name, tensor) ->
        tensors.put(
            name,
            scope.floats(
                tensor.elements(), tensor.shape().stream().mapToLong(Long::longValue).toArray())));
    return tensors;
  }

  private double[] norm(double[] x, String number) {
    double mean = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
    double variance =
        IntStream.range(0, x.length)
            .mapToDouble(i -> (x[i] - mean) * (x[i] - mean))
            .average()
            .orElseThrow();
    float[] gain = weight("encoders.image.batch_to_tokens." + number + ".weight");
    float[] bias = weight("encoders.image.batch_to_tokens." + number + ".bias");
    return IntStream.range(0, x.length)
        .mapToDouble(i -> (x[i] - mean) / Math.sqrt(variance + 1e-5) * gain[i] + bias[i])
        .toArray();
  }

  private double[] linear(double[] x, String number) {
    float[] weight = weight("encoders.image.batch_to_tokens." + number + ".weight");
    float[] bias = weight("encoders.image.batch_to_tokens." + number + ".bias");
    var y = new double[DIM];
    for (int d = 0; d < DIM; d++) {
      y[d] = bias[d];
      for (int i = 0; i < x.length; i++) {
        y[d] += weight[d * x.length + i] * x[i];
      }
    }
    return y;
  }

  private float[] weight(String name) {
    var buffer = Objects.requireNonNull(weights.get(name), name).elements();
    var elements = new float[buffer.remaining()];
    buffer.get(elements);
    return elements;
  }
}
