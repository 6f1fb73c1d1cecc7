package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.modality.Features;
import io.braid.modality.Modality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public data sets as they are, where they lie beside the sources. */
class RealDatasetsTest {
  private static final Path DATA = Path.of("../shared/data");

  @TempDir Path folder;

  private StoredDataset read(String name, String type, String... modalities) throws IOException {
    Path files = DATA.resolve(name);
    assumeTrue(Files.isDirectory(files), () -> files + " is not there");
    var schema = new StringBuilder("labels: [{name: label, type: classification}]\nmodalities:\n");
    var upload = new Upload(folder);
    for (String modality : modalities) {
      schema.append("- {name: %s, type: %s}\n".formatted(modality, type));
      String csv = modality + ".csv";
      String file = Files.exists(files.resolve(csv)) ? csv : csv + ".gz";
      upload.file(modality, file, Files.readAllBytes(files.resolve(file)));
    }
    return upload
        .schema(schema.toString())
        .file("labels", "labels.csv", Files.readAllBytes(files.resolve("labels.csv")))
        .read(10_000, 16 << 20, Duration.ofSeconds(30));
  }

  @Test
  void mfeat() throws IOException {
    try (StoredDataset dataset =
        read("mfeat", "tabular", "fou", "fac", "kar", "pix", "zer", "mor")) {
      assertThat(dataset.size()).isEqualTo(2000);
      assertThat(dataset.ids().getFirst()).isEqualTo("s0000");
      assertThat(dataset.schema().modalities().stream().map(Modality::maxTokens))
          .containsExactly(76, 216, 64, 240, 47, 6);
      assertThat(dataset.sample(1999, -1).orElseThrow().tokens()).isEqualTo(649);
      assertThat(dataset.labels().getFirst().classes())
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      Split split = Split.of(dataset, 0.15, 43);
      for (int digit = 0; digit < 10; digit++) {
        int first = 200 * digit;
        assertThat(split.test().stream().filter(s -> s >= first && s < first + 200).count())
            .isEqualTo(30);
      }
    }
  }

  @Test
  void rosmap() throws IOException {
    try (StoredDataset dataset = read("rosmap", "tabular", "mrna", "methylation", "mirna")) {
      assertThat(dataset.size()).isEqualTo(351);
      Split split = Split.of(dataset, 0.5, 1);
      assertThat(split.train().size()).isEqualTo(245);
      assertThat(split.test().size()).isEqualTo(106);
    }
  }

  @Test
  void basicMotions() throws IOException {
    try (StoredDataset dataset = read("basicmotions", "sequence", "accelerometer", "gyroscope")) {
      assertThat(dataset.size()).isEqualTo(80);
      assertThat(dataset.schema().modalities())
          .containsExactly(
              new Modality.Sequence("accelerometer", 3, 100),
              new Modality.Sequence("gyroscope", 3, 100));
      assertThat(dataset.sample(79, 2).orElseThrow().modalities().values())
          .allSatisfy(steps ->
              assertThat(steps)
                  .isInstanceOfSatisfying(
                      Features.Steps.class, s -> assertThat(s.rows().rows()).isEqualTo(100)));
      assertThat(dataset.labels().getFirst().classes())
          .isEqualTo(List.of("Badminton", "Running", "Standing", "Walking"));
      assertThat(Split.of(dataset, 0.5, 1).test().size()).isEqualTo(40);
    }
  }
}
