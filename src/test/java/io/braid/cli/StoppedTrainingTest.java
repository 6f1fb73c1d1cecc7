package io.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command with a service of its own, stopped in the middle. */
class StoppedTrainingTest {
  @TempDir private Path folder;

  @Test
  void itsCheckpointIsKeptAndItTellsHowToGoOn() throws Exception {
    TinyFiles files = new TinyFiles(folder).write(30);
    try (var command =
        CommandProcess.start(
            folder,
            "train",
            "--data-dir=kept",
            "--set=epochs=100000",
            "--set=network={\"embedding_dim\": 8, \"layers\": 1, \"heads\": 1}",
            files.gene().toString(),
            files.motion().toString())) {
      command.awaitTold("of 100000 epochs");
      command.process().destroy(); // as Ctrl-C, by another signal
      assertThat(command.exitCode()).isEqualTo(143);
      assertThat(command.told())
          .contains("Stopping after a checkpoint", "a checkpoint is kept")
          .containsPattern("train --resume job-\\w+ --data-dir kept")
          .doesNotContain("WARN", "ERROR", "Exception", "INFO");
    }
  }
}
