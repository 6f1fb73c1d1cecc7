package io.braid.encoder;

import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.Map;

/**
 * Samples on a device, as the networks read them.
 *
 * @param scope owns the tensors
 * @param tokens that the layers compute
 * @param method of {@code encoder.py}
 * @param layout tensors that the method's documentation names
 * @param blocks see {@link Blocks#sizes()}
 * @param sizes numbers that the method reads from {@code size}
 */
record Packing(
    Tensors scope,
    long tokens,
    String method,
    PackedFeatures features,
    Map<String, Tensor> layout,
    Blocks blocks,
    Map<String, Long> sizes) {

  Packing withSizes(Map<String, Long> sizes) {
    return new Packing(scope, tokens, method, features, layout, blocks, sizes);
  }

  /** What the method takes before anything else: features, layout, weights and sizes. */
  Object[] arguments(Object weights, Object... more) {
    var arguments = new Object[8 + more.length];
    arguments[0] = features.names();
    arguments[1] = features.kinds();
    arguments[2] = features.limits();
    arguments[3] = features.tensors();
    arguments[4] = layout;
    arguments[5] = blocks.sizes();
    arguments[6] = weights;
    arguments[7] = sizes;
    System.arraycopy(more, 0, arguments, 8, more.length);
    return arguments;
  }
}
