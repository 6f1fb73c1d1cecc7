package io.braid.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.dataset.StoredDataset;
import io.braid.dataset.Upload;
import io.braid.encoder.Architecture;
import io.braid.encoder.Parameters;
import io.braid.encoder.Precision;
import io.braid.model.NetworkReader.Network;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.training.JobEvents.Event;
import io.braid.training.JobFolder.End;
import io.braid.training.JobFolder.Outcome;
import io.braid.training.TrainingSpec.Evaluate;
import io.braid.training.TrainingSpec.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small runs on synthetic samples, in this process. */
class TrainerTest {
  @TempDir static Path shared;
  private static StoredDataset dataset;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    dataset = StoredDataset.open(Upload.synthetic(shared, 80, 0.2, 3));
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  private static TrainingSpec spec(Architecture architecture, int epochs, double rate) {
    return spec(architecture, epochs, rate, Keep.BEST);
  }

  private static TrainingSpec spec(Architecture architecture, int epochs, double rate, Keep keep) {
    List<Integer> channels =
        switch (architecture) {
          case MCA -> List.of(4, 3, 2);
          case ZORRO -> List.of(4);
          case EAO -> List.of(2);
        };
    int fusionTokens =
        switch (architecture) {
          case MCA -> 22;
          case ZORRO -> 8;
          case EAO -> 0;
        };
    return new TrainingSpec(
        "synthetic",
        "model",
        architecture,
        new Network(16, 1, 2, 8, 2, channels, fusionTokens),
        new Optimizer(rate, Schedule.COSINE, 2, 0.01, 2),
        epochs,
        32,
        32,
        0.1,
        43,
        0.2,
        1,
        0.1,
        1,
        Precision.FP32,
        0,
        Optional.empty(),
        Negatives.PRESENT,
        Similarity.PRODUCT,
        keep,
        0,
        Evaluate.NOTHING,
        Optional.empty());
  }

  /** A run that is cancelled before its step {@code cancelAt} (from 0), if that is positive. */
  private Outcome run(TrainingSpec spec, Path at, int cancelAt) throws IOException {
    var job = new JobFolder(at);
    Files.createDirectories(job.checkpoints());
    var samples = new TrainingSamples(dataset, spec);
    var progress =
        new Trainer.Progress() {
          private int asked;

          @Override
          public void beat() {}

          @Override
          public boolean isCancelled() {
            return asked++ == cancelAt;
          }
        };
    try (var trainer =
        new Trainer(
            spec,
            samples,
            RunConfig.of(spec, dataset, samples, job.events()),
            List.of(Device.CPU),
            job.events(),
            job.checkpoints(),
            Duration.ofHours(1),
            progress)) {
      return trainer.run(1);
    }
  }

  private static List<Event> events(Path at, String kind) {
    return new JobFolder(at)
        .events().after(0, 10_000).stream().filter(event -> event.event().equals(kind)).toList();
  }

  /** Loss of each step; of a step that was taken twice, the later one. */
  private static Map<Object, Object> losses(Path at) {
    var losses = new LinkedHashMap<>();
    events(at, "step").forEach(e -> losses.put(e.data().get("step"), e.data().get("loss")));
    return losses;
  }

