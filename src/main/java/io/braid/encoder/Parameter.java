package io.braid.encoder;

import java.util.List;
import java.util.OptionalLong;

/**
 * One trained tensor of an encoder.
 *
 * @param name as in the published checkpoints
 * @param shape {@code []} for a scalar
 * @param initial where training starts from
 */
record Parameter(String name, List<Long> shape, Initial initial) {
  Parameter {
    shape = List.copyOf(shape);
  }

  long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** How torch fills the modules of the published network. */
  sealed interface Initial {
    /** Every element the same. */
    record Constant(double value) implements Initial {}

    /** Uniform between {@code -1 / sqrt(fanIn)} and {@code 1 / sqrt(fanIn)}. */
    record Uniform(long fanIn) implements Initial {}

    /** Standard normal, but for the row of a table that stands for padding, which is zero. */
    record Normal(OptionalLong paddingRow) implements Initial {}
  }
}
