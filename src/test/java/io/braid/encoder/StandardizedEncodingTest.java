package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.modality.Standardization;
import io.braid.plain.Deviation;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw values under a standardised schema, and standardised values under a plain one. */
class StandardizedEncodingTest {
  private static final float[] MEAN = {2, -30, .5f, 1000};
  private static final float[] DEVIATION = {4, .1f, 1, 300};

  @TempDir private Path folder;

  /** A table and a sequence of four columns each, and tokens, which have nothing to standardise. */
  private static EncoderConfig config(Optional<Standardization> standardization) {
    return new EncoderConfig(
        Architecture.MCA,
        16,
        2,
        2,
        8,
        4,
        8,
        List.of(3, 2),
        new ModalitySchema(
            List.of(
                new Modality.Tabular("gene", Modality.unnamed(4), 1.5, standardization),
                new Modality.Sequence("audio", 4, 6, standardization),
                new Modality.Tokens("text", 30, 7))));
  }

  @Test
  void rawValuesEmbedAsStandardisedOnesDo() {
    EncoderConfig standardised = config(Optional.of(Standardization.of(MEAN, DEVIATION)));
    EncoderConfig plain = config(Optional.empty());
    // Some cells of the tables are missing, and some modalities are.
    List<Sample> drawn = new RandomSamples(plain.schema(), 1).draw(20, 0.3);
    List<Sample> raw = changed(drawn, (x, column) -> MEAN[column] + DEVIATION[column] * x);
    List<Sample> scaled = changed(raw, (x, column) -> (x - MEAN[column]) / DEVIATION[column]);

    List<Map<String, Vector>> expected = encode(plain, scaled);
    List<Map<String, Vector>> actual = encode(standardised, raw);
    assertThat(encode(plain, raw)).isNotEqualTo(expected);
    for (int s = 0; s < drawn.size(); s++) {
      assertThat(actual.get(s).keySet()).isEqualTo(expected.get(s).keySet());
      for (var entry : expected.get(s).entrySet()) {
        Vector vector = Objects.requireNonNull(actual.get(s).get(entry.getKey()));
        assertThat(Deviation.absolute(vector.toArray(), entry.getValue().toArray()))
            .as("%s of sample %d", entry.getKey(), s)
            .isLessThan(1e-6);
      }
    }
  }

  private interface Change {
    double of(double value, int column);
  }

  private static List<Sample> changed(List<Sample> samples, Change change) {
    return samples.stream()
        .map(sample -> {
          var modalities = new LinkedHashMap<String, Features>();
          sample
              .modalities()
              .forEach((name, features) -> modalities.put(name, changed(features, change)));
          return new Sample(sample.id(), modalities, List.of());
        })
        .toList();
  }

  private static Features changed(Features features, Change change) {
    return switch (features) {
      case Features.Cells(var columns, var values) ->
          new Features.Cells(columns, changed(values, change, (row, _) -> columns.get(row)));
      case Features.Steps(var rows) ->
          new Features.Steps(changed(rows, change, (_, column) -> column));
      case Features.TokenIds tokens -> tokens;
      case Features.Patches patches -> patches;
    };
  }

  private static FloatMatrix changed(FloatMatrix matrix, Change change, IntBinaryOperator column) {
    var cells = new float[matrix.rows() * matrix.columns()];
    for (int i = 0; i < cells.length; i++) {
      int row = i / matrix.columns();
      int place = i % matrix.columns();
      cells[i] = (float) change.of(matrix.get(row, place), column.applyAsInt(row, place));
    }
    return FloatMatrix.of(matrix.rows(), matrix.columns(), cells);
  }

  /** Every vector of each sample by name. */
  private List<Map<String, Vector>> encode(EncoderConfig config, List<Sample> samples) {
    try (Safetensors checkpoint = RandomWeights.write(config, 7, folder.resolve("weights"));
        Encoder encoder = Encoder.load(config, checkpoint, Device.CPU, Precision.FP32)) {
      return encoder.encode(samples, EnumSet.allOf(Output.class)).stream()
          .<Map<String, Vector>>map(embedding -> {
            var vectors = new LinkedHashMap<>(embedding.unimodal());
            vectors.putAll(embedding.channels());
            embedding.fusion().ifPresent(vector -> vectors.put("fusion", vector));
            return vectors;
          })
          .toList();
    }
  }
}
