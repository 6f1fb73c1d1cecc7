package io.braid.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TorchScript source, compiled by libtorch; the only door through which Braid computes.
 *
 * <p>Arguments of a call are a {@link Tensor}, {@link Weights}, {@code Long}, {@code Double},
 * {@code Boolean}, {@code String}, {@code long[]} (a {@code List[int]}), a list of one kind of
 * these, not empty, or a map from names to tensors, to longs or to doubles. A module may be called
 * by several threads at once.
 */
public final class TorchScript {
  /** Held for its life: a model that is collected closes its block. */
  private final Model model;

  private TorchScript(Model model) {
    this.model = model;
  }

  /**
   * Compiles resources of {@code /torchscript/}.
   *
   * @param root file and class of the root object, {@code "encoder.Encoder"}
   * @param files names without {@code .py}
   */
  public static TorchScript compile(String root, List<String> files) {
    var sources = new LinkedHashMap<String, String>();
    for (String file : files) {
      sources.put(file, resource("/torchscript/" + file + ".py"));
    }
    try {
      Model model = Model.newInstance(root, Torch.engine().getEngineName());
      model.load(new ByteArrayInputStream(TorchScriptArchive.of(root, sources)));
      return new TorchScript(model);
    } catch (MalformedModelException | EngineException e) {
      throw new TorchException("TorchScript does not compile: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls a method that returns {@code Dict[str, Tensor]}; the tensors belong to the scope. */
  public Map<String, Tensor> call(Tensors scope, String method, Object... arguments) {
    try (IValue result = run(method, arguments)) {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var entry : result.toIValueMap().entrySet()) {
        try (IValue value = entry.getValue()) {
          tensors.put(entry.getKey(), scope.own(value.toTensor(scope.manager())));
        }
      }
      return tensors;
    }
  }

  /** Calls a method that returns {@code Dict[str, Tensor]} and keeps the result on its device. */
  public Weights weights(String method, Object... arguments) {
    return new Weights(run(method, arguments));
  }

  /**
   * Calls a method that returns {@code Dict[str, Tensor]}, whose tensors may be part of a graph of
   * gradients or be changed by later calls; the tensors of {@link #weights} may not.
   *
   * @param graph whether what is computed from leaves can be differentiated by them later
   */
  public Weights learn(boolean graph, String method, Object... arguments) {
    boolean before = JniUtils.isGradMode(); // of this thread
    JniUtils.setGradMode(graph);
    try {
      return new Weights(run(TrainMode::run, method, arguments));
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  private interface Runner {
    IValue run(PtSymbolBlock block, String method, IValue... arguments);
  }

  private IValue run(String method, Object... arguments) {
    return run(IValueUtils::runMethod, method, arguments);
  }

  private IValue run(Runner runner, String method, Object... arguments) {
    var values = new ArrayList<IValue>();
    var owned = new ArrayList<IValue>();
    try {
      for (Object argument : arguments) {
        values.add(value(argument, owned));
      }
      // Of this thread; else the executor optimises anew for each new shape, and every batch has
      // one.
      JniUtils.setGraphExecutorOptimize(false);
      return runner.run((PtSymbolBlock) model.getBlock(), method, values.toArray(IValue[]::new));
    } catch (EngineException e) {
      throw new TorchException(method + " failed: " + e.getMessage(), e);
    } finally {
      owned.forEach(IValue::close);
    }
  }

  private static IValue value(Object argument, List<IValue> owned) {
    if (argument instanceof Weights weights) {
      return weights.dictionary(); // which the caller owns
    }
    IValue value =
        switch (argument) {
          case Tensor tensor -> IValue.from(tensor.array());
          case Long number -> IValue.from(number);
          case Double number -> IValue.from(number);
          case Boolean flag -> IValue.from(flag);
          case String text -> IValue.from(text);
          case long[] numbers -> IValue.listFrom(numbers);
          case List<?> list ->
              IValue.listFrom(list.stream().map(item -> value(item, owned)).toArray(IValue[]::new));
          case Map<?, ?> map -> dictionary(map, owned);
          default ->
              throw new IllegalArgumentException(
                  "TorchScript takes no " + argument.getClass().getName() + "; this is a bug");
        };
    owned.add(value);
    return value;
  }

  private static IValue dictionary(Map<?, ?> map, List<IValue> owned) {
    if (map.values().stream().allMatch(Tensor.class::isInstance)) {
      var arrays = new LinkedHashMap<String, PtNDArray>();
      map.forEach((name, tensor) -> arrays.put((String) name, ((Tensor) tensor).array()));
      return IValue.stringMapFrom(arrays);
    }
    var values = new LinkedHashMap<String, IValue>();
    map.forEach((name, item) -> values.put((String) name, value(item, owned)));
    return IValue.stringIValueMapFrom(values);
  }

  private static String resource(String name) {
    try (InputStream in = TorchScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
