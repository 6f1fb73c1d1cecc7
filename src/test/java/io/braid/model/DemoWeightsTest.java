package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoWeightsTest {
  @Test
  void theShippedFileIsWhatTheCardSays(@TempDir Path folder) throws IOException {
    Path made = folder.resolve("model.safetensors");
    DemoWeights.write(made);
    assertThat(DemoWeights.FOLDER.resolve("model.safetensors")).hasSameBinaryContentAs(made);
  }
}
