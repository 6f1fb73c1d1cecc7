package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Files become samples as a request takes them. */
class JoinedSamplesTest {
  private static final JsonNode CONFIG =
      new YAMLMapper()
          .readTree(
              """
              modalities:
                - {name: table, type: tabular, columns: [A, B]}
                - {name: steps, type: sequence, features: 2}
                - {name: text, type: tokens}
                - {name: counts, type: sparse_tabular}
              """);

  @TempDir private Path folder;

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private JoinedSamples samples() {
    return new JoinedSamples(Parts.of(List.of(folder)).modalities(), CONFIG, Map.of());
  }

  private List<String> all() {
    var all = new ArrayList<String>();
    try (var samples = samples()) {
      for (var next = samples.next(); next.isPresent(); next = samples.next()) {
        all.add(next.map(sent -> new String(sent.json(), UTF_8)).orElseThrow());
      }
      assertThat(samples.count()).isEqualTo(all.size());
    }
    return all.stream().map(json -> json.replace('"', '\'')).toList();
  }

  @Test
  void aSampleHasWhatFilesHaveOfItWhateverTheirOrder() throws IOException {
    file("table.csv", "id,B,A\np1,2,1\np2,,\np3,6,5\n"); // of p2 every cell is missing
    file("steps.csv", "id,t,x,y\np3,0,1,2\np3,1,,\np1,0,3,4\np4,0,,\n");
    file("text.csv", "id,t,token\np2,0,7\np2,1,8\np1,0,9\n");
    file("counts.csv", "id,index,value\np3,4,0.5\np3,9,\n");
    assertThat(all())
        .containsExactlyInAnyOrder(
            "{'id':'p1','modalities':{'steps':[[3.0,4.0]],'table':[1.0,2.0],'text':[9]}}",
            "{'id':'p3','modalities':{'counts':{'indices':[4],'values':[0.5]},"
                + "'steps':[[1.0,2.0],[null,null]],'table':[5.0,6.0]}}",
            "{'id':'p2','modalities':{'text':[7,8]}}");
  }

  @Test
  void aSingleFileIsReadAsItIs() throws IOException {
    file("table.csv", "id,A,B\np2,1,\np1,,\np0,3,4\n");
    assertThat(all())
        .containsExactly(
            "{'id':'p2','modalities':{'table':[1.0,null]}}",
            "{'id':'p0','modalities':{'table':[3.0,4.0]}}");
  }

  @Test
  void faultsAreToldByLineAndColumnBeforeAnythingIsSent() throws IOException {
    file("table.csv", "id,A,B\np1,x,2\np2,1\np1,3,4\n");
    file("steps.csv", "id,t,x,y\np1,1,1,2\np1,0,1,2\np2,0,1,2\np1,2,1,2\n");
    CommandFailure failure = catchThrowableOfType(CommandFailure.class, this::samples);
    assertThat(failure.details())
        .containsExactlyInAnyOrder(
            "table: line 2, column 'A': 'x' is not a number",
            "table: line 3: 2 columns, expected 3 as in the header",
            "table: line 4: 'p1' was there before",
            "steps: line 3: t is 0 after 1.0; sort the file by id and t",
            "steps: line 5: 'p1' was there before");
  }

  @Test
  void aHeaderIsHeldAgainstTheModel() throws IOException {
    file("table.csv", "id,A,C\np1,1,2\n");
    assertThat(catchThrowableOfType(CommandFailure.class, this::samples).details())
        .contains(
            "table: line 1: there is no column 'B'", "table: line 1: the model has no column 'C'");
    file("other.csv", "id,A\np1,1\n");
    assertThat(catchThrowableOfType(CommandFailure.class, this::samples))
        .hasMessageContaining("no modality 'other'; it has table, steps, text, counts");
  }
}
