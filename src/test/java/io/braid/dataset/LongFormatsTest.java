package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is neither a table nor a sequence, in each format. */
class LongFormatsTest {
  private static final String SCHEMA =
      """
      modalities:
        - {name: text, type: tokens}
        - {name: counts, type: sparse_tabular}
        - {name: spectro, type: patches, patch: [2, 2]}
      """;
  private static final String TEXT = "id,t,token\na,0,7\na,1,0\na,2,9\nb,0,3\nb,1,0\nb,2,0\n";
  private static final String COUNTS = "id,index,value\na,3,1.5\na,1,0\nb,2,-2\n";
  private static final String SPECTRO =
      "id,t,c0,c1,c2,c3\na,0,1,2,,\na,1,3,4,,\nb,0,-10000,-10000,5,6\nb,1,-10000,-10000,7,8\n";

  enum Format {
    CSV,
    PARQUET,
    NPZ
  }

  @TempDir Path folder;

  private Upload upload(Format format) {
    var upload = new Upload(folder).schema(SCHEMA);
    Map.of("text", TEXT, "counts", COUNTS, "spectro", SPECTRO)
        .forEach((name, csv) -> {
          switch (format) {
            case CSV -> upload.csv(name, csv);
            case PARQUET -> upload.file(name, name + ".parquet", upload.parquet(csv, "zstd"));
            case NPZ -> upload.file(name, name + ".npz", Upload.npz(arrays(name)));
          }
        });
    return upload;
  }

  private static Map<String, byte[]> arrays(String name) {
    var arrays = new LinkedHashMap<String, byte[]>();
    arrays.put("ids", Upload.npy("<U2", List.of(2), Upload.texts(2, "a", "b")));
    switch (name) {
      case "text" ->
          arrays.put("values", Upload.npy("<i4", List.of(2, 3), Upload.ints(7, 0, 9, 3, 0, 0)));
      case "counts" -> {
        arrays.put("offsets", Upload.npy("<i4", List.of(3), Upload.ints(0, 2, 3)));
        arrays.put("indices", Upload.npy("<i4", List.of(3), Upload.ints(3, 1, 2)));
        arrays.put("values", Upload.npy("<f8", List.of(3), Upload.floats(1.5, 0, -2)));
      }
      default -> {
        double none = Double.NaN;
        double pad = -10_000;
        arrays.put(
            "values",
            Upload.npy(
                "<f8",
                List.of(2, 2, 4),
                Upload.floats(1, 2, none, none, 3, 4, none, none, pad, pad, 5, 6, pad, pad, 7, 8)));
      }
    }
    return arrays;
  }

  @ParameterizedTest
  @EnumSource
  void isReadAlike(Format format) {
    try (StoredDataset dataset = upload(format).read()) {
      assertThat(dataset.ids()).containsExactly("a", "b");
      assertThat(dataset.schema().modalities())
          .containsExactly(
              new Modality.Tokens("text", 10, 3),
              new Modality.SparseTabular("counts", Modality.unnamed(4), 2, 10_000),
              new Modality.Patches("spectro", 2, 2, 2));
      assertThat(features(dataset, 0))
          .containsEntry("text", new Features.TokenIds(IntVector.of(7, 9), IntVector.of(0, 2)))
          .containsEntry("counts", cells(new int[] {3, 1}, 1.5f, 0))
          .containsEntry("spectro", patch(0, 1, 2, 3, 4));
      assertThat(features(dataset, 1))
          .containsEntry("text", new Features.TokenIds(IntVector.of(3), IntVector.of(0)))
          .containsEntry("counts", cells(new int[] {2}, -2))
          .containsEntry("spectro", patch(1, 5, 6, 7, 8));
    }
  }

  private static Map<String, Features> features(StoredDataset dataset, int sample) {
    return dataset.sample(sample, -1).orElseThrow().modalities();
  }

  private static Features cells(int[] columns, float... values) {
    return new Features.Cells(IntVector.of(columns), FloatMatrix.of(values.length, 1, values));
  }

  private static Features patch(int position, float... cells) {
    return new Features.Patches(IntVector.of(position), FloatMatrix.of(1, 4, cells));
  }

  @Test
  void anEmptyValueOfASparseTableIsNotListed() {
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: counts, type: sparse_tabular, columns: [pad, IL6, TNF]}]")
            .csv("counts", "id,column,value\na,TNF,\na,IL6,2\nb,TNF,\n");
    try (StoredDataset dataset = upload.read()) {
      assertThat(features(dataset, 0)).containsEntry("counts", cells(new int[] {1}, 2));
      assertThat(dataset.isPresent(1, 0)).isFalse();
    }
  }

  @Test
  void whatIsCutOffIsNotPresent() {
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities:
                  - {name: steps, type: sequence, max_length: 2}
                  - {name: text, type: tokens, max_length: 1}
                  - {name: spectro, type: patches, patch: [1, 1], max_length: 1}
                """)
            .csv("steps", "id,t,c0\na,0,\na,1,\na,2,5\nb,0,1\n")
            .csv("text", "id,t,token\na,0,0\na,1,4\nb,0,4\n")
            .csv("spectro", "id,t,c0,c1\na,0,,1\nb,0,1,1\n");
    try (StoredDataset dataset = upload.read()) {
      for (int modality = 0; modality < 3; modality++) {
        assertThat(dataset.isPresent(0, modality)).as("%d", modality).isFalse();
        assertThat(dataset.isPresent(1, modality)).as("%d", modality).isTrue();
      }
      assertThat(dataset.sample(0, -1)).isEmpty();
    }
  }

  @Test
  void timesMayBeLarge() {
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: s, type: sequence}]")
            .csv("s", "id,t,c0\na,1732400000000000001,1\na,1732400000000001001,2\n");
    try (StoredDataset dataset = upload.read()) {
      assertThat(dataset.sample(0, 1).orElseThrow().tokens()).isEqualTo(2);
    }
  }

  @Test
  void faults() {
    assertThat(counts("{name: c, type: sparse_tabular, vocabulary: 4}", "a,1,1\na,1,2\na,4,1"))
        .containsExactly(
            "c: line 3: 'a' lists column 1 twice",
            "c: line 4, column 'index': '4', expected a whole number from 0 to 3");
    assertThat(counts("{name: c, type: sparse_tabular}", "a,1.5,1\na,,1\na,-1,1"))
        .containsExactly(
            "c: line 2, column 'index': '1.5', expected a whole number from 0 to 16777215",
            "c: line 3, column 'index': '', expected a whole number from 0 to 16777215",
            "c: line 4, column 'index': '-1', expected a whole number from 0 to 16777215");
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: p, type: patches, patch: [2, 2]}]")
                .csv("p", "id,t,c0,c1\na,0,1,2\nb,0,1,2\nb,1,,4\nc,0,1,1\nc,1,1,1\n")
                .faults())
        .containsExactly(
            "p: the matrix that begins in line 2 is 1 x 2; expected multiples of the patch [2, 2]",
            "p: the matrix that begins in line 3: the patch at row 0, column 0 has missing cells;"
                + " only whole patches may be missing");
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: t, type: tokens}]")
                .csv("t", "id,token,t\na,0,1\n")
                .faults())
        .containsExactly("t: line 1: [token, t], expected the id, then t, then token");
  }

  private List<String> counts(String modality, String rows) {
    return new Upload(folder)
        .schema("modalities: [" + modality + "]")
        .csv("c", "id,index,value\n" + rows + "\n")
        .faults();
  }
}
