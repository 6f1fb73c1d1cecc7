package io.braid.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the weights of the shipped model: {@code models/demo/model.safetensors}. */
final class DemoWeights {
  static final Path FOLDER = Path.of("models/demo");
  static final long SEED = 43;

  private DemoWeights() {}

  static void main() throws IOException {
    write(FOLDER.resolve("model.safetensors"));
  }

  static void write(Path file) throws IOException {
    String config = Files.readString(FOLDER.resolve("config.yaml"));
    TestConfigs.weights(file, TestConfigs.read(config), SEED);
  }
}
