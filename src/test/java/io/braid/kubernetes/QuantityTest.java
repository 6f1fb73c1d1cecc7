package io.braid.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  /** Held to the arithmetic of the Kubernetes client for Java. */
  @ParameterizedTest
  @CsvSource({"2, 6", "500m, 1500m", "1.5, 4.5", "6Gi, 18Gi", "512Mi, 1536Mi", "3k, 9k", "2T, 6T"})
  void itIsMultipliedInItsOwnUnit(String one, String three) {
    assertThat(Quantity.of(one).times(3)).hasToString(three);
    BigDecimal value = io.fabric8.kubernetes.api.model.Quantity.parse(one).getNumericalAmount();
    assertThat(Quantity.of(one).value()).isEqualByComparingTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "six", "6GB", "1 Gi"})
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.of(text)).hasMessageContaining("expected as in");
  }

  @Test
  void nothingIsLeftBehindThePoint() {
    assertThat(Quantity.of("0.1").times(10)).hasToString("1.0");
  }
}