  private static double testLoss(Event epoch) {
    return ((Number) Objects.requireNonNull(epoch.data().get("test_loss"))).doubleValue();
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void makesAVersionThatTellsSamplesApart(Architecture architecture) throws IOException {
    Outcome outcome = run(spec(architecture, 4, 3e-3), folder, -1);
    assertThat(outcome.end()).isEqualTo(End.SUCCEEDED);
    List<Event> epochs = events(folder, "epoch");
    assertThat(epochs).hasSize(4);
    assertThat(testLoss(epochs.getLast())).isLessThan(testLoss(epochs.getFirst()));
    assertThat(losses(folder)).hasSize(8);
    var samples = new TrainingSamples(dataset, spec(architecture, 4, 3e-3));
    var config =
        RunConfig.of(spec(architecture, 4, 3e-3), dataset, samples, new JobFolder(folder).events());
    try (Safetensors weights = Safetensors.open(Path.of(outcome.weights().orElseThrow()))) {
      assertThat(Parameters.of(config).check(weights)).isEmpty();
    }
    assertThat(outcome.config().orElseThrow()).contains("\"deviation\":[");
    assertThat(outcome.metrics()).containsKeys("retrieval", "uniformity", "alignment", "loss");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void aRunThatIsInterruptedSeesTheSameLosses(int cancelAt) throws IOException {
    TrainingSpec spec = spec(Architecture.MCA, 3, 1e-3);
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Path cut = Files.createDirectory(folder.resolve("cut"));
    Outcome expected = run(spec, whole, -1);
    assertThat(run(spec, cut, cancelAt).end()).isEqualTo(End.CANCELLED);
    Outcome actual = run(spec, cut, -1);
    assertThat(losses(cut)).isEqualTo(losses(whole));
    assertThat(actual.metrics()).isEqualTo(expected.metrics());
    assertThat(Path.of(actual.weights().orElseThrow()).getFileName())
        .isEqualTo(Path.of(expected.weights().orElseThrow()).getFileName());
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAndKeepsTheLastCheckpoint() throws IOException {
    run(spec(Architecture.MCA, 3, 1e-3), folder, 3);
    Checkpoint before = Checkpoint.latest(new JobFolder(folder).checkpoints()).orElseThrow();
    assertThatThrownBy(() -> run(spec(Architecture.MCA, 3, 1e30), folder, -1))
        .isInstanceOf(UnfitException.class)
        .hasMessageMatching(
            "(?s)the (test )?loss is .* step \\d+; the last good checkpoint is kept.*");
    assertThat(Checkpoint.latest(new JobFolder(folder).checkpoints())).contains(before);
  }

  @Test
  void aLossThatIsNoNumberBeforeAnyCheckpointSaysThatThereIsNone() {
    assertThatThrownBy(() -> run(spec(Architecture.MCA, 3, 1e30), folder, -1))
        .isInstanceOf(UnfitException.class)
        .hasMessageContaining("there is no checkpoint before it");
  }

  /** A run whose root sees only one modality of a sample, of which it mostly has one. */
  private static TrainingSpec sparseRoot(long seed) {
    TrainingSpec spec = spec(Architecture.MCA, 1, 1e-3);
    return new TrainingSpec(
        spec.dataset(),
        spec.model(),
        spec.architecture(),
        new Network(16, 1, 2, 8, 2, List.of(1, 2), 20),
        spec.optimizer(),
        1,
        32,
        32,
        0.8,
        seed,
        0.05,
        1,
        0,
        1,
        Precision.FP32,
        0,
        Optional.empty(),
        Negatives.PRESENT,
        Similarity.PRODUCT,
        Keep.BEST,
        0,
        spec.evaluate(),
        spec.gate());
  }

  @Test
  void theVersionHasTheBestEpochOrTheLast() throws IOException {
    Path first = Files.createDirectory(folder.resolve("best"));
    Outcome best = run(spec(Architecture.ZORRO, 30, 1e-2), first, -1);
    List<Event> epochs = events(first, "epoch");
    Event lowest =
        epochs.stream().min(Comparator.comparingDouble(TrainerTest::testLoss)).orElseThrow();
    assertThat(lowest).as("a run that becomes worse").isNotEqualTo(epochs.getLast());
    assertThat(best.metrics().get("epoch")).isEqualTo(lowest.data().get("epoch"));
    Path second = Files.createDirectory(folder.resolve("last"));
    Outcome last = run(spec(Architecture.ZORRO, 30, 1e-2, Keep.LAST), second, -1);
    assertThat(last.metrics().get("epoch")).isEqualTo(30);
    assertThat(last.metrics().get("retrieval")).isEqualTo(epochs.getLast().data().get("retrieval"));
  }

  @Test
  void testSamplesWithoutARootFusionAreNoFault() throws IOException {
    boolean isSeen = false;
    for (long seed = 0; seed < 20 && !isSeen; seed++) {
      Path at = Files.createDirectory(folder.resolve("seed" + seed));
      Outcome outcome = run(sparseRoot(seed), at, -1);
      assertThat(outcome.end()).isEqualTo(End.SUCCEEDED);
      isSeen = !outcome.metrics().containsKey("retrieval");
      if (isSeen) {
        assertThat(outcome.metrics()).containsOnlyKeys("loss", "epoch");
      }
    }
    assertThat(isSeen).as("a draw that left no test sample a fusion").isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1e-3, false", "1, true"})
  void embeddingsThatHaveBecomeAlikeAreReported(double rate, boolean isCollapsed)
      throws IOException {
    run(spec(Architecture.MCA, 12, rate), folder, -1);
    assertThat(events(folder, "log").toString().contains("start again with a lower learning rate"))
        .isEqualTo(isCollapsed);
  }

  @Test
  void aRunThatLosesAllItsSamplesSaysSo() {
    TrainingSpec spec = spec(Architecture.MCA, 1, 1e-3);
    var starved =
        new TrainingSpec(
            spec.dataset(),
            spec.model(),
            spec.architecture(),
            spec.network(),
            spec.optimizer(),
            1,
            32,
            32,
            0.9999,
            43,
            0.2,
            1,
            0,
            1,
            Precision.FP32,
            0,
            Optional.empty(),
            Negatives.PRESENT,
            Similarity.PRODUCT,
            Keep.BEST,
            0,
            spec.evaluate(),
            spec.gate());
    assertThatThrownBy(() -> new TrainingSamples(dataset, starved))
        .isInstanceOf(UnfitException.class)
        .hasMessageContaining("lower modal_sparsity (0.9999)");
  }
}
