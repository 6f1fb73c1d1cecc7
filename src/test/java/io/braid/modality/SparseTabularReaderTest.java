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
record SparseTabularReaderTest(Wire wire) {
  private static final Modality COUNTS =
      new Modality.SparseTabular("counts", List.of("pad", "a", "b", "c", "d"), 3, 100);

  private static Features cells(int[] columns, float... values) {
    return new Features.Cells(IntVector.of(columns), FloatMatrix.of(values.length, 1, values));
  }

  private List<Fault> faults(String value) {
    return wire.read(COUNTS, value).faults();
  }

  @Test
  void readsIndicesAndValuesInTheirOrder() {
    assertThat(wire.read(COUNTS, "{'indices': [3, 1], 'values': [1.5, 2]}").features())
        .isEqualTo(cells(new int[] {3, 1}, 1.5f, 2));
    assertThat(wire.read(COUNTS, "{'values': [1.5, 2], 'indices': [3, 1]}").features())
        .isEqualTo(cells(new int[] {3, 1}, 1.5f, 2));
  }

  @Test
  void readsTensorsAsIndicesAndValues() {
    assertThat(
            wire.read(
                    COUNTS,
                    "{'indices': %s, 'values': %s}"
                        .formatted(i64("[2]", 3, 1), f32("[2]", 1.5f, 2)))
                .features())
        .isEqualTo(cells(new int[] {3, 1}, 1.5f, 2));
  }

  @Test
  void readsColumnsByName() {
    assertThat(wire.read(COUNTS, "{'c': 1.5, 'a': 2}").features())
        .isEqualTo(cells(new int[] {3, 1}, 1.5f, 2));
  }

  @Test
  void aListedZeroIsAToken() {
    assertThat(wire.read(COUNTS, "{'indices': [2], 'values': [0]}").features())
        .isEqualTo(cells(new int[] {2}, 0));
  }

  @Test
  void columnZeroIsPaddingAndLeftOut() {
    Wire.Read read = wire.read(COUNTS, "{'indices': [0, 2], 'values': [5, 6]}");
    assertThat(read.features()).isEqualTo(cells(new int[] {2}, 6));
    assertThat(read.warnings()).containsExactly("counts: column 0 is padding and was left out");
    assertThat(wire.read(COUNTS, "{'pad': 5}").absent()).containsExactly("counts");
  }

  @Test
  void cutsOffWhatIsTooLongAndSaysSo() {
    Wire.Read read = wire.read(COUNTS, "{'indices': [4, 3, 2, 1], 'values': [1, 2, 3, 4]}");
    assertThat(read.features()).isEqualTo(cells(new int[] {4, 3, 2}, 1, 2, 3));
    assertThat(read.warnings()).containsExactly("counts: 4 columns, the last 1 were cut off");
  }

  @Test
  void refusesListsOfDifferentLength() {
    assertThat(faults("{'indices': [1, 2], 'values': [1]}"))
        .containsExactly(new Fault("/counts", "2 indices, but 1 values"));
  }

  @Test
  void refusesAnIndexListedTwice() {
    assertThat(faults("{'indices': [1, 2, 1], 'values': [1, 2, 3]}"))
        .containsExactly(new Fault("/counts/indices", "index 1 is listed twice"));
  }

  @Test
  void refusesIndicesOutsideOfTheVocabulary() {
    assertThat(faults("{'indices': [1, 5], 'values': [1, 2]}"))
        .containsExactly(new Fault("/counts/indices/1", "expected 0 to 4, got 5"));
  }

  @Test
  void refusesMissingValues() {
    String detail = "a listed value cannot be missing; leave the column out";
    assertThat(faults("{'indices': [1], 'values': [null]}"))
        .containsExactly(new Fault("/counts/values/0", detail));
    assertThat(faults("{'a': null}")).containsExactly(new Fault("/counts/a", detail));
    assertThat(faults("{'indices': [1], 'values': " + f32("[1]", Float.NaN) + "}"))
        .containsExactly(new Fault("/counts/values/base64", "element 0: " + detail));
  }

  @Test
  void refusesValuesThatOverflowAFloat() {
    assertThat(faults("{'indices': [1], 'values': [1e39]}"))
        .extracting(Fault::pointer)
        .containsExactly("/counts/values/0");
  }

  @Test
  void refusesAnEmptyList() {
    assertThat(faults("{'indices': [], 'values': []}")).hasSize(1);
    assertThat(faults("{}")).extracting(Fault::pointer).containsExactly("/counts");
  }

  @Test
  void refusesOneListWithoutTheOther() {
    assertThat(faults("{'indices': [1]}"))
        .containsExactly(new Fault("/counts", "'values' is not given"));
  }

  @Test
  void refusesMoreThanThereAreColumns() {
    assertThat(faults("{'indices': [1,1,1,1,1,1], 'values': [1]}"))
        .containsExactly(new Fault("/counts/indices", "6 are listed, of 5 columns"));
    assertThat(faults("{'values': " + f64("[6]", 1, 2, 3, 4, 5, 6) + ", 'indices': [1]}"))
        .containsExactly(new Fault("/counts/values", "6 are listed, of 5 columns"));
  }

  @Test
  void refusesUnknownColumns() {
    assertThat(faults("{'zz': 1}")).containsExactly(new Fault("/counts/zz", "unknown column 'zz'"));
  }

  @Test
  void refusesOneTensorForTheWhole() {
    assertThat(faults(i32("[2]", 1, 2))).isNotEmpty();
  }

  @Test
  void refusesAnArray() {
    assertThat(faults("[1, 2]")).extracting(Fault::pointer).containsExactly("/counts");
  }
}
