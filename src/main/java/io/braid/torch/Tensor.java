package io.braid.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.Arrays;

/** A tensor of a {@link Tensors} scope, usable until the scope is closed. */
public final class Tensor {
  private final PtNDArray array;

  Tensor(PtNDArray array) {
    this.array = array;
  }

  public long[] shape() {
    return array.getShape().getShape();
  }

  /** All elements of a float tensor, row-major, copied to the heap from wherever they are. */
  public float[] toFloats() {
    try {
      return array.toFloatArray();
    } catch (EngineException e) {
      throw new TorchException("a tensor cannot be read: " + e.getMessage(), e);
    }
  }

  /** All elements of an int64 tensor, as {@link #toFloats} does. */
  public long[] toLongs() {
    try {
      return array.toLongArray();
    } catch (EngineException e) {
      throw new TorchException("a tensor cannot be read: " + e.getMessage(), e);
    }
  }

  PtNDArray array() {
    return array;
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape());
  }
}
