package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticDatasetTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenAndUploadedIsWhatIsDrawn() {
    List<Sample> drawn = new SyntheticDataset(7).draw(0, 30, 0.3);
    try (StoredDataset dataset = StoredDataset.open(Upload.synthetic(folder, 30, 0.3, 7))) {
      List<String> ids = dataset.ids();
      assertThat(ids).hasSize(30);
      for (int i = 0; i < ids.size(); i++) {
        Sample sample = drawn.get(Integer.parseInt(ids.get(i).replace("patient-", "")));
        Map<String, Features> stored = dataset.sample(i, -1).orElseThrow().modalities();
        assertThat(stored).isEqualTo(sample.modalities());
      }
      assertThat(dataset.schema().names()).containsExactly("gene", "protein", "mirna", "activity");
      assertThat(dataset.labels()).extracting(DatasetLabel::name).containsExactly("group", "age");
    }
  }

  @Test
  void aSampleRestsOnItsSeedAndNumberAlone() {
    assertThat(new SyntheticDataset(1).draw(0, 20, 0.2).subList(5, 20))
        .isEqualTo(new SyntheticDataset(1).draw(5, 15, 0.2));
    assertThat(new SyntheticDataset(1).draw(0, 2, 0))
        .isNotEqualTo(new SyntheticDataset(2).draw(0, 2, 0));
  }

  @Test
  void columnsAreNearlyStandardNormalAndModalitiesAreMissingAsAsked() {
    try (StoredDataset dataset = StoredDataset.open(Upload.synthetic(folder, 400, 0.4, 1))) {
      long[] kept = ModalSparsity.draw(dataset, 0, 1);
      for (int m = 0; m < 3; m++) {
        var columns = ColumnStatistics.of(dataset, m, IntVector.range(dataset.size()), kept);
        int width = dataset.schema().modalities().get(m).maxTokens();
        for (int c = 0; c < width; c++) {
          assertThat(columns.mean(c)).as("%d of %d", c, m).isBetween(-1.0, 1.0);
          assertThat(columns.deviation(c)).as("%d of %d", c, m).isBetween(0.5, 2.0);
        }
      }
      int present = 0;
      for (int sample = 0; sample < dataset.size(); sample++) {
        present += Long.bitCount(kept[sample]);
      }
      assertThat(1 - present / 1600.0).isBetween(0.3, 0.45);
    }
  }

  @Test
  void thePartsOfAnUploadAreWritten() throws IOException {
    Path parts = folder.resolve("made");
    new SyntheticDataset(2).write(parts, 3, 0.2);
    try (var files = Files.list(parts)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "schema.yaml", "gene.csv", "protein.csv", "mirna.csv", "activity.csv", "labels.csv");
    }
    assertThat(Files.readAllLines(parts.resolve("labels.csv"))).hasSize(4);
  }
}
