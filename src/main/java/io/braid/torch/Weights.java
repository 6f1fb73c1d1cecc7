package io.braid.torch;

import ai.djl.pytorch.jni.IValue;

/**
 * A dictionary of parameters that stays on its device from call to call. Read by any thread; closed
 * once, when no call uses it.
 */
public final class Weights implements AutoCloseable {
  private final IValue dictionary;

  Weights(IValue dictionary) {
    this.dictionary = dictionary;
  }

  IValue dictionary() {
    return dictionary;
  }

  @Override
  public void close() {
    dictionary.close();
  }
}
