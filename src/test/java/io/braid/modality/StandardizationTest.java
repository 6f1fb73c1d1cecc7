package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardizationTest {
  private static final Standardization TWO =
      Standardization.of(new float[] {10, -1}, new float[] {4, .5f});

  @Test
  void aCellIsStandardisedByItsColumn() {
    assertThat(TWO.apply(IntVector.of(1), FloatMatrix.of(1, 1, 2)))
        .isEqualTo(FloatMatrix.of(1, 1, 6));
    assertThat(TWO.apply(IntVector.of(1, 0), FloatMatrix.of(2, 1, 2, 2)))
        .isEqualTo(FloatMatrix.of(2, 1, 6, -2));
  }

  @Test
  void aStepIsStandardisedFeatureByFeature() {
    assertThat(TWO.apply(FloatMatrix.of(3, 2, 10, -1, 14, 0, 6, 1)))
        .isEqualTo(FloatMatrix.of(3, 2, 0, 0, 1, 2, -1, 4));
  }

  @Test
  void whatWouldOverflowTheNormsStaysBelow() {
    var tiny = Standardization.of(new float[] {0}, new float[] {1e-30f});
    assertThat(tiny.apply(FloatMatrix.of(2, 1, 1e15f, -1e15f)))
        .isEqualTo(FloatMatrix.of(2, 1, 1e15f, -1e15f));
  }

  @Test
  void aMissingCellOfAStepIsTheMean() {
    assertThat(new Modality.Sequence("m", 2, 5, Optional.of(TWO)).missingCell(0)).isEqualTo(10);
    assertThat(new Modality.Sequence("m", 2, 5).missingCell(0)).isZero();
  }

  @Test
  void aDeviationIsAboveZeroAndBothFitTheColumns() {
    assertThatThrownBy(() -> Standardization.of(new float[] {0}, new float[] {0}))
        .hasMessage("column 0: mean 0.0, deviation 0.0");
    assertThatThrownBy(() -> Standardization.of(new float[] {Float.NaN}, new float[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Standardization.of(new float[] {0, 0}, new float[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Modality.Tabular("m", List.of("a"), 1, Optional.of(TWO)))
        .hasMessage("modality 'm': 1 columns, standardised as 2");
  }
}
