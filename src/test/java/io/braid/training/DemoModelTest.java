package io.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.dataset.SyntheticDataset;
import io.braid.encoder.Encoder;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Precision;
import io.braid.encoder.Vector;
import io.braid.metrics.Embeddings;
import io.braid.metrics.Ranking;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import io.braid.model.ModelConfigReader;
import io.braid.store.TestProperties;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The shipped model, on made-up patients that it was not trained on. */
class DemoModelTest {
  private static final Path FOLDER = Path.of("models/demo");
  private static final long SEED = 43;
  private static final int SAMPLES = 200;
  private static final double CHANCE = 10.0 / SAMPLES;
  private static final int UNSEEN = 1_000_000;

  @Test
  void findsThePatientFromOneModality() throws IOException {
    EncoderConfig config =
        new ModelConfigReader(TestProperties.in(Path.of("unused")))
            .read("config.yaml", Files.readAllBytes(FOLDER.resolve("config.yaml")))
            .encoder();
    List<Sample> samples = new SyntheticDataset(SEED).draw(UNSEEN, SAMPLES, 0);
    try (Safetensors weights = Safetensors.open(FOLDER.resolve("model.safetensors"));
        Encoder encoder = Encoder.load(config, weights, Device.CPU, Precision.FP32)) {
      Embeddings whole = fusions(encoder, samples);
      var rankings = new ArrayList<Ranking>();
      for (String name : config.schema().names()) {
        List<Sample> alone =
            samples.stream()
                .map(sample ->
                    new Sample(
                        sample.id(),
                        Map.of(name, Objects.requireNonNull(sample.modalities().get(name))),
                        List.of()))
                .toList();
        Ranking ranking =
            Ranking.of(Ranking.ranks(fusions(encoder, alone), whole, IntVector.range(SAMPLES)));
        rankings.add(ranking);
        assertThat(ranking.recallAt10())
            .as("recall@10 of %s alone", name)
            .isGreaterThan(2 * CHANCE);
      }
      assertThat(Ranking.mean(rankings).recallAt10())
          .as("recall@10 of one modality, averaged")
          .isGreaterThan(4 * CHANCE);
    }
  }

  private static Embeddings fusions(Encoder encoder, List<Sample> samples) {
    List<float[]> rows =
        encoder.encode(samples, Set.of(Output.FUSION)).stream()
            .map(embedding -> embedding.fusion().orElseThrow())
            .map(Vector::toArray)
            .toList();
    return Embeddings.of(rows.getFirst().length, rows);
  }
}
