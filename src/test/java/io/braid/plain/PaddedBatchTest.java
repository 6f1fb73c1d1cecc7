package io.braid.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Device;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Padding and its inverse lose nothing but what is missing. */
class PaddedBatchTest {
  static final List<String> NAMES = GoldenCase.NAMES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void goldenBatchesSurviveTheWayThroughSamples(String name) {
    GoldenCase golden = GoldenCase.of(name);
    PaddedBatch batch = golden.batch();
    var samples = batch.samples();
    var again = PaddedBatch.of(golden.config().schema(), List.copyOf(samples.values()));
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var plain = PlainEncoder.of(golden.config(), golden.fcl(), PlainEncoder.Arithmetic.SINGLE);
      var actual = plain.embed(scope, golden.weights(scope), again.tensors(scope));
      for (String key : golden.embeddingNames()) {
        float[] expected = rows(golden.output(key), batch.size(), samples.keySet());
        float[] embedding = Objects.requireNonNull(actual.get(key)).toFloats();
        assertThat(Deviation.relative(embedding, expected, 0)).as(key).isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void samplesOfAGoldenBatchHaveItsPresentModalities(String name) {
    GoldenCase golden = GoldenCase.of(name);
    var samples = golden.batch().samples();
    float[] present = golden.mask("present");
    List<String> modalities = golden.config().schema().names();
    for (int row = 0; row < golden.batch().size(); row++) {
      var expected = new ArrayList<String>();
      for (int m = 0; m < modalities.size(); m++) {
        if (present[row * modalities.size() + m] == 1) {
          expected.add(modalities.get(m));
        }
      }
      Sample sample = samples.get(row);
      assertThat(sample == null ? List.of() : List.copyOf(sample.modalities().keySet()))
          .isEqualTo(expected);
    }
  }

  @Test
  void everyKindOfModalityIsPaddedAndReadBack() {
    var schema =
        new ModalitySchema(
            List.of(
                new Modality.Tabular("table", Modality.unnamed(4), 10),
                new Modality.Sequence("steps", 2, 3),
                new Modality.Tokens("words", 9, 4),
                new Modality.SparseTabular("cells", Modality.unnamed(50), 3, 10),
                new Modality.Patches("image", 1, 2, 3)));
    Map<String, Features> whole =
        Map.of(
            "table", new Features.Cells(IntVector.of(1, 3), FloatMatrix.of(2, 1, 0.5f, -1)),
            "steps", new Features.Steps(FloatMatrix.of(2, 2, 1, 2, 3, 4)),
            "words", new Features.TokenIds(IntVector.of(8, 1), IntVector.of(0, 2)),
            "cells", new Features.Cells(IntVector.of(40, 7), FloatMatrix.of(2, 1, 0, 3)),
            "image", new Features.Patches(IntVector.of(0, 2), FloatMatrix.of(2, 2, 5, 6, 7, 8)));
    var samples = List.of(sample("row0", whole), sample("row1", only(whole, "words", "image")));

    var batch = PaddedBatch.of(schema, samples);

    assertThat(batch.samples()).isEqualTo(Map.of(0, samples.get(0), 1, samples.get(1)));
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var tensors = batch.tensors(scope);
      assertThat(Objects.requireNonNull(tensors.get("table.values")).toFloats())
          .containsExactly(-10000, 0.5f, -10000, -1, -10000, -10000, -10000, -10000);
      assertThat(Objects.requireNonNull(tensors.get("image.matrix")).shape())
          .containsExactly(2, 3, 2);
      assertThat(tensors).doesNotContainKey("image.attention_mask");
    }
  }

  private static Sample sample(String id, Map<String, Features> features) {
    return new Sample(Optional.of(id), features, List.of());
  }

  private static Map<String, Features> only(Map<String, Features> features, String... names) {
    var some = new LinkedHashMap<>(features);
    some.keySet().retainAll(List.of(names));
    return some;
  }

  /** Some rows of a row-major matrix of {@code size} rows. */
  private static float[] rows(float[] matrix, int size, Iterable<Integer> wanted) {
    int width = matrix.length / size;
    float[] rows = {};
    for (int row : wanted) {
      int end = rows.length;
      rows = Arrays.copyOf(rows, end + width);
      System.arraycopy(matrix, row * width, rows, end, width);
    }
    return rows;
  }
}
