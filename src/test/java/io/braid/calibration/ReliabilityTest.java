package io.braid.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be said of confidences that came true, as a snapshot may say anything. */
class ReliabilityTest {
  @ParameterizedTest
  @CsvSource({"0, 0.5, 0.5", "-9, 0.5, 0.5", "9, 1e308, 0.5", "9, 0.5, -0.1", "9, NaN, 0.5"})
  void binsThatCannotBeAreRefused(long hits, double told, double seen) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reliability.Bin(hits, told, seen))
        .withMessageContaining("expected");
  }

  @Test
  void anErrorBeyondOneOrTooManyBinsAreRefused() {
    var bin = new Reliability.Bin(9, 0, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Reliability(List.of(bin), -7));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reliability(Collections.nCopies(11, bin), 1));
    assertThat(new Reliability(Collections.nCopies(10, bin), 1).bins()).hasSize(10);
  }
}
