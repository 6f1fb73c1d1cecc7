package io.braid.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Architecture;
import io.braid.plain.PlainEncoder.Arithmetic;
import io.braid.torch.Device;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plain form reproduces every number of the golden cases, in float32 and in double. Deviations
 * are largest absolute ones, relative to the expected tensor's largest value where it says so.
 */
class PlainGoldenTest {
  /** Relative. */
  private static final double FORWARD = 1e-5;

  /** Relative, absolute where the expected value is below 1. */
  private static final double LOSS = 1e-5;

  /** Relative, absolute where the largest expected value is below 1. */
  private static final double GRADIENT = 1e-4;

  /** Absolute: Adam's first steps are as long as the rate, however small the gradient. */
  private static final double STEP = 1e-4;

  static Stream<Arguments> cases() {
    return GoldenCase.NAMES.stream()
        .flatMap(name -> Stream.of(Arithmetic.values()).map(in -> Arguments.of(name, in)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void masks(String name, Arithmetic arithmetic) {
    GoldenCase golden = GoldenCase.of(name);
    boolean oneSequence = golden.config().architecture() != Architecture.EAO;
    var compared =
        oneSequence
            ? List.of("attn_mask", "pool_mask", "token_types", "present")
            : List.of("present");
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var actual =
          plain(golden, arithmetic)
              .masks(scope, golden.weights(scope), golden.batch().tensors(scope));
      for (String key : compared) {
        assertThat(floats(actual, key)).as(key).containsExactly(golden.mask(key));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void embeddings(String name, Arithmetic arithmetic) {
    GoldenCase golden = GoldenCase.of(name);
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var actual =
          plain(golden, arithmetic)
              .embed(scope, golden.weights(scope), golden.batch().tensors(scope));

      assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(golden.embeddingNames());
      assertClose(golden, actual, FORWARD, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tensorsOnTheWay(String name, Arithmetic arithmetic) {
    GoldenCase golden = GoldenCase.of(name);
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var actual =
          plain(golden, arithmetic)
              .trace(scope, golden.weights(scope), golden.batch().tensors(scope));
      assertNames(golden, actual, key -> key.startsWith("debug."));
      assertClose(golden, actual, FORWARD, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void losses(String name, Arithmetic arithmetic) {
    GoldenCase golden = GoldenCase.of(name);
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var all =
          plain(golden, arithmetic)
              .gradients(scope, golden.weights(scope), golden.batch().tensors(scope));
      var actual = select(all, key -> !key.startsWith("grad.") && !key.equals("pair_losses"));
      assertNames(golden, actual, key -> key.startsWith("loss.") || key.endsWith("_loss"));
      assertClose(golden, actual, LOSS, 1);
      var inOrder = new float[golden.lossKeys().size()];
      for (int i = 0; i < inOrder.length; i++) {
        inOrder[i] = floats(actual, "loss." + golden.lossKeys().get(i))[0];
      }
      assertThat(Deviation.absolute(floats(all, "pair_losses"), inOrder)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradients(String name, Arithmetic arithmetic) {
    GoldenCase golden = GoldenCase.of(name);
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var all =
          plain(golden, arithmetic)
              .gradients(scope, golden.weights(scope), golden.batch().tensors(scope));
      var actual = select(all, key -> key.startsWith("grad."));
      assertThat(actual.keySet())
          .containsExactlyInAnyOrderElementsOf(
              golden.parameters().stream().map(key -> "grad." + key).toList());
      assertClose(golden, actual, GRADIENT, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threeOptimizerSteps(String name, Arithmetic arithmetic) {
    GoldenCase golden = GoldenCase.of(name);
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var actual =
          plain(golden, arithmetic)
              .train(scope, golden.weights(scope), golden.batch().tensors(scope));
      assertNames(golden, actual, key -> key.startsWith("step3.") || key.startsWith("train_"));
      assertClose(golden, select(actual, key -> key.startsWith("train_")), LOSS, 1);
      for (String key : select(actual, key -> key.startsWith("step3.")).keySet()) {
        assertThat(Deviation.absolute(floats(actual, key), golden.output(key)))
            .as(key)
            .isLessThan(STEP);
      }
    }
  }

  private static PlainEncoder plain(GoldenCase golden, Arithmetic arithmetic) {
    return PlainEncoder.of(golden.config(), golden.fcl(), arithmetic);
  }

  private static void assertNames(
      GoldenCase golden, Map<String, Tensor> actual, Predicate<String> kind) {
    assertThat(actual.keySet())
        .containsExactlyInAnyOrderElementsOf(golden.outputNames().stream().filter(kind).toList());
  }

  private static void assertClose(
      GoldenCase golden, Map<String, Tensor> actual, double tolerance, double floor) {
    for (String key : actual.keySet()) {
      assertThat(Deviation.relative(floats(actual, key), golden.output(key), floor))
          .as(key)
          .isLessThan(tolerance);
    }
  }

  private static Map<String, Tensor> select(Map<String, Tensor> tensors, Predicate<String> wanted) {
    var selected = new LinkedHashMap<>(tensors);
    selected.keySet().removeIf(wanted.negate());
    return selected;
  }

  private static float[] floats(Map<String, Tensor> tensors, String key) {
    return Objects.requireNonNull(tensors.get(key), key).toFloats();
  }
}
