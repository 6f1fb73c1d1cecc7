package io.braid.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * A scope that owns tensors on one device and frees them when closed. Opened with {@code try}; used
 * by one thread at a time.
 */
public final class Tensors implements AutoCloseable {
  private final PtNDManager manager;

  private Tensors(PtNDManager manager) {
    this.manager = manager;
  }

  public static Tensors open(Device device) {
    return new Tensors((PtNDManager) Torch.engine().newBaseManager(device.toDjl()));
  }

  /** A float32 tensor of all that remains in {@code elements}, copied. */
  public Tensor floats(FloatBuffer elements, long... shape) {
    requireSize(elements, shape);
    ByteBuffer bytes = direct(Math.multiplyExact(elements.remaining(), Float.BYTES));
    bytes.asFloatBuffer().put(elements.duplicate());
    return create(bytes, DataType.FLOAT32, shape);
  }

  public Tensor floats(float[] elements, long... shape) {
    return floats(FloatBuffer.wrap(elements), shape);
  }

  /** An int64 tensor of all that remains in {@code elements}, copied. */
  public Tensor longs(LongBuffer elements, long... shape) {
    requireSize(elements, shape);
    ByteBuffer bytes = direct(Math.multiplyExact(elements.remaining(), Long.BYTES));
    bytes.asLongBuffer().put(elements.duplicate());
    return create(bytes, DataType.INT64, shape);
  }

  public Tensor longs(long[] elements, long... shape) {
    return longs(LongBuffer.wrap(elements), shape);
  }

  /** A boolean tensor; each byte of {@code elements} is 0 or 1. */
  public Tensor booleans(byte[] elements, long... shape) {
    ByteBuffer bytes = direct(elements.length).put(elements).flip();
    requireSize(bytes, shape);
    return create(bytes, DataType.BOOLEAN, shape);
  }

  /**
   * A float32 tensor over the little-endian bytes of a direct buffer, not copied on the CPU: they
   * must not change while the scope is open.
   */
  Tensor view(ByteBuffer floats, long... shape) {
    requireSize(floats.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), shape);
    return create(floats, DataType.FLOAT32, shape);
  }

  Tensor own(PtNDArray array) {
    array.attach(manager);
    return new Tensor(array);
  }

  PtNDManager manager() {
    return manager;
  }

  private Tensor create(ByteBuffer bytes, DataType type, long... shape) {
    try {
      return new Tensor(manager.create(bytes, new Shape(shape), type));
    } catch (EngineException e) {
      throw new TorchException("no tensor of " + new Shape(shape) + ": " + e.getMessage(), e);
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static void requireSize(Buffer elements, long... shape) {
    long size = 1;
    for (long length : shape) {
      size = Math.multiplyExact(size, length);
    }
    if (size != elements.remaining()) {
      throw new IllegalArgumentException(
          elements.remaining() + " elements do not fill " + new Shape(shape));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
