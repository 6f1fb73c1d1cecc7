package io.braid.modality;

import static io.braid.modality.Wire.f32;
import static io.braid.modality.Wire.f64;
import static io.braid.modality.Wire.i32;
import static io.braid.modality.Wire.i64;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
record TabularReaderTest(Wire wire) {
  private static final Modality.Tabular GENE =
      new Modality.Tabular("gene", List.of("a", "b", "c"), 100);

  private static Features.Cells cells(int[] columns, float... values) {
    return new Features.Cells(IntVector.of(columns), FloatMatrix.of(values.length, 1, values));
  }

  private List<Fault> faults(String value) {
    return wire.read(GENE, value).faults();
  }

  @Test
  void readsARowInColumnOrder() {
    assertThat(wire.read(GENE, "[0.5, -2, 1e3]").features())
        .isEqualTo(cells(new int[] {0, 1, 2}, 0.5f, -2, 1000));
  }

  @Test
  void leavesOutCellsThatAreNull() {
    assertThat(wire.read(GENE, "[0.5, null, 0]").features())
        .isEqualTo(cells(new int[] {0, 2}, 0.5f, 0));
  }

  @Test
  void readsARowByColumnName() {
    assertThat(wire.read(GENE, "{'c': 3, 'b': null, 'a': 1}").features())
        .isEqualTo(cells(new int[] {0, 2}, 1, 3));
  }

  @Test
  void columnsWithoutNamesAreCalledByIndex() {
    Modality plain = new Modality.Tabular("plain", Modality.unnamed(12), 100);
    assertThat(wire.read(plain, "{'11': 3}").features()).isEqualTo(cells(new int[] {11}, 3));
  }

  @Test
  void aRowOfOnlyMissingCellsIsAbsent() {
    assertThat(wire.read(GENE, "[null, null, null]").absent()).containsExactly("gene");
    assertThat(wire.read(GENE, "{'a': null}").absent()).containsExactly("gene");
    assertThat(wire.read(GENE, "{}").absent()).containsExactly("gene");
  }

  @Test
  void readsTensorsOfEveryType() {
    Features expected = cells(new int[] {0, 1, 2}, 1, -2, 3);
    assertThat(wire.read(GENE, f32("[3]", 1, -2, 3)).features()).isEqualTo(expected);
    assertThat(wire.read(GENE, f64("[3]", 1, -2, 3)).features()).isEqualTo(expected);
    assertThat(wire.read(GENE, i32("[3]", 1, -2, 3)).features()).isEqualTo(expected);
    assertThat(wire.read(GENE, i64("[3]", 1, -2, 3)).features()).isEqualTo(expected);
  }

  @Test
  void nanInATensorIsAMissingCell() {
    assertThat(wire.read(GENE, f64("[3]", 1, Double.NaN, 3)).features())
        .isEqualTo(cells(new int[] {0, 2}, 1, 3));
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThat(faults("[1, 2]")).containsExactly(new Fault("/gene", "expected 3 values, got 2"));
    assertThat(faults("[1, 2, 3, 4, 5]"))
        .containsExactly(new Fault("/gene", "expected 3 values, got 5"));
    assertThat(faults(f32("[2]", 1, 2)))
        .containsExactly(new Fault("/gene/shape", "expected shape [3], got [2]"));
    assertThat(faults(f32("[1, 3]", 1, 2, 3)))
        .containsExactly(new Fault("/gene/shape", "expected shape [3], got 2 sizes"));
  }

  @Test
  void refusesUnknownColumnsByName() {
    assertThat(faults("{'a': 1, 'x/y': 2}"))
        .containsExactly(new Fault("/gene/x~1y", "unknown column 'x/y'"));
  }

  @Test
  void refusesNumbersThatOverflowTheNormsOfTheEncoder() {
    assertThat(faults("[1, -1e16, 2]")).extracting(Fault::pointer).containsExactly("/gene/1");
    assertThat(faults(f32("[3]", 1, 3.4e38f, 2)))
        .extracting(Fault::pointer)
        .containsExactly("/gene/base64");
    assertThat(faults("[1, -1e15, 1e15]")).isEmpty();
  }

  @Test
  void refusesNumbersThatOverflowAFloat() {
    assertThat(faults("[1, 1e39, 2]")).extracting(Fault::pointer).containsExactly("/gene/1");
    assertThat(faults("{'b': -1e39}")).extracting(Fault::pointer).containsExactly("/gene/b");
    assertThat(faults(f64("[3]", 1, 1e39, 2)))
        .containsExactly(new Fault("/gene/base64", "element 1 is infinite as a 32-bit float"));
    assertThat(faults(f32("[3]", 1, 2, Float.NEGATIVE_INFINITY))).hasSize(1);
  }

  @Test
  void refusesIntegersThatOverflowAFloat() {
    assertThat(faults("[1, 1" + "0".repeat(60) + ", 2]"))
        .extracting(Fault::pointer)
        .containsExactly("/gene/1");
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThat(faults("['x', [[1]], {'a': {}}]"))
        .containsExactly(
            new Fault("/gene/0", "expected a number, got a string"),
            new Fault("/gene/1", "expected a number, got an array"),
            new Fault("/gene/2", "expected a number, got an object"));
  }

  @Test
  void refusesWhatIsNoRow() {
    assertThat(faults("true"))
        .containsExactly(
            new Fault(
                "/gene", "expected an array of 3 values, or an object by column name, got true"));
  }

  @Test
  void tellsAFewFaultsOfAnArrayAndCountsTheRest() {
    assertThat(faults("[" + "true,".repeat(99) + "true]"))
        .hasSize(6)
        .last()
        .isEqualTo(new Fault("/gene", "96 more faults"));
  }

  @Test
  void aColumnMayBeCalledLikeAFieldOfATensor() {
    Modality odd = new Modality.Tabular("odd", List.of("shape", "size"), 100);
    assertThat(wire.read(odd, "{'shape': 2}").features()).isEqualTo(cells(new int[] {0}, 2));
  }
}
