package io.braid.torch;

import ai.djl.engine.Engine;

/** libtorch, loaded once with the settings that Braid needs. */
final class Torch {
  private static final Engine ENGINE = load();

  private Torch() {}

  /** Loads libtorch if it is not; takes a second or two where it must be unpacked first. */
  static Engine engine() {
    return ENGINE;
  }

  private static Engine load() {
    OpenMp.sleepWhenIdle();
    // Else the executor optimises anew for each new shape, and every batch has a new shape.
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    System.setProperty("ai.djl.offline", "true");
    return Engine.getEngine("PyTorch");
  }
}
