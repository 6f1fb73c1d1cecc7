package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.plain.Deviation;
import io.braid.plain.PaddedBatch;
import io.braid.plain.PlainEncoder;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What must hold of every encoder, whatever its shape; all five modality types in one schema. */
class EncoderPropertiesTest {
  private static final ModalitySchema ALL_TYPES =
      new ModalitySchema(
          List.of(
              new Modality.Tabular("gene", Modality.unnamed(9), 1.5),
              new Modality.Sequence("audio", 3, 12),
              new Modality.Tokens("text", 30, 7),
              new Modality.SparseTabular("counts", Modality.unnamed(40), 11, 2),
              new Modality.Patches("spectro", 2, 3, 6)));

  static final List<EncoderConfig> CONFIGS =
      List.of(
          config(Architecture.MCA, 32, List.of(5, 3, 2, 1), ALL_TYPES, 52),
          config(Architecture.MCA, 24, List.of(2), ALL_TYPES, 30),
          config(Architecture.ZORRO, 20, List.of(5), ALL_TYPES, 7),
          config(Architecture.EAO, 32, List.of(2), ALL_TYPES, 0));

  /** Of the largest value: two float32 forms of the same formula. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  private static EncoderConfig config(
      Architecture architecture,
      int dim,
      List<Integer> channels,
      ModalitySchema schema,
      int fusionTokens) {
    return new EncoderConfig(architecture, dim, 3, 4, 8, 4, fusionTokens, channels, schema);
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void thePackedFormEqualsThePaddedOneWhereverAModalityIsPresent(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 1).draw(9, 0.4);
    Map<String, float[]> plain = plain(config, samples);
    List<Embedding> packed = encode(config, samples);
    for (int s = 0; s < samples.size(); s++) {
      Map<String, Vector> byName = byPlainName(config, packed.get(s));
      assertThat(byName).isNotEmpty();
      for (var entry : byName.entrySet()) {
        float[] all = plain.get(entry.getKey());
        assertThat(all).as(entry.getKey()).isNotNull();
        int dim = config.embeddingDim();
        float[] expected = Arrays.copyOfRange(all, s * dim, (s + 1) * dim);
        assertThat(Deviation.relative(entry.getValue().toArray(), expected, 1))
            .as("%s of sample %d", entry.getKey(), s)
            .isLessThan(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void aSampleAloneEqualsItselfInAnyBatch(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 2).draw(7, 0.5);
    List<Embedding> together = encode(config, samples);
    List<Embedding> reversed = encode(config, samples.reversed()).reversed();
    for (int s = 0; s < samples.size(); s++) {
      Embedding alone = encode(config, List.of(samples.get(s))).getFirst();
      assertSame(config, alone, together.get(s));
      assertSame(config, alone, reversed.get(s));
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void changingAModalityLeavesWhatDoesNotSeeItEqualToTheLastBit(EncoderConfig config) {
    var random = new RandomSamples(config.schema(), 3);
    for (Modality changed : config.schema().modalities()) {
      Sample sample = random.draw(0);
      Features before = Objects.requireNonNull(sample.modalities().get(changed.name()));
      Features after = random.features(changed);
      while (before.length() != after.length()) {
        after = random.features(changed);
      }
      var modalities = new LinkedHashMap<>(sample.modalities());
      modalities.put(changed.name(), after);
      Embedding one = encode(config, List.of(sample)).getFirst();
      Embedding other =
          encode(config, List.of(new Sample(sample.id(), modalities, List.of()))).getFirst();
      boolean isSeen =
          config.architecture() == Architecture.EAO
              || config.channels().getFirst().members().contains(modalityIndex(config, changed));
      assertThat(other.fusion().equals(one.fusion())).as(changed.name()).isEqualTo(!isSeen);
      one.unimodal()
          .forEach((name, vector) ->
              assertThat(Objects.equals(vector, other.unimodal().get(name)))
                  .as(name)
                  .isEqualTo(!name.equals(changed.name())));
      one.channels()
          .forEach((name, vector) ->
              assertThat(Objects.equals(vector, other.channels().get(name)))
                  .as("%s after %s changed", name, changed.name())
                  .isEqualTo(!List.of(name.split("\\+")).contains(changed.name())));
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void whatRestsOnNothingIsNotThere(EncoderConfig config) {
    for (Sample sample : new RandomSamples(config.schema(), 4).draw(12, 0.7)) {
      Embedding embedding = encode(config, List.of(sample)).getFirst();
      assertThat(embedding.unimodal().keySet()).isEqualTo(sample.modalities().keySet());
      List<String> channels =
          config.channels().stream()
              .map(channel -> channel.name(config.schema()))
              .filter(name ->
                  List.of(name.split("\\+")).stream().anyMatch(sample.modalities()::containsKey))
              .toList();
      assertThat(List.copyOf(embedding.channels().keySet()))
          .isEqualTo(config.architecture() == Architecture.ZORRO ? List.of() : channels);
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void bf16PointsTheSameWay(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 5).draw(5, 0.3);
    List<Embedding> exact = encode(config, samples);
    List<Embedding> rounded = encode(config, samples, Precision.BF16);
    for (int s = 0; s < samples.size(); s++) {
      Vector one = exact.get(s).fusion().orElse(null);
      Vector other = rounded.get(s).fusion().orElse(null);
      if (one == null || other == null) {
        assertThat(one).isEqualTo(other);
        continue;
      }
      double cosine = 0;
      for (int i = 0; i < one.size(); i++) {
        cosine += one.normalized().get(i) * other.normalized().get(i);
      }
      assertThat(cosine).isGreaterThan(0.999).isLessThan(1.0000001);
    }
  }

  private static int modalityIndex(EncoderConfig config, Modality modality) {
    return config.schema().modalities().indexOf(modality);
  }

  @Test
  void theFusionOfEaoIsTheMeanOverModalitiesAndPairs() {
    EncoderConfig config = config(Architecture.EAO, 32, List.of(3, 2), ALL_TYPES, 0);
    Sample sample = new RandomSamples(config.schema(), 6).draw(0);
    Embedding embedding = encode(config, List.of(sample)).getFirst();
    var averaged = new ArrayList<>(embedding.unimodal().values());
    embedding
        .channels()
        .forEach((name, vector) -> {
          if (name.split("\\+").length == 2) {
            averaged.add(vector);
          }
        });
    assertThat(averaged).hasSize(5 + 10);
    assertThat(
            Deviation.relative(
                embedding.fusion().orElseThrow().toArray(), Vector.mean(averaged).toArray(), 1))
        .isLessThan(TOLERANCE);
  }

  private void assertSame(EncoderConfig config, Embedding one, Embedding other) {
    Map<String, Vector> expected = byPlainName(config, one);
    Map<String, Vector> actual = byPlainName(config, other);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, vector) ->
        assertThat(
                Deviation.relative(
                    Objects.requireNonNull(actual.get(name)).toArray(), vector.toArray(), 1))
            .as(name)
            .isLessThan(TOLERANCE));
  }

  /** Every vector of an embedding under the name that the plain form gives it. */
  private static Map<String, Vector> byPlainName(EncoderConfig config, Embedding embedding) {
    var vectors = new LinkedHashMap<>(embedding.unimodal());
    for (Channel channel : config.channels()) {
      Vector vector = embedding.channels().get(channel.name(config.schema()));
      if (vector != null) {
        vectors.put(
            "fusion."
                + channel.members().stream().map(String::valueOf).collect(Collectors.joining("_")),
            vector);
      }
    }
    embedding.fusion().ifPresent(vector -> vectors.put("fusion", vector));
    return vectors;
  }

