package io.braid.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.config.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path folder;

  @Test
  void isHeldByOneAtATime() throws IOException {
    var properties = TestProperties.in(folder.resolve("made"));
    try (var _ = new DataFolder(properties)) {
      assertThatThrownBy(() -> new DataFolder(properties))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("in use by another Braid");
    }
    new DataFolder(properties).close();
  }

  @Test
  void saysWhichSettingCannotBeUsed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> new DataFolder(TestProperties.in(file.resolve("data"))))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("braid.data-dir=" + file);
  }
}
