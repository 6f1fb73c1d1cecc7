package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Sample;
import io.braid.plain.Deviation;
import io.braid.plain.GoldenCase;
import io.braid.torch.Device;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The product's packed form against the numbers of the published implementation. */
class EncoderGoldenTest {
  static final List<String> CASES = GoldenCase.NAMES;

  /** Largest difference, relative to the largest value of the expected tensor. */
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @FieldSource("CASES")
  void everyEmbeddingOfAPresentModalityIsThePublishedOne(String name) {
    GoldenCase golden = GoldenCase.of(name);
    EncoderConfig config = golden.config();
    Map<Integer, Sample> samples = golden.batch().samples();
    var rows = List.copyOf(samples.keySet());
    var embeddings = encode(golden, List.copyOf(samples.values()), EnumSet.allOf(Output.class));
    int compared = 0;
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.get(i);
      Embedding embedding = embeddings.get(i);
      assertThat(embedding.unimodal().keySet())
          .isEqualTo(samples.values().stream().toList().get(i).modalities().keySet());
      for (var unimodal : embedding.unimodal().entrySet()) {
        assertEqual(golden, unimodal.getKey(), row, unimodal.getValue());
        compared++;
      }
      for (Channel channel : config.channels()) {
        Vector vector = embedding.channels().get(channel.name(config.schema()));
        String key =
            "fusion."
                + channel.members().stream().map(String::valueOf).collect(Collectors.joining("_"));
        if (vector != null && golden.embeddingNames().contains(key)) {
          assertEqual(golden, key, row, vector);
          compared++;
        }
      }
      assertEqual(golden, "fusion", row, embedding.fusion().orElseThrow());
    }
    assertThat(compared).isGreaterThanOrEqualTo(rows.size());
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void askingForTheFusionAloneChangesNothingButTheCost(String name) {
    GoldenCase golden = GoldenCase.of(name);
    Map<Integer, Sample> samples = golden.batch().samples();
    var rows = List.copyOf(samples.keySet());
    var embeddings = encode(golden, List.copyOf(samples.values()), Set.of(Output.FUSION));
    for (int i = 0; i < rows.size(); i++) {
      assertThat(embeddings.get(i).unimodal()).isEmpty();
      assertThat(embeddings.get(i).channels()).isEmpty();
      assertEqual(golden, "fusion", rows.get(i), embeddings.get(i).fusion().orElseThrow());
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void aChannelIsAbsentExactlyWhereNoneOfItsModalitiesIsPresent(String name) {
    GoldenCase golden = GoldenCase.of(name);
    EncoderConfig config = golden.config();
    if (config.architecture() == Architecture.ZORRO) {
      return; // it has no channels by name
    }
    List<Sample> samples = List.copyOf(golden.batch().samples().values());
    var embeddings = encode(golden, samples, Set.of(Output.CHANNELS));
    for (int i = 0; i < samples.size(); i++) {
      Set<String> present = samples.get(i).modalities().keySet();
      List<String> expected =
          config.channels().stream()
              .map(channel -> channel.name(config.schema()))
              .filter(channel -> Arrays.stream(channel.split("\\+")).anyMatch(present::contains))
              .toList();
      assertThat(List.copyOf(embeddings.get(i).channels().keySet())).isEqualTo(expected);
      assertThat(embeddings.get(i).fusion()).isEqualTo(Optional.empty());
    }
  }

  private static List<Embedding> encode(
      GoldenCase golden, List<Sample> samples, Set<Output> outputs) {
    try (Encoder encoder =
        Encoder.load(golden.config(), golden.weights(), Device.CPU, Precision.FP32)) {
      return encoder.encode(samples, outputs);
    }
  }

  private static void assertEqual(GoldenCase golden, String key, int row, Vector actual) {
    float[] all = golden.output(key);
    float[] expected = Arrays.copyOfRange(all, row * actual.size(), (row + 1) * actual.size());
    double largest = 0;
    for (float value : all) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(Deviation.absolute(actual.toArray(), expected))
        .as("%s %s row %d", golden, key, row)
        .isLessThanOrEqualTo(TOLERANCE * largest);
  }
}
