package io.braid.model;

import io.braid.encoder.InitialWeights;
import io.braid.store.TestProperties;
import io.braid.torch.Safetensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Small configs, and weights for them. */
final class TestConfigs {
  static final String SMALL =
      """
      architecture: mca
      embedding_dim: 8
      layers: 1
      heads: 2
      head_dim: 4
      fusion_tokens: 4
      modalities:
        - {name: gene, type: tabular, columns: 3}
        - {name: audio, type: sequence, features: 2, max_length: 5}
      """;

  private TestConfigs() {}

  static ModelConfig small() {
    return read(SMALL);
  }

  static ModelConfig read(String yaml) {
    return reader().read("", yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** Seeded weights of a config, in a file. */
  static Path weights(Path file, ModelConfig config, long seed) {
    Safetensors.write(file, InitialWeights.of(config.encoder(), seed));
    return file;
  }

  static ModelConfigReader reader() {
    return new ModelConfigReader(TestProperties.in(Path.of("unused")));
  }
}
