package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.braid.store.TestProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsStoreTest {
  @TempDir Path folder;

  private WeightsStore store;

  @BeforeEach
  void open() {
    store = new WeightsStore(new DataFolder(TestProperties.in(folder)));
  }

  @Test
  void aFileIsKeptUnderItsContent() throws IOException {
    Path incoming = Files.writeString(store.incoming(), "abc");
    String sha256 = DurableFiles.sha256(incoming);

    store.keep(incoming, sha256);

    assertThat(sha256).startsWith("ba7816bf8f01cfea");
    assertThat(store.path(sha256)).hasContent("abc");
    assertThat(incoming).doesNotExist();
  }

  @Test
  void whatACrashLeftBehindIsRemoved() throws IOException {
    Path referenced = Files.writeString(store.path("aa"), "weights");
    Path orphan = Files.writeString(store.path("bb"), "weights");

    store.clean(Set.of("aa"));

    assertThat(orphan).doesNotExist();
    assertThat(referenced).exists();
  }
}
