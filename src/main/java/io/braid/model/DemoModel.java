package io.braid.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * Imports the shipped model {@code demo} where there is none, before the first request is taken, so
 * that every example can be run as it is.
 */
@Component
class DemoModel implements SmartInitializingSingleton {
  private static final String NAME = "demo";
  private static final String FOLDER = "models/demo/";

  private final ModelService models;
  private final ModelConfigReader configs;

  DemoModel(ModelService models, ModelConfigReader configs) {
    this.models = models;
    this.configs = configs;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (models.exists(NAME)) {
      return;
    }
    Path weights = models.incoming();
    try (InputStream config = resource("config.yaml");
        InputStream in = resource("model.safetensors")) {
      Files.copy(in, weights);
      byte[] text = config.readAllBytes();
      models.add(
          NAME,
          () -> configs.read("config.yaml", text),
          weights,
          Map.of(),
          Map.of("source", "shipped"),
          Optional.of("shipped")); // once, also where replicas start side by side
    } catch (IOException e) {
      throw new UncheckedIOException("the shipped model cannot be read", e);
    }
  }

  private static InputStream resource(String name) throws IOException {
    return new ClassPathResource(FOLDER + name).getInputStream();
  }
}
