package io.braid.encoder;

import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.List;
import java.util.Map;

/**
 * A batch on its device, ready to compute. Made by {@link Encoder#pack}, closed by whoever holds
 * it; used by one thread at a time.
 */
public final class PackedBatch implements AutoCloseable {
  /** Reads the answer of the network into an embedding a sample. */
  interface Reader {
    List<Embedding> read(Map<String, Tensor> answer);
  }

  final Tensors scope;
  final long tokens;
  final String method;
  final PackedFeatures features;
  final Map<String, Tensor> layout;
  final long[] blocks;
  final Map<String, Long> sizes;
  final Reader reader;

  /**
   * @param tokens that the layers compute
   * @param method of {@code encoder.py}
   * @param layout tensors that the method's documentation names
   * @param blocks see {@link Blocks#sizes()}
   * @param sizes numbers that the method reads from {@code size}
   */
  PackedBatch(
      Tensors scope,
      long tokens,
      String method,
      PackedFeatures features,
      Map<String, Tensor> layout,
      long[] blocks,
      Map<String, Long> sizes,
      Reader reader) {
    this.scope = scope;
    this.tokens = tokens;
    this.method = method;
    this.features = features;
    this.layout = layout;
    this.blocks = blocks;
    this.sizes = sizes;
    this.reader = reader;
  }

  @Override
  public void close() {
    scope.close();
  }
}
