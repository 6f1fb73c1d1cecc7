package io.braid.modality;

import static io.braid.modality.Wire.f32;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.Fault;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
record SequenceReaderTest(Wire wire) {
  private static final Modality AUDIO = new Modality.Sequence("audio", 2, 3);

  private static Features steps(int rows, float... cells) {
    return new Features.Steps(FloatMatrix.of(rows, 2, cells));
  }

  private List<Fault> faults(String value) {
    return wire.read(AUDIO, value).faults();
  }

  @Test
  void readsSteps() {
    assertThat(wire.read(AUDIO, "[[1, 2], [3, 4.5]]").features())
        .isEqualTo(steps(2, 1, 2, 3, 4.5f));
    assertThat(wire.read(AUDIO, f32("[2, 2]", 1, 2, 3, 4.5f)).features())
        .isEqualTo(steps(2, 1, 2, 3, 4.5f));
  }

  @Test
  void aMissingCellReadsAsZero() {
    assertThat(wire.read(AUDIO, "[[1, null], [null, null]]").features())
        .isEqualTo(steps(2, 1, 0, 0, 0));
    assertThat(wire.read(AUDIO, f32("[1, 2]", Float.NaN, 3)).features()).isEqualTo(steps(1, 0, 3));
  }

  @Test
  void aMissingCellOfAStandardisedSequenceReadsAsTheMean() {
    var standard = Standardization.of(new float[] {7, -2}, new float[] {3, 5});
    Modality audio = new Modality.Sequence("audio", 2, 3, Optional.of(standard));
    assertThat(wire.read(audio, "[[1, null], [null, 4]]").features())
        .isEqualTo(steps(2, 1, -2, 7, 4));
  }

  @Test
  void onlyMissingCellsAreAnAbsentSequence() {
    assertThat(wire.read(AUDIO, "[[null, null]]").absent()).containsExactly("audio");
    assertThat(wire.read(AUDIO, f32("[1, 2]", Float.NaN, Float.NaN)).absent())
        .containsExactly("audio");
  }

  @Test
  void cutsOffWhatIsTooLongAndSaysSo() {
    String warning = "audio: 5 steps, the last 2 were cut off";
    Wire.Read list = wire.read(AUDIO, "[[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]");
    assertThat(list.features()).isEqualTo(steps(3, 1, 2, 3, 4, 5, 6));
    assertThat(list.warnings()).containsExactly(warning);
    Wire.Read tensor = wire.read(AUDIO, f32("[5, 2]", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    assertThat(tensor.features()).isEqualTo(steps(3, 1, 2, 3, 4, 5, 6));
    assertThat(tensor.warnings()).containsExactly(warning);
  }

  @Test
  void refusesStepsOfAnotherWidth() {
    assertThat(faults("[[1, 2], [3], [4, 5, 6]]"))
        .containsExactly(
            new Fault("/audio/1", "expected 2 numbers, got 1"),
            new Fault("/audio/2", "expected 2 numbers, got 3"));
    assertThat(faults(f32("[1, 3]", 1, 2, 3)))
        .containsExactly(new Fault("/audio/shape", "expected shape [*, 2], got [1, 3]"));
  }

  @Test
  void refusesAStepThatIsNull() {
    assertThat(faults("[[1, 2], null]"))
        .containsExactly(new Fault("/audio/1", "expected a step of 2 numbers, got null"));
  }

  @Test
  void refusesAnEmptySequence() {
    assertThat(faults("[]")).extracting(Fault::pointer).containsExactly("/audio");
    assertThat(faults(f32("[0, 2]"))).extracting(Fault::pointer).containsExactly("/audio");
  }

  @Test
  void namesTheElementThatIsWrong() {
    assertThat(faults("[[1, 2], [3, 'x']]"))
        .containsExactly(new Fault("/audio/1/1", "expected a number, got a string"));
    assertThat(faults("[[1, 2], [1e39, 0]]"))
        .extracting(Fault::pointer)
        .containsExactly("/audio/1/0");
  }

  @Test
  void refusesANumberOrAString() {
    assertThat(faults("3")).extracting(Fault::pointer).containsExactly("/audio");
    assertThat(faults("'x'")).extracting(Fault::pointer).containsExactly("/audio");
  }
}
