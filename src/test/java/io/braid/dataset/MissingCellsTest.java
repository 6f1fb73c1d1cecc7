package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Standardization;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingCellsTest {
  @TempDir Path folder;

  /** As a request is read, so that training and serving see the same. */
  @Test
  void aMissingCellOfAStandardisedSequenceIsItsMean() {
    try (var dataset =
        new Upload(folder)
            .schema(
                """
                modalities:
                - {name: steps, type: sequence}
                - {name: table, type: tabular}
                """)
            .csv("steps", "id,t,c0,c1\na,0,1,\nb,0,2,3\n")
            .csv("table", "id,A\na,1\nb,2\nc,3\nd,4\n")
            .read()) {
      var standardized =
          new ModalitySchema(
              List.of(
                  new Modality.Sequence(
                      "steps",
                      2,
                      1,
                      Optional.of(
                          Standardization.of(new float[] {1.5f, 3}, new float[] {0.5f, 1}))),
                  dataset.schema().modalities().get(1)));
      assertThat(dataset.sample(0, 3, standardized).orElseThrow().modalities().get("steps"))
          .isEqualTo(new Features.Steps(FloatMatrix.of(1, 2, 1, 3)));
      assertThat(dataset.sample(0, 3).orElseThrow().modalities().get("steps"))
          .isEqualTo(new Features.Steps(FloatMatrix.of(1, 2, 1, 0)));
    }
  }
}
