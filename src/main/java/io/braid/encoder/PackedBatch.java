package io.braid.encoder;

import io.braid.torch.Tensor;
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

  final Packing packing;
  final Reader reader;

  PackedBatch(Packing packing, Reader reader) {
    this.packing = packing;
    this.reader = reader;
  }

  @Override
  public void close() {
    packing.scope().close();
  }
}
