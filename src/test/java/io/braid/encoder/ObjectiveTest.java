package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.Sample;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What training may be asked for that is not published: subset views and cosines. */
class ObjectiveTest {
  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("io.braid.encoder.EncoderTrainingTest#CONFIGS")
  void cosinesOfWhatIsMissingSpoilNoGradient(EncoderConfig config) {
    List<TrainingSample> batch =
        EncoderTrainingTest.withViews(
            config, new RandomSamples(config.schema(), 3).draw(9, 0.6), 0);
    for (boolean published : new boolean[] {false, true}) {
      try (EncoderTraining training =
          EncoderTrainingTest.fresh(config, new Objective(0, published, true), 1)) {
        assertThat(training.loss(batch, batch.size()).total()).isFinite().isPositive();
        training
            .gradients(List.of(batch))
            .forEach((name, gradient) -> {
              for (float element : EncoderTrainingTest.floats(gradient)) {
                assertThat(element).as(name).isFinite();
              }
            });
      }
    }
  }

  @ParameterizedTest
  @FieldSource("io.braid.encoder.EncoderTrainingTest#CONFIGS")
  void aViewIsTheFusionOfTheSampleWithoutTheRest(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 4).draw(8, 0.4);
    List<TrainingSample> batch = EncoderTrainingTest.withViews(config, samples, 1);
    List<Sample> seen =
        batch.stream()
            .filter(s -> !s.views().getFirst().isEmpty())
            .map(s -> {
              var part = new LinkedHashMap<>(s.sample().modalities());
              part.keySet().retainAll(s.views().getFirst());
              return new Sample(s.sample().id(), part, List.of());
            })
            .toList();
    List<Sample> whole =
        batch.stream()
            .filter(s -> !s.views().getFirst().isEmpty())
            .map(TrainingSample::sample)
            .toList();
    assertThat(seen).hasSizeGreaterThan(4);
    try (Safetensors checkpoint = RandomWeights.write(config, 7, folder.resolve("views"));
        Encoder encoder = Encoder.load(config, checkpoint, Device.CPU, Precision.FP32)) {
      List<Vector> views = fusions(encoder, seen);
      List<Vector> all = fusions(encoder, samples);
      List<Vector> own = fusions(encoder, whole);
      assertLoss(config, batch, false, expected(views, all, own));
      assertLoss(
          config, batch, true, expected(normalized(views), normalized(all), normalized(own)));
    }
  }

  /** The loss of views that look for their fusions among all, by the product, and back. */
  private static double expected(List<Vector> views, List<Vector> all, List<Vector> own) {
    double scale = 1 / 0.07;
    double expected = 0;
    for (int i = 0; i < views.size(); i++) {
      Vector view = views.get(i);
      Vector fusion = own.get(i);
      expected +=
          logSumExp(all.stream().map(f -> dot(view, f) * scale).toList())
              - dot(view, fusion) * scale;
      expected +=
          logSumExp(views.stream().map(v -> dot(v, fusion) * scale).toList())
              - dot(view, fusion) * scale;
    }
    return expected / (2 * views.size());
  }

  private static List<Vector> normalized(List<Vector> vectors) {
    return vectors.stream().map(Vector::normalized).toList();
  }

  private void assertLoss(
      EncoderConfig config, List<TrainingSample> batch, boolean cosine, double expected) {
    try (EncoderTraining training =
        EncoderTrainingTest.start(config, new Objective(1, false, cosine), 1)) {
      assertThat(training.loss(batch, batch.size()).pairs().get("view_0_fusion"))
          .isCloseTo(expected, within(1e-3));
    }
  }

  private static List<Vector> fusions(Encoder encoder, List<Sample> samples) {
    return encoder.encode(samples, Set.of(Output.FUSION)).stream()
        .map(e -> e.fusion().orElseThrow())
        .toList();
  }

  private static double dot(Vector one, Vector other) {
    return IntStream.range(0, one.size())
        .mapToDouble(i -> (double) one.get(i) * other.get(i))
        .sum();
  }

  private static double logSumExp(List<Double> logits) {
    double largest = Collections.max(logits);
    return largest + Math.log(logits.stream().mapToDouble(l -> Math.exp(l - largest)).sum());
  }
}
