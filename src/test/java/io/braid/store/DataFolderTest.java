package io.braid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.config.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a folder, and what is left in it. */
class DataFolderTest {
  @TempDir private Path folder;

  @Test
  void aHeldFolderIsRefusedUntilItIsLetGo() throws IOException {
    Path made = folder.resolve("data");
    DataFolder.requireFree(made);
    assertThat(made).as("to look makes nothing").doesNotExist();
    try (var held = new DataFolder(TestProperties.in(made))) {
      assertThat(held.folder("jobs")).isDirectory();
      assertThatThrownBy(() -> new DataFolder(TestProperties.in(made)))
          .isInstanceOf(DataFolder.InUseException.class);
      assertThatThrownBy(() -> DataFolder.requireFree(made))
          .isInstanceOf(DataFolder.InUseException.class)
          .hasMessageContaining("in use by another Braid");
    }
    assertThatCode(() -> DataFolder.requireFree(made)).doesNotThrowAnyException();
  }

  @Test
  void whatACrashLeftOnItsWayInIsRemoved() throws IOException {
    Path left = Files.createDirectories(folder.resolve("incoming")).resolve("half.part");
    Files.writeString(left, "half");
    try (var held = new DataFolder(TestProperties.in(folder))) {
      assertThat(left).doesNotExist();
      assertThat(held.incoming().getParent()).isDirectory();
    }
  }

  @Test
  void theFilesOfOneDatabaseAreNotThoseOfAnother() throws Exception {
    try (var data = new DataFolder(TestProperties.in(folder))) {
      data.claim("0123456789ab", true);
      data.claim("0123456789ab", true);
      assertThatThrownBy(() -> data.claim("ba9876543210", false))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("installation 0123456789ab")
          .hasMessageContaining("ba9876543210");
    }
  }

  @Test
  void aDatabaseThatNamesNothingDoesNotTakeAFolderWithFiles() throws Exception {
    try (var data = new DataFolder(TestProperties.in(folder))) {
      Files.createDirectories(data.folder("weights").resolve("a"));
      assertThatThrownBy(() -> data.claim("0123456789ab", true))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("names none of them");
      data.claim("0123456789ab", false); // that of an earlier version
    }
  }
}
