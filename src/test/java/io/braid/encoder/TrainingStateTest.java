package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TrainingStateTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("io.braid.encoder.EncoderTrainingTest#CONFIGS")
  void aResumedRunGoesOnToTheLastBit(EncoderConfig config) {
    List<TrainingSample> batch =
        EncoderTrainingTest.withViews(
            config, new RandomSamples(config.schema(), 5).draw(6, 0.4), 1);
    var objective = new Objective(1, false, false);
    Path file = folder.resolve("state");
    try (EncoderTraining training = EncoderTrainingTest.start(config, objective, 1)) {
      for (int i = 0; i < 2; i++) {
        training.step(batch, 4, EncoderTrainingTest.UPDATE);
      }
      training.writeState(file);
      try (Safetensors state = Safetensors.open(file);
          EncoderTraining resumed =
              EncoderTraining.resume(
                  config,
                  state,
                  training.steps(),
                  List.of(Device.CPU),
                  objective,
                  Precision.FP32)) {
        for (int i = 0; i < 2; i++) {
          assertThat(resumed.step(batch, 4, EncoderTrainingTest.UPDATE))
              .isEqualTo(training.step(batch, 4, EncoderTrainingTest.UPDATE));
        }
        assertThat(resumed.steps()).isEqualTo(4);
        Path expected = folder.resolve("expected");
        Path actual = folder.resolve("actual");
        training.writeState(expected);
        resumed.writeState(actual);
        assertThat(actual).hasSameBinaryContentAs(expected);
      }
    }
  }
}
