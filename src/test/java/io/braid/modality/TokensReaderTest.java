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
record TokensReaderTest(Wire wire) {
  private static final Modality TEXT = new Modality.Tokens("text", 10, 4);

  private static Features tokens(int[] ids, int... positions) {
    return new Features.TokenIds(IntVector.of(ids), IntVector.of(positions));
  }

  private List<Fault> faults(String value) {
    return wire.read(TEXT, value).faults();
  }

  @Test
  void readsIds() {
    Features expected = tokens(new int[] {7, 9, 1}, 0, 1, 2);
    assertThat(wire.read(TEXT, "[7, 9, 1]").features()).isEqualTo(expected);
    assertThat(wire.read(TEXT, i32("[3]", 7, 9, 1)).features()).isEqualTo(expected);
    assertThat(wire.read(TEXT, i64("[3]", 7, 9, 1)).features()).isEqualTo(expected);
  }

  @Test
  void paddingIsLeftOutAndTheOthersKeepTheirPositions() {
    Wire.Read read = wire.read(TEXT, "[0, 7, 0, 9]");
    assertThat(read.features()).isEqualTo(tokens(new int[] {7, 9}, 1, 3));
    assertThat(read.warnings()).containsExactly("text: id 0 is padding, 2 tokens were left out");
  }

  @Test
  void onlyPaddingIsAbsent() {
    assertThat(wire.read(TEXT, "[0, 0]").absent()).containsExactly("text");
  }

  @Test
  void cutsOffWhatIsTooLongAndSaysSo() {
    Wire.Read read = wire.read(TEXT, "[1, 2, 3, 4, 5, 6]");
    assertThat(read.features()).isEqualTo(tokens(new int[] {1, 2, 3, 4}, 0, 1, 2, 3));
    assertThat(read.warnings()).containsExactly("text: 6 tokens, the last 2 were cut off");
    assertThat(wire.read(TEXT, i32("[6]", 1, 2, 3, 4, 5, 6))).isEqualTo(read);
  }

  @Test
  void refusesIdsOutsideOfTheVocabulary() {
    assertThat(faults("[10, -1, 99999999999, 1" + "0".repeat(30) + "]"))
        .extracting(Fault::pointer)
        .containsExactly("/text/0", "/text/1", "/text/2", "/text/3");
    assertThat(faults("[10]")).containsExactly(new Fault("/text/0", "expected 0 to 9, got 10"));
    assertThat(faults(i64("[1]", 10)))
        .containsExactly(new Fault("/text/base64", "element 0: expected 0 to 9, got 10"));
  }

  @Test
  void refusesWhatIsNoInteger() {
    assertThat(faults("[1.5, 'x', null]"))
        .containsExactly(
            new Fault("/text/0", "expected an integer, got 1.5"),
            new Fault("/text/1", "expected an integer, got a string"),
            new Fault("/text/2", "expected an integer, got null"));
    assertThat(faults(f32("[1]", 1)))
        .containsExactly(new Fault("/text/dtype", "expected I32 or I64, got F32"));
    assertThat(faults(f64("[1]", 1))).hasSize(1);
  }

  @Test
  void refusesAnEmptyList() {
    assertThat(faults("[]")).extracting(Fault::pointer).containsExactly("/text");
    assertThat(faults(i32("[0]"))).extracting(Fault::pointer).containsExactly("/text");
  }
}
