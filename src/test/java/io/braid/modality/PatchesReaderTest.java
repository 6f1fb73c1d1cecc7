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
record PatchesReaderTest(Wire wire) {
  private static final Modality SPECTRO = new Modality.Patches("spectro", 2, 2, 3);

  private static Features patches(int[] positions, float... cells) {
    return new Features.Patches(
        IntVector.of(positions), FloatMatrix.of(positions.length, 4, cells));
  }

  private List<Fault> faults(String value) {
    return wire.read(SPECTRO, value).faults();
  }

  @Test
  void cutsRowMajorOverPatchesAndWithinThem() {
    Features expected = patches(new int[] {0, 1}, 1, 2, 5, 6, 3, 4, 7, 8);
    assertThat(wire.read(SPECTRO, "[[1, 2, 3, 4], [5, 6, 7, 8]]").features()).isEqualTo(expected);
    assertThat(wire.read(SPECTRO, f32("[2, 4]", 1, 2, 3, 4, 5, 6, 7, 8)).features())
        .isEqualTo(expected);
  }

  @Test
  void aPatchOfNothingButMarksIsMissingAndTheOthersKeepTheirPositions() {
    assertThat(wire.read(SPECTRO, "[[-10000, null, 3, 4], [-10000, -10000, 7, 8]]").features())
        .isEqualTo(patches(new int[] {1}, 3, 4, 7, 8));
    assertThat(
            wire.read(
                    SPECTRO, f32("[4, 2]", Float.NaN, Float.NaN, Float.NaN, Float.NaN, 1, 2, 3, 4))
                .features())
        .isEqualTo(patches(new int[] {1}, 1, 2, 3, 4));
  }

  @Test
  void onlyMissingPatchesAreAbsent() {
    assertThat(wire.read(SPECTRO, "[[null, null], [-10000, -10000]]").absent())
        .containsExactly("spectro");
  }

  @Test
  void refusesAPatchWithSomeCellsMissing() {
    assertThat(faults("[[1, 2, 3, 4], [5, 6, null, 8]]"))
        .containsExactly(
            new Fault("/spectro", "patch 1 has missing cells; only whole patches may be missing"));
  }

  @Test
  void cutsOffPatchesBeyondTheLengthAndSaysSo() {
    String warning = "spectro: 4 patches, the last 1 were cut off";
    Wire.Read tall = wire.read(SPECTRO, "[[1,2,3,4], [5,6,7,8], [9,10,11,12], [13,14,15,16]]");
    Features expected = patches(new int[] {0, 1, 2}, 1, 2, 5, 6, 3, 4, 7, 8, 9, 10, 13, 14);
    assertThat(tall.features()).isEqualTo(expected);
    assertThat(tall.warnings()).containsExactly(warning);
    assertThat(
            wire.read(
                SPECTRO, f32("[4, 4]", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)))
        .isEqualTo(tall);
    Wire.Read wide = wire.read(SPECTRO, "[[1,2,3,4,5,6,7,8], [9,10,11,12,13,14,15,16]]");
    assertThat(wide.features())
        .isEqualTo(patches(new int[] {0, 1, 2}, 1, 2, 9, 10, 3, 4, 11, 12, 5, 6, 13, 14));
    assertThat(wide.warnings()).containsExactly(warning);
  }

  @Test
  void refusesSizesThatDoNotDivide() {
    assertThat(faults("[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"))
        .containsExactly(
            new Fault("/spectro", "expected a multiple of 2 rows, got 3"),
            new Fault("/spectro", "expected a multiple of 2 columns, got 3"));
  }

  @Test
  void refusesRaggedRows() {
    assertThat(faults("[[1, 2], [3]]"))
        .containsExactly(new Fault("/spectro/1", "expected 2 numbers as in the first row, got 1"));
  }

  @Test
  void refusesARowThatIsNone() {
    assertThat(faults("[null, [1, 2]]"))
        .containsExactly(new Fault("/spectro/0", "expected a row of numbers, got null"));
  }

  @Test
  void refusesInfiniteCells() {
    assertThat(faults("[[1, 2], [3, 1e39]]"))
        .extracting(Fault::pointer)
        .containsExactly("/spectro/1/1");
    assertThat(faults(f64("[2, 2]", 1, 2, 3, 1e39))).hasSize(1);
  }

  @Test
  void refusesAnEmptyMatrix() {
    assertThat(faults("[]")).extracting(Fault::pointer).containsExactly("/spectro");
    assertThat(faults("[[], []]")).extracting(Fault::pointer).containsExactly("/spectro");
    assertThat(faults(i32("[0, 2]"))).extracting(Fault::pointer).containsExactly("/spectro");
    assertThat(faults(i64("[2, 0]"))).extracting(Fault::pointer).containsExactly("/spectro");
  }
}
