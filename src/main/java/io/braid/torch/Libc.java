package io.braid.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What Braid asks of the C library, whose allocator and environment libtorch uses. */
final class Libc {
  /** Numbers of glibc's {@code malloc.h}. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_MAX = -4;

  private Libc() {}

  /**
   * Lets OpenMP's threads sleep at once when they have nothing to do. By default they spin, which
   * on cores shared with request threads makes each wait for the other: a forward took three times
   * as long beside two busy threads (docs/speed.md). Has an effect before libtorch is loaded; does
   * not override an {@code OMP_WAIT_POLICY} that is set.
   */
  static void letOpenMpSleep() {
    try (Arena arena = Arena.ofConfined()) {
      int status =
          (int)
              function(
                      "setenv",
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

  /**
   * Keeps what was freed for what comes next, instead of giving each large block back to the system
   * and getting it anew, page by page: a step of training allocates the same blocks as the one
   * before (docs/speed.md). The process does not shrink again. Nothing where there is no {@code
   * mallopt}.
   */
  static void keepFreedMemory() {
    if (Linker.nativeLinker().defaultLookup().find("mallopt").isEmpty()) {
      return;
    }
    MethodHandle mallopt =
        function(
            "mallopt",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int all =
          (int) mallopt.invokeExact(M_MMAP_MAX, 0)
              & (int) mallopt.invokeExact(M_TRIM_THRESHOLD, -1)
              & (int) mallopt.invokeExact(M_TOP_PAD, 64 << 20);
      if (all != 1) {
        throw new IllegalStateException("mallopt refused a setting");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
