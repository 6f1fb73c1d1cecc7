package io.braid.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;

class DataDirTest {
  @EnableConfigurationProperties(BraidProperties.class)
  private static final class Settings {}

  /** Some of them are folders among the classes too, where Spring looks for a path first. */
  @ParameterizedTest
  @ValueSource(strings = {".", "models", "./data", "/tmp/data"})
  void aRelativeOneIsInTheWorkingFolder(String folder) {
    assertThat(new ClassPathResource("models").exists()).isTrue();
    new ApplicationContextRunner()
        .withUserConfiguration(Settings.class)
        .withPropertyValues("braid.data-dir=" + folder)
        .run(context ->
            assertThat(context.getBean(BraidProperties.class).dataDir()).hasToString(folder));
  }
}
