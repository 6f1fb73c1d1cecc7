package io.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are parts by their names. */
class PartsTest {
  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "");
  }

  @Test
  void aFolderStandsForThePartsInIt() throws IOException {
    file("schema.yaml");
    file("gene.csv.gz");
    file("spectra.v2.NPZ");
    file("labels.csv");
    file("notes.txt");
    Parts parts = Parts.of(List.of(folder));
    assertThat(parts.files()).containsOnlyKeys("gene", "spectra.v2", "labels");
    assertThat(parts.modalities()).containsOnlyKeys("gene", "spectra.v2");
    assertThat(parts.schema()).contains(folder.resolve("schema.yaml"));
  }

  @Test
  void whatCannotBeAPartIsRefused() throws IOException {
    Path text = file("notes.txt");
    List<Path> twice = List.of(file("gene.csv"), file("gene.parquet"));
    assertThatThrownBy(() -> Parts.of(List.of(text))).hasMessageContaining(".parquet");
    assertThatThrownBy(() -> Parts.of(twice)).hasMessageContaining("are both the part 'gene'");
    assertThatThrownBy(() -> Parts.of(List.of(folder.resolve("none.csv"))))
        .hasMessageContaining("there is no file");
  }
}
