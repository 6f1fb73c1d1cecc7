package io.braid.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** libtorch, loaded once with the settings that Braid needs. */
public final class Torch {
  private static final Engine ENGINE = load();

  /** Threads that libtorch takes if it is let. */
  private static volatile int allThreads = JniUtils.getNumThreads();

  private Torch() {}

  /** Loads libtorch if it is not; takes a second or two where it must be unpacked first. */
  static Engine engine() {
    return ENGINE;
  }

  /** For a process that does nothing but train: freed memory is kept for the next step. */
  public static void keepFreedMemory() {
    Libc.keepFreedMemory();
  }

  /** From now on "all cores" are this many. */
  public static void limitThreads(int threads) {
    allThreads = threads;
  }

  /**
   * Lets the calls that this thread makes on the CPU use one core or all: with little to compute,
   * handing parts of it to other cores takes longer than doing it.
   */
  public static void useAllCores(boolean all) {
    JniUtils.setNumThreads(all ? allThreads : 1);
  }

  private static Engine load() {
    Libc.letOpenMpSleep();
    System.setProperty("ai.djl.offline", "true");
    return Engine.getEngine("PyTorch");
  }
}
