package io.braid.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A TorchScript module compiled from source text. Its methods take dictionaries of tensors, return
 * one, and may call {@code torch.grad}, which {@link TorchScript} has no door for.
 */
public final class SourceModule {
  /** Kept: when it is collected, DJL's finalizer frees the module. */
  private final Model model;

  private SourceModule(Model model) {
    this.model = model;
  }

  /**
   * @param root file and class of the root object, {@code "plain.Plain"}
   * @param sources file name without {@code .py} → source text
   */
  public static SourceModule compile(String root, Map<String, String> sources) {
    try {
      System.setProperty("ai.djl.offline", "true");
      Model model = Model.newInstance(root, "PyTorch");
      model.load(new ByteArrayInputStream(TorchScriptArchive.of(root, sources)));
      return new SourceModule(model);
    } catch (MalformedModelException | IOException e) {
      throw new IllegalArgumentException("TorchScript does not compile: " + e.getMessage(), e);
    }
  }

  /** The text of a test resource of {@code /torchscript/}, by its name without {@code .py}. */
  public static String source(String name) {
    try (var in = SourceModule.class.getResourceAsStream("/torchscript/" + name + ".py")) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name + ".py");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls a method without a graph of gradients; the tensors it returns belong to the scope. */
  public Map<String, Tensor> call(
      Tensors scope, String method, List<Map<String, Tensor>> dictionaries) {
    return run(scope, method, dictionaries, false);
  }

  /** Calls a method that may differentiate what it computes. */
  public Map<String, Tensor> callWithGradients(
      Tensors scope, String method, List<Map<String, Tensor>> dictionaries) {
    boolean before = JniUtils.isGradMode(); // of this thread
    JniUtils.setGradMode(true);
    try {
      return run(scope, method, dictionaries, true);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  private Map<String, Tensor> run(
      Tensors scope, String method, List<Map<String, Tensor>> dictionaries, boolean gradients) {
    var arguments = new NDList();
    for (int i = 0; i < dictionaries.size(); i++) {
      for (var entry : dictionaries.get(i).entrySet()) {
        // DJL makes the arguments from the arrays' names: "a0.norm.gamma" is an entry of the first.
        PtNDArray array = entry.getValue().array();
        array.setName("a" + i + "." + entry.getKey());
        arguments.add(array);
      }
    }
    // Of this thread; else the executor optimises anew for each new shape.
    JniUtils.setGraphExecutorOptimize(false);
    try (NDArray choice = scope.manager().create(0f)) {
      choice.setName("module_method:" + method);
      arguments.add(choice);
      var tensors = new LinkedHashMap<String, Tensor>();
      for (NDArray array :
          IValueUtils.forward((PtSymbolBlock) model.getBlock(), arguments, gradients)) {
        tensors.put(array.getName(), scope.own((PtNDArray) array));
      }
      return tensors;
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
