package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Parameters.Misfit;
import io.braid.plain.GoldenCase;
import io.braid.torch.RawTensor;
import io.braid.torch.Safetensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ParametersTest {
  private static final List<String> CASES = GoldenCase.NAMES;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("CASES")
  void namesAreThoseOfThePublishedCode(String name) {
    GoldenCase golden = GoldenCase.of(name);
    assertThat(Parameters.of(golden.config()).shapes().keySet())
        .containsExactlyInAnyOrderElementsOf(golden.parameters());
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void aPublishedCheckpointFits(String name) {
    assertThat(check(name, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void publishedMasksAreThoseThatBraidComputes(String name) {
    var masks = new LinkedHashMap<String, RawTensor>();
    try (Safetensors file = Safetensors.open(golden(name, "masks"))) {
      file.entries().keySet().stream()
          .filter(mask -> !mask.equals("present"))
          .forEach(mask -> masks.put(mask, RawTensor.of(file, mask)));
    }
    assertThat(masks).containsKey("token_types");
    assertThat(check(name, masks)).isEmpty();
  }

  @Test
  void eachMissingExtraAndMisshapenParameterIsNamed() {
    var tensors = weights("mca_tabular2");
    tensors.remove("norm.gamma");
    tensors.put("attn_pool.extra", scalar(1));
    tensors.put("fusion_tokens", scalar(1));
    assertThat(checkAll("mca_tabular2", tensors))
        .containsExactly(
            new Misfit("fusion_tokens", "shape [], expected [4, 32]"),
            new Misfit("norm.gamma", "missing, expected shape [32]"),
            new Misfit("attn_pool.extra", "unknown, this config has no such parameter"));
  }

  @Test
  void theLogitScaleMayHaveOneAxis() {
    var scale = new RawTensor("F32", List.of(1L), scalar(2.6f).bytes());
    assertThat(check("mca_tabular2", Map.of("loss.loss_fn.logit_scale", scale))).isEmpty();
  }

  @Test
  void aParameterThatIsNotFiniteIsNamed() {
    assertThat(check("mca_tabular2", Map.of("loss.loss_fn.logit_scale", scalar(Float.NaN))))
        .containsExactly(
            new Misfit("loss.loss_fn.logit_scale", "element 0 is NaN, expected finite numbers"));
  }

  @Test
  void aParameterOfIntegersIsNamed() {
    var scale = new RawTensor("I32", List.of(), scalar(1).bytes());
    assertThat(check("mca_tabular2", Map.of("loss.loss_fn.logit_scale", scale)))
        .containsExactly(
            new Misfit("loss.loss_fn.logit_scale", "I32, expected a floating-point type"));
  }

  @Test
  void aNormWithABiasIsRefusedWhereItIsNotZero() {
    ByteBuffer beta = bytes(32 * Float.BYTES).putFloat(3 * Float.BYTES, 0.5f);
    assertThat(check("mca_tabular2", Map.of("norm.beta", new RawTensor("F32", List.of(32L), beta))))
        .containsExactly(new Misfit("norm.beta", "element [3] is 0.5, Braid computes 0"));
  }

  @Test
  void aMaskThatDiffersIsRefusedAtItsFirstPlace() {
    RawTensor mask;
    try (Safetensors file = Safetensors.open(golden("mca_tabular2", "masks"))) {
      mask = RawTensor.of(file, "attn_mask");
    }
    ByteBuffer changed = bytes(19 * 19).put(mask.bytes().duplicate()).flip();
    changed.put(2 * 19 + 1, (byte) 1);
    assertThat(check("mca_tabular2", Map.of("attn_mask", raw(mask, changed))))
        .containsExactly(new Misfit("attn_mask", "element [2, 1] is 1, Braid computes 0"));
  }

  @Test
  void positionsThatDifferAreRefused() {
    RawTensor pe =
        Objects.requireNonNull(
            weights("mca_sequence3").get("encoders.audio.positional_encoder.pe"));
    ByteBuffer changed = bytes(pe.bytes().remaining()).put(pe.bytes().duplicate()).flip();
    changed.putFloat(33 * Float.BYTES, 9);
    assertThat(
            check(
                "mca_sequence3", Map.of("encoders.audio.positional_encoder.pe", raw(pe, changed))))
        .singleElement()
        .extracting(Misfit::detail)
        .asString()
        .startsWith("element [1, 1] is 9.0, Braid computes 0.5403");
  }

  @Test
  void positionsMayHaveTheBatchAxisTheyWereSavedWith() {
    String name = "encoders.audio.positional_encoder.pe";
    RawTensor pe = Objects.requireNonNull(weights("mca_sequence3").get(name));
    var saved = new RawTensor("F32", List.of(9L, 1L, 32L), pe.bytes());
    assertThat(check("mca_sequence3", Map.of(name, saved))).isEmpty();
  }

  @Test
  void anEncoderWithoutFusionMayCarryTheEmptyTableOfFusionTokens() {
    var empty = new RawTensor("F32", List.of(0L, 32L), bytes(0));
    assertThat(check("eao_tabular4", Map.of("fusion_tokens", empty))).isEmpty();
  }

  @Test
  void countsWhatIsTrained() {
    long expected = 0;
    try (Safetensors file = Safetensors.open(golden("mca_mixed", "weights"))) {
      for (String name : GoldenCase.of("mca_mixed").parameters()) {
        expected += Objects.requireNonNull(file.entries().get(name)).elements();
      }
    }
    assertThat(Parameters.of(GoldenCase.of("mca_mixed").config()).count()).isEqualTo(expected);
  }

  private List<Misfit> check(String name, Map<String, RawTensor> changes) {
    var tensors = weights(name);
    tensors.putAll(changes);
    return checkAll(name, tensors);
  }

  private List<Misfit> checkAll(String name, Map<String, RawTensor> tensors) {
    Path file = folder.resolve("x.safetensors");
    RawTensor.write(file, tensors);
    try (Safetensors checkpoint = Safetensors.open(file)) {
      return Parameters.of(GoldenCase.of(name).config()).check(checkpoint);
    }
  }

  private static Map<String, RawTensor> weights(String name) {
    var tensors = new LinkedHashMap<String, RawTensor>();
    try (Safetensors file = Safetensors.open(golden(name, "weights"))) {
      file.entries().keySet().forEach(tensor -> tensors.put(tensor, RawTensor.of(file, tensor)));
    }
    return tensors;
  }

  private static RawTensor raw(RawTensor like, ByteBuffer bytes) {
    return new RawTensor(like.dtype(), like.shape(), bytes);
  }

  private static RawTensor scalar(float value) {
    return new RawTensor("F32", List.of(), bytes(Float.BYTES).putFloat(value).flip());
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Path golden(String name, String file) {
    return Path.of("src/test/resources/golden", name, file + ".safetensors");
  }
}
