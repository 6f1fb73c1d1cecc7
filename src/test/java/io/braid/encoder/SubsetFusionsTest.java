package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.attribution.Shares;
import io.braid.modality.Features;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.plain.Deviation;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fusions of all subsets of a sample's modalities, computed in one pass. */
class SubsetFusionsTest {
  private static final ModalitySchema TEN =
      new ModalitySchema(
          IntStream.range(0, 10)
              .<Modality>mapToObj(i -> new Modality.Tabular("m" + i, Modality.unnamed(3), 100))
              .toList());

  private static final EncoderConfig OF_TEN =
      new EncoderConfig(Architecture.ZORRO, 16, 2, 4, 4, 4, 3, List.of(10), TEN);

  /** Of the largest value: two float32 forms of the same formula. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  static Stream<EncoderConfig> configs() {
    return Stream.concat(EncoderPropertiesTest.CONFIGS.stream(), Stream.of(OF_TEN));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void theyAreFusionsOfSamplesWithoutTheOtherModalities(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 5).draw(4, 0.3);
    try (Safetensors checkpoint = RandomWeights.write(config, 7, folder.resolve("weights"));
        Encoder encoder = Encoder.load(config, checkpoint, Device.CPU, Precision.FP32)) {
      List<Embedding> all = encoder.encode(samples, EnumSet.allOf(Output.class));
      List<Embedding> alone = encoder.encode(samples, EnumSet.of(Output.FUSION, Output.SUBSETS));
      for (int s = 0; s < samples.size(); s++) {
        SubsetFusions subsets = all.get(s).subsets().orElseThrow();
        assertThat(subsets.coalitions().all().getLast())
            .containsExactlyInAnyOrderElementsOf(config.fused(samples.get(s)));
        assertNear(subsets.whole(), all.get(s).fusion().orElseThrow());
        for (int i = 1; i < subsets.vectors().size(); i++) {
          Sample reduced = reduced(samples.get(s), subsets.coalitions().all().get(i));
          Embedding expected = encoder.encode(List.of(reduced), Set.of(Output.FUSION)).getFirst();
          assertNear(subsets.vectors().get(i), expected.fusion().orElseThrow());
          assertNear(
              alone.get(s).subsets().orElseThrow().vectors().get(i), subsets.vectors().get(i));
        }
      }
    }
  }

  private static Sample reduced(Sample sample, Set<String> modalities) {
    var kept = new LinkedHashMap<String, Features>();
    sample
        .modalities()
        .forEach((name, features) -> {
          if (modalities.contains(name)) {
            kept.put(name, features);
          }
        });
    return new Sample(sample.id(), kept, List.of());
  }

  private static void assertNear(Vector actual, Vector expected) {
    assertThat(
            Deviation.relative(actual.normalized().toArray(), expected.normalized().toArray(), 1))
        .isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void theFusionOfNothingIsThatOfEverySampleAlike(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 6).draw(5, 0.5);
    List<Vector> none =
        encode(config, samples).stream()
            .flatMap(embedding -> embedding.subsets().stream())
            .map(SubsetFusions::none)
            .toList();
    assertThat(none).isNotEmpty();
    none.forEach(vector -> {
      assertThat(vector.isFinite()).isTrue();
      assertThat(Deviation.relative(vector.toArray(), none.getFirst().toArray(), 1))
          .isLessThan(TOLERANCE);
    });
  }

  @ParameterizedTest
  @MethodSource("configs")
  void sharesOfTheShiftSumToOne(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 8).draw(5, 0.3);
    List<SubsetFusions> subsets =
        encode(config, samples).stream()
            .flatMap(embedding -> embedding.subsets().stream())
            .toList();
    assertThat(subsets).isNotEmpty();
    for (SubsetFusions of : subsets) {
      Shares shares = of.sharesOfShift();
      assertThat(shares.byPlayer().values().stream().mapToDouble(Double::doubleValue).sum())
          .isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void nothingIsToldOfWhatIsNotAskedForOrHasNoFusion() {
    EncoderConfig pairs = EncoderPropertiesTest.CONFIGS.get(1); // whose root sees the first two
    var unseen = new RandomSamples(pairs.schema(), 9).complete();
    Sample seen = reduced(unseen, Set.of("gene", "text"));
    unseen = reduced(unseen, Set.of("text", "counts"));
    List<Embedding> embeddings = encode(pairs, List.of(unseen, seen));
    assertThat(embeddings.get(0).subsets()).isEmpty();
    SubsetFusions subsets = embeddings.get(1).subsets().orElseThrow();
    assertThat(subsets.coalitions().all()).containsExactly(Set.of(), Set.of("gene"));
    assertThat(subsets.sharesOfShift().among(List.of("gene", "text")).byPlayer())
        .containsEntry("text", 0.0);
  }

  private List<Embedding> encode(EncoderConfig config, List<Sample> samples) {
    var embeddings = new ArrayList<Embedding>();
    try (Safetensors checkpoint = RandomWeights.write(config, 7, folder.resolve("weights"));
        Encoder encoder = Encoder.load(config, checkpoint, Device.CPU, Precision.FP32)) {
      embeddings.addAll(encoder.encode(samples, EnumSet.of(Output.FUSION, Output.SUBSETS)));
    }
    return embeddings;
  }
}
