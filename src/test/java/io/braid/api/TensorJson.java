package io.braid.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Tensor objects in JSON with single quotes. */
final class TensorJson {
  private TensorJson() {}

  static String f32(String shape, float... cells) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * cells.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(cells);
    return tensor("F32", shape, bytes);
  }

  static String f64(String shape, double... cells) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * cells.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(cells);
    return tensor("F64", shape, bytes);
  }

  private static String tensor(String type, String shape, ByteBuffer bytes) {
    return "{'dtype': '%s', 'shape': %s, 'base64': '%s'}"
        .formatted(type, shape, Base64.getEncoder().encodeToString(bytes.array()));
  }
}
