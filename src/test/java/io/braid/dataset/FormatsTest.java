package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.Sample;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same data in each format is the same dataset. */
class FormatsTest {
  private static final String TABLE = "id,A,B,C\nx,1,,3\ny,,,\nz,-0.5,2.25,1e3\n";
  private static final String STEPS = "id,t,c0,c1\nz,0,1,2\nz,1,3,\nx,5,5,6\nx,6,7,8\nx,9,9,10\n";

  enum Format {
    CSV,
    GZIP,
    PARQUET,
    PARQUET_SNAPPY,
    PARQUET_ZSTD,
    NPZ
  }

  @TempDir Path folder;

  private Upload upload(Format format) {
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities:
                  - {name: table, type: tabular}
                  - {name: steps, type: sequence}
                """);
    return switch (format) {
      case CSV -> upload.csv("table", TABLE).csv("steps", STEPS);
      case GZIP ->
          upload
              .file("table", "table.csv.gz", Upload.gzip(TABLE))
              .file("steps", "steps.CSV.GZ", Upload.gzip(STEPS));
      case PARQUET -> parquet(upload, "uncompressed");
      case PARQUET_SNAPPY -> parquet(upload, "snappy");
      case PARQUET_ZSTD -> parquet(upload, "zstd");
      case NPZ ->
          upload.file("table", "table.npz", tableArrays()).file("steps", "steps.npz", stepArrays());
    };
  }

  private static Upload parquet(Upload upload, String codec) {
    return upload
        .file("table", "table.parquet", upload.parquet(TABLE, codec))
        .file("steps", "steps.parquet", upload.parquet(STEPS, codec));
  }

  private static byte[] tableArrays() {
    double none = Double.NaN;
    var arrays = new LinkedHashMap<String, byte[]>();
    arrays.put("ids", Upload.npy("<U1", List.of(3), Upload.texts(1, "x", "y", "z")));
    arrays.put(
        "values",
        Upload.npy(
            "<f8", List.of(3, 3), Upload.floats(1, none, 3, none, none, none, -0.5, 2.25, 1e3)));
    arrays.put("columns", Upload.npy("<U1", List.of(3), Upload.texts(1, "A", "B", "C")));
    return Upload.npz(arrays);
  }

  private static byte[] stepArrays() {
    double none = Double.NaN;
    var arrays = new LinkedHashMap<String, byte[]>();
    arrays.put("ids", Upload.npy("<U1", List.of(2), Upload.texts(1, "z", "x")));
    arrays.put(
        "values",
        Upload.npy(
            "<f8", List.of(2, 3, 2), Upload.floats(1, 2, 3, none, none, none, 5, 6, 7, 8, 9, 10)));
    return Upload.npz(arrays);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void isReadAlike(Format format) {
    try (StoredDataset dataset = upload(format).read()) {
      assertThat(dataset.ids()).containsExactly("x", "y", "z");
      assertThat(dataset.schema().modalities().getFirst())
          .isInstanceOfSatisfying(
              Modality.Tabular.class,
              table -> assertThat(table.columns()).containsExactly("A", "B", "C"));
      assertThat(dataset.schema().modalities().getLast())
          .isInstanceOfSatisfying(
              Modality.Sequence.class,
              steps -> {
                assertThat(steps.features()).isEqualTo(2);
                assertThat(steps.maxLength()).isEqualTo(3);
              });
      assertThat(sample(dataset, 0))
          .containsEntry("table", cells(new int[] {0, 2}, 1, 3))
          .containsEntry("steps", new Features.Steps(FloatMatrix.of(3, 2, 5, 6, 7, 8, 9, 10)));
      assertThat(dataset.sample(1, -1)).isEmpty();
      assertThat(sample(dataset, 2))
          .containsEntry("table", cells(new int[] {0, 1, 2}, -0.5f, 2.25f, 1000))
          .containsEntry("steps", new Features.Steps(FloatMatrix.of(2, 2, 1, 2, 3, 0)));
      assertThat(dataset.sample(0, 2).map(Sample::modalities).orElseThrow())
          .containsOnlyKeys("steps");
    }
  }

  @Test
  void whatIsLongAndNoSequence() {
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities:
                  - {name: text, type: tokens}
                  - {name: counts, type: sparse_tabular, columns: [pad, IL6, TNF]}
                  - {name: spectro, type: patches, patch: [2, 2]}
                """)
            .csv("text", "id,t,token\na,0,7\na,1,0\na,2,9\n")
            .csv("counts", "id,index,value\na,TNF,1.5\na,IL6,0\n")
            .csv("spectro", "id,t,c0,c1,c2,c3\na,0,1,2,,\na,1,3,4,,\n");
    try (StoredDataset dataset = upload.read()) {
      assertThat(sample(dataset, 0))
          .containsEntry("text", new Features.TokenIds(IntVector.of(7, 9), IntVector.of(0, 2)))
          .containsEntry("counts", cells(new int[] {2, 1}, 1.5f, 0))
          .containsEntry(
              "spectro", new Features.Patches(IntVector.of(0), FloatMatrix.of(1, 4, 1, 2, 3, 4)));
      assertThat(dataset.schema().modalities())
          .containsExactly(
              new Modality.Tokens("text", 10, 3),
              new Modality.SparseTabular("counts", List.of("pad", "IL6", "TNF"), 2, 10_000),
              new Modality.Patches("spectro", 2, 2, 2));
    }
  }

  @Test
  void typesOfParquet() {
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities: [{name: g, type: tabular}]
                labels: [{name: kind, type: classification}]
                """);
    String table =
        """
        SELECT 9007199254740993 + i AS id, i::TINYINT AS a, (i / 4)::DECIMAL(9, 2) AS b,
          i = 1 AS c, i::UINTEGER AS d, i::FLOAT AS e, NULL::DOUBLE AS f, i::VARCHAR AS g
        FROM range(2) AS numbers (i)
        """;
    upload.file("g", "g.parquet", upload.parquetOf(table, "snappy"));
    String labels = "SELECT 9007199254740993 + i AS id, i = 1 AS kind FROM range(2) AS n (i)";
    upload.file("labels", "labels.parquet", upload.parquetOf(labels, "gzip"));
    try (StoredDataset dataset = upload.read()) {
      assertThat(dataset.ids()).containsExactly("9007199254740993", "9007199254740994");
      assertThat(dataset.rows(0).read(0, 1)).containsExactly(0, 0, 0, 0, 0, Float.NaN, 0);
      assertThat(dataset.rows(0).read(1, 1)).containsExactly(1, 0.25f, 1, 1, 1, Float.NaN, 1);
      assertThat(dataset.labels().getFirst().classes()).containsExactly("false", "true");
    }
    upload.file(
        "g", "g.parquet", upload.parquetOf("SELECT 'x' AS id, DATE '2026-01-01' AS a", "zstd"));
    assertThat(upload.faults()).contains("g: row 1, column 'a': '2026-01-01' is not a number");
    upload.file("g", "g.parquet", upload.parquetOf("SELECT 'x' AS id, [1, 2] AS a", "zstd"));
    assertThat(upload.faults())
        .contains(
            "g: the file cannot be read: no Parquet, or cut short: expected a flat table with the"
                + " sample's id first");
  }

  @Test
  void labelsAndTheSplitThatTheyGive() {
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities: [{name: g, type: tabular}]
                labels: [{name: kind, type: classification}, {name: age, type: regression}]
                """)
            .csv("g", "id,A\na,1\nb,2\nc,3\nd,4\n")
            .csv("labels", "id,age,kind,split\nb,40.5,10,test\na,,2,train\nd,7,10,train\n");
    try (StoredDataset dataset = upload.read()) {
      assertThat(dataset.labels().getFirst().classes()).containsExactly("2", "10");
      assertThat(
              IntStream.range(0, 4).mapToObj(s -> dataset.classOf(s, "kind").orElse(-1)).toList())
          .containsExactly(0, 1, -1, 1);
      assertThat(dataset.valueOf(1, "age")).hasValue(40.5);
      assertThat(dataset.valueOf(0, "age")).isEmpty();
      assertThat(dataset.split().orElseThrow())
          .isEqualTo(new Split(IntVector.of(0, 3), IntVector.of(1)));
    }
  }

  @Test
  void aDrawnSplitKeepsTheShareOfEachClass() {
    var table = new StringBuilder("id,A\n");
    var labels = new StringBuilder("id,kind\n");
    for (int i = 0; i < 200; i++) {
      table.append("s%d,%d%n".formatted(i, i));
      labels.append("s%d,%s%n".formatted(i, i % 10 == 0 ? "rare" : "common"));
    }
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities: [{name: g, type: tabular}]
                labels: [{name: kind, type: classification}]
                """)
            .csv("g", table.toString())
            .csv("labels", labels.toString());
    try (StoredDataset dataset = upload.read()) {
      Split split = Split.of(dataset, 0.15, 1);
      assertThat(split.test().size()).isEqualTo(30);
      assertThat(split.test().stream().filter(s -> s % 10 == 0).count()).isEqualTo(3);
      assertThat(split).isEqualTo(Split.of(dataset, 0.15, 1));
      assertThat(split).isNotEqualTo(Split.of(dataset, 0.15, 2));
      assertThat(IntStream.concat(split.train().stream(), split.test().stream()).distinct().count())
          .isEqualTo(200);
      long[] kept = ModalSparsity.draw(dataset, 0.3, 1);
      assertThat(IntStream.range(0, 200).filter(s -> kept[s] == 0).count()).isBetween(40L, 80L);
      assertThat(kept).isEqualTo(ModalSparsity.draw(dataset, 0.3, 1));
      var statistics =
          ColumnStatistics.of(dataset, 0, IntVector.range(200), ModalSparsity.draw(dataset, 0, 1));
      assertThat(statistics.mean(0)).isEqualTo(99.5);
      assertThat(statistics.deviation(0)).isEqualTo(Math.sqrt((200.0 * 200 - 1) / 12));
    }
  }

  private static Features cells(int[] columns, float... values) {
    return new Features.Cells(IntVector.of(columns), FloatMatrix.of(values.length, 1, values));
  }

  private static Map<String, Features> sample(StoredDataset dataset, int sample) {
    return dataset.sample(sample, -1).orElseThrow().modalities();
  }

  @Test
  void filesThatEachFitMayBeTooMuchTogether() {
    var text = new StringBuilder("id,A\n");
    for (int i = 0; i < 300; i++) {
      text.append("s%d,%s%d\n".formatted(i, " ".repeat(2000), i));
    }
    byte[] file = Upload.gzip(text.toString());
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: g, type: tabular}, {name: h, type: tabular}]")
            .file("g", "g.csv.gz", file)
            .file("h", "h.csv.gz", file);
    assertThat(upload.faults())
        .singleElement()
        .asString()
        .startsWith("h: ")
        .contains("more than 1048576 bytes when unpacked");
  }

  @Test
  void aCompressedFileIsNotUnpackedWithoutEnd() {
    var text = new StringBuilder("id,A\n");
    for (int i = 0; i < 900; i++) {
      text.append("s%d,%s1\n".formatted(i, " ".repeat(2000)));
    }
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: g, type: tabular}]")
            .file("g", "g.csv.gz", Upload.gzip(text.toString()));
    assertThat(upload.faults().getLast()).contains("more than 1048576 bytes when unpacked");
  }
}
