package io.braid.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** The thread pool that libtorch computes with on the CPU. */
final class OpenMp {
  private OpenMp() {}

  /**
   * Lets its threads sleep at once when they have nothing to do. By default they spin, which on
   * cores shared with request threads makes each wait for the other: a forward took three times as
   * long beside two busy threads (docs/speed.md). Has an effect before libtorch is loaded; does not
   * override an {@code OMP_WAIT_POLICY} that is set.
   */
  static void sleepWhenIdle() {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      int status =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("setenv"),
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT))
                  .invokeExact(
                      arena.allocateFrom("OMP_WAIT_POLICY"), arena.allocateFrom("passive"), 0);
      if (status != 0) {
        throw new IllegalStateException("setenv: " + status);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