  private Map<String, float[]> plain(EncoderConfig config, List<Sample> samples) {
    try (Safetensors checkpoint = RandomWeights.write(config, 7, folder.resolve("plain"));
        Tensors scope = Tensors.open(Device.CPU)) {
      var weights = new LinkedHashMap<String, Tensor>();
      checkpoint
          .entries()
          .keySet()
          .forEach(name -> weights.put(name, checkpoint.load(name, scope)));
      var inputs = PaddedBatch.of(config.schema(), samples).tensors(scope);
      return PlainEncoder.of(config).embed(scope, weights, inputs).entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toFloats()));
    }
  }

  private List<Embedding> encode(EncoderConfig config, List<Sample> samples) {
    return encode(config, samples, Precision.FP32);
  }

  private List<Embedding> encode(EncoderConfig config, List<Sample> samples, Precision precision) {
    try (Safetensors checkpoint = RandomWeights.write(config, 7, folder.resolve("packed"));
        Encoder encoder = Encoder.load(config, checkpoint, Device.CPU, precision)) {
      List<Embedding> all = encoder.encode(samples, EnumSet.allOf(Output.class));
      List<Embedding> fusions = encoder.encode(samples, EnumSet.of(Output.FUSION));
      IntStream.range(0, samples.size())
          .forEach(s -> assertFusion(precision, fusions.get(s), all.get(s)));
      return all;
    }
  }

  /** Asking for the fusion alone gives the same one. */
  private static void assertFusion(Precision precision, Embedding alone, Embedding all) {
    assertThat(alone.fusion().isPresent()).isEqualTo(all.fusion().isPresent());
    if (precision == Precision.FP32 && alone.fusion().isPresent()) {
      assertThat(
              Deviation.relative(
                  alone.fusion().get().toArray(), all.fusion().orElseThrow().toArray(), 1))
          .isLessThan(TOLERANCE);
    }
  }
}
