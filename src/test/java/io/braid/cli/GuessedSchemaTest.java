package io.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files are is told by their headers, or asked for. */
class GuessedSchemaTest {
  @TempDir private Path folder;

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private GuessedSchema guessed() {
    return GuessedSchema.of(Parts.of(List.of(folder)));
  }

  private List<String> faults() {
    CommandFailure failure = catchThrowableOfType(CommandFailure.class, this::guessed);
    assertThat(failure).hasMessageContaining("--schema");
    return failure.details();
  }

  @Test
  void eachKindOfFileIsTold() throws IOException {
    file("gene.csv", "id,EGFR,TP53\np1,0.1,NA\np2,,3\n");
    file("motion.csv", "id,t,x,y\np1,0,1,2\n");
    file("notes.csv", "id,t,token\np1,0,17\n");
    file("labels.csv", "id,kind,age,split\np1,a,61,train\np2,,48,test\n");
    GuessedSchema schema = guessed();
    assertThat(schema.text())
        .isEqualTo(
            """
            modalities:
              - {name: gene, type: tabular}
              - {name: motion, type: sequence}
              - {name: notes, type: tokens}
            labels:
              - {name: kind, type: classification}
              - {name: age, type: regression}
            """);
    assertThat(schema.classification()).containsExactly("kind");
    assertThat(schema.regression()).containsExactly("age");
  }

  @Test
  void namesThatYamlReadsOtherwiseAreQuoted() throws IOException {
    file("gene.csv", "id,a\np1,1\n");
    file("labels.csv", "id,yes,a: b,1\np1,x,2,3\n");
    assertThat(guessed().text())
        .contains("{name: \"yes\", ", "{name: \"a: b\", ", "{name: \"1\", ");
  }

  @Test
  void aTableWithTextsIsNone() throws IOException {
    file("gene.csv", "id,EGFR,site\np1,0.1,2\np2,0.3,lung\n");
    assertThat(faults())
        .singleElement()
        .asString()
        .contains("gene.csv", "line 3, column 'site': 'lung' is not a number");
  }

  @Test
  void aSlipInANumberIsLeftToTheServiceToTell() throws IOException {
    file("gene.csv", "id,EGFR\np1,0.1\np2,0.3x\n");
    assertThat(guessed().text()).contains("tabular");
  }

  @Test
  void whatCouldBeTwoThingsIsAskedFor() throws IOException {
    file("counts.csv", "id,index,value\np1,3,1\n");
    file("steps.csv", "id,x\np1,3\np1,4\n");
    file("table.parquet", "PAR1");
    assertThat(faults())
        .hasSize(3)
        .anySatisfy(fault -> assertThat(fault).contains("a sparse_tabular, or a table"))
        .anySatisfy(fault -> assertThat(fault).contains("line 3: 'p1' has several rows"))
        .anySatisfy(fault -> assertThat(fault).contains("only CSV"));
  }
}
