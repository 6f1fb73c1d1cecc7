package io.braid.torch;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Calls of a TorchScript method outside libtorch's inference mode, in which nothing can be
 * differentiated. DJL has the native call, but its public form takes only arrays, each told by its
 * name; so it is reached through method handles, checked when the class is loaded.
 */
final class TrainMode {
  private static final String LIBRARY = "ai.djl.pytorch.jni.PyTorchLibrary";

  private static final MethodHandle CALL;
  private static final MethodHandle VALUE;

  static {
    try {
      Class<?> type = Class.forName(LIBRARY);
      MethodHandles.Lookup library = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      Object instance = library.findStaticGetter(type, "LIB", type).invoke();
      CALL =
          library
              .findVirtual(
                  type,
                  "moduleRunMethod",
                  MethodType.methodType(
                      long.class,
                      long.class,
                      String.class,
                      long[].class,
                      boolean.class,
                      boolean.class))
              .bindTo(instance);
      VALUE =
          MethodHandles.privateLookupIn(IValue.class, MethodHandles.lookup())
              .findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
    } catch (Throwable e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private TrainMode() {}

  static IValue run(PtSymbolBlock block, String method, IValue... arguments) {
    long[] handles = new long[arguments.length];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = arguments[i].getHandle();
    }
    try {
      long result = (long) CALL.invokeExact((long) block.getHandle(), method, handles, true, false);
      return (IValue) VALUE.invokeExact(result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
