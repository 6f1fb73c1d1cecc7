package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.plain.GoldenCase;
import io.braid.torch.Safetensors;
import io.braid.torch.Safetensors.FloatTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class InitialWeightsTest {
  private static final List<String> CASES = GoldenCase.NAMES;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("CASES")
  void fitTheConfigTheyWereMadeFor(String name) {
    EncoderConfig config = GoldenCase.of(name).config();
    Path file = folder.resolve("x.safetensors");
    Safetensors.write(file, InitialWeights.of(config, 1));
    try (Safetensors written = Safetensors.open(file)) {
      assertThat(Parameters.of(config).check(written)).isEmpty();
    }
  }

  @Test
  void theSeedDecides() {
    EncoderConfig config = GoldenCase.of("mca_mixed").config();
    assertThat(InitialWeights.of(config, 1)).isEqualTo(InitialWeights.of(config, 1));
    assertThat(InitialWeights.of(config, 1)).isNotEqualTo(InitialWeights.of(config, 2));
  }

  @Test
  void areThoseOfTorch() {
    var weights = InitialWeights.of(GoldenCase.of("mca_mixed").config(), 1);
    FloatBuffer linear = of(weights, "layers.0.attn.to_q.weight");
    double bound = 1 / Math.sqrt(40);
    double largest = 0;
    double squares = 0;
    while (linear.hasRemaining()) {
      float element = linear.get();
      largest = Math.max(largest, Math.abs(element));
      squares += element * element;
    }
    assertThat(largest).isLessThanOrEqualTo(bound).isGreaterThan(0.99 * bound);
    assertThat(squares / linear.capacity()).isBetween(0.9 * bound * bound / 3, bound * bound / 2.7);
    assertThat(of(weights, "norm.gamma").get(0)).isEqualTo(1);
    assertThat(of(weights, "encoders.clinical.value_encoder.norm.bias").get(0)).isZero();
    assertThat(of(weights, "loss.loss_fn.logit_scale").get(0)).isEqualTo(2.6592600f);
  }

  @Test
  void rowsOfPaddingAreZero() {
    var weights = InitialWeights.of(GoldenCase.of("mca_mixed").config(), 1);
    FloatBuffer table = of(weights, "encoders.clinical.token_encoder.embedding.weight");
    FloatBuffer tokens = of(weights, "encoders.notes.token_encoder.embedding.weight");
    FloatBuffer zeros = FloatBuffer.allocate(40);
    assertThat(table.slice(5 * 40, 40)).isEqualTo(zeros);
    assertThat(table.slice(0, 40)).isNotEqualTo(zeros);
    assertThat(tokens.slice(0, 40)).isEqualTo(zeros);
    assertThat(tokens.slice(19 * 40, 40)).isNotEqualTo(zeros);
  }

  private static FloatBuffer of(Map<String, FloatTensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name).elements();
  }
}
