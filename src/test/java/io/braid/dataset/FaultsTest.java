package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with an upload is said with part, line and column, all at once. */
class FaultsTest {
  @TempDir Path folder;

  private Upload table() {
    return new Upload(folder).schema("modalities: [{name: g, type: tabular}]");
  }

  private Upload labelled(String labels) {
    return new Upload(folder)
        .schema(
            "modalities: [{name: g, type: tabular}]\n"
                + "labels: [{name: kind, type: classification}, {name: age, type: regression}]\n")
        .csv("g", "id,A\na,1\nb,2\n")
        .csv("labels", labels);
  }

  @Test
  void aTable() {
    assertThat(table().csv("g", "id,A,B\na,1,2\nb,1\na,3,4\nc,x,1e30\n,1,2\nd,1,2,3\n").faults())
        .containsExactly(
            "g: line 3: 2 columns, expected 3 as in the header",
            "g: line 4: 'a' was there before, in line 2",
            "g: line 5, column 'A': 'x' is not a number",
            "g: line 5, column 'B': 1.0E30, expected numbers from -1e15 to 1e15",
            "g: line 6: the id is empty",
            "g: line 7: 4 columns, expected 3 as in the header");
  }

  @Test
  void headers() {
    assertThat(table().csv("g", "").faults())
        .containsExactly("g: expected a header: the sample's id, then at least one column");
    assertThat(table().csv("g", "id\na\n").faults())
        .containsExactly("g: expected a header: the sample's id, then at least one column");
    assertThat(table().csv("g", "id,A,A\na,1,2\n").faults())
        .containsExactly("g: line 1: the columns need distinct names");
    assertThat(table().csv("g", "id,A\n").faults())
        .containsExactly("g: no sample has anything in this file");
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: g, type: tabular, columns: [A, B]}]")
                .csv("g", "id,B,C\na,1,2\n")
                .faults())
        .containsExactly(
            "g: line 1: there is no column 'A', which the schema names",
            "g: line 1: column 'C' is none of those that the schema names");
  }

  @Test
  void otherSeparators() {
    assertThat(table().csv("g", "id;A;B\na;1;2\n").faults())
        .containsExactly(
            "g: the file cannot be read: line 1 has no comma, but 2 semicolons; save it with"
                + " commas");
  }

  @Test
  void longNames() {
    String name = "n".repeat(300);
    assertThat(table().csv("g", "id," + name + "\na,1\n").faults())
        .singleElement()
        .asString()
        .endsWith("a name has at most 256 characters")
        .hasSizeLessThan(150);
    assertThat(
            new Upload(folder)
                .schema(
                    "modalities: [{name: g, type: tabular}]\n"
                        + "labels: [{name: k, type: classification}]")
                .csv("g", "id,A\na,1\n")
                .csv("labels", "id,k\na," + name + "\n")
                .faults())
        .singleElement()
        .asString()
        .startsWith("labels: line 2, column 'k': 'nnn")
        .endsWith("a class has at most 256 characters");
  }

  @Test
  void namesThatStandForSomethingElse() {
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: mean, type: tabular}, {name: fusion, type: tabular}]")
                .faults())
        .anyMatch(fault -> fault.startsWith("/modalities/0/name: 'mean' stands for"))
        .anyMatch(fault -> fault.startsWith("/modalities/1/name: 'fusion' stands for"));
  }

  @Test
  void aSequence() {
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: s, type: sequence}]")
            .csv("s", "id,t,c0\na,0,1\na,0,2\nb,0,1\na,1,1\n");
    assertThat(upload.faults())
        .containsExactly(
            "s: line 3: t is 0 after 0; sort the file by id and t",
            "s: line 5: rows of 'a' stand in line 2 too; sort the file by id and t");
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: s, type: sequence}]")
                .csv("s", "id,c0,c1\na,0,1\n")
                .faults())
        .containsExactly("s: line 1: [c0, c1], expected the id, then t, then the numbers of a row");
  }

  @Test
  void parts() {
    assertThat(table().csv("g", "id,A\na,1\n").csv("h", "id,A\na,1\n").faults())
        .containsExactly("h: no modality of the schema; expected some of [g], labels");
    assertThat(table().faults())
        .containsExactly("g: missing, expected a file part with this modality");
    assertThat(table().file("g", "g.xlsx", new byte[3]).faults())
        .containsExactly(
            "g: a file called 'g.xlsx'; expected an ending of [.csv, .csv.gz, .parquet, .npz]");
    assertThat(
            new Upload(folder)
                .schema(
                    "modalities: [{name: g, type: tabular}]\nlabels: [{name: k, type: regression}]")
                .csv("g", "id,A\na,1\n")
                .faults())
        .containsExactly("labels: missing, expected a file part with the schema's labels");
  }

  @Test
  void theSchema() {
    assertThat(new Upload(folder).schema("modalities: []").faults())
        .containsExactly("/modalities: expected a list of 1 to 16 modalities");
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: g, type: table}, {name: labels, type: tabular}]\nx: 1")
                .faults())
        .hasSize(3)
        .anyMatch(fault -> fault.startsWith("/modalities/0/type: \"table\", expected one of"))
        .anyMatch(fault -> fault.startsWith("/modalities/1/name: 'labels' is taken"))
        .anyMatch(fault -> fault.startsWith("/x: unknown"));
    assertThat(
            new Upload(folder)
                .schema("modalities: [{name: g, type: tabular, colour: red}]")
                .csv("g", "id,A\na,1\n")
                .faults())
        .singleElement()
        .asString()
        .startsWith("/modalities/0/colour: unknown");
  }

  @Test
  void labels() {
    assertThat(
            labelled("id,kind,age,split\na,x,old,train\nb,y,3,dev\nq,x,4,test\na,x,1,test\n")
                .faults())
        .containsExactly(
            "labels: line 2, column 'age': 'old' is not a number",
            "labels: line 3, column 'split': 'dev', expected train or test",
            "labels: line 4: 'q' is in no file of a modality",
            "labels: line 5: 'a' was there before, in line 2");
    assertThat(labelled("id,kind,age,split\na,x,1,train\nb,y,3,train\n").faults())
        .containsExactly(
            "labels: column 'split' has no test samples; leave the column out to have a split"
                + " drawn");
    assertThat(labelled("id,kind,weight\na,x,1\n").faults())
        .containsExactly(
            "labels: line 1: there is no column 'age', which the schema names",
            "labels: line 1: column 'weight' is not among the schema's labels; declare it or leave"
                + " it out");
  }

  @Test
  void aFileThatIsNotWhatItIsCalled() {
    for (String name : List.of("g.parquet", "g.npz", "g.csv.gz")) {
      assertThat(
              table()
                  .file("g", name, "id,A\na,1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                  .faults())
          .as(name)
          .allMatch(fault -> fault.startsWith("g: "));
    }
  }

  @Test
  void aFileThatIsCutShort() {
    String csv = "id,A\n" + "a%d,1\n".repeat(5000).formatted((Object[]) numbers(5000));
    byte[] parquet = table().parquet(csv, "snappy");
    byte[] gzip = Upload.gzip(csv);
    byte[] npz =
        Upload.npz(
            Map.of(
                "ids", Upload.npy("<U1", List.of(2), Upload.texts(1, "a", "b")),
                "values", Upload.npy("<f8", List.of(2, 2), Upload.floats(1, 2, 3))));
    for (int length : List.of(1, parquet.length / 3, parquet.length - 5)) {
      assertThat(table().file("g", "g.parquet", Arrays.copyOf(parquet, length)).faults())
          .as("%d of %d bytes", length, parquet.length)
          .isNotEmpty();
    }
    assertThat(table().file("g", "g.csv.gz", Arrays.copyOf(gzip, gzip.length / 2)).faults())
        .isNotEmpty();
    assertThat(table().file("g", "g.npz", npz).faults())
        .contains("g: the file cannot be read: the array ends before its last element");
  }

  private static Integer[] numbers(int n) {
    var numbers = new Integer[n];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  @Test
  void manyFaultsAreCounted() {
    List<String> faults = table().csv("g", "id,A\n" + "a,x\n".repeat(500)).faults();
    assertThat(faults).hasSize(21);
    assertThat(faults.getLast()).isEqualTo("g: 480 more faults");
  }
}
