package io.braid.encoder;

import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.torch.Safetensors.FloatTensor;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import io.braid.torch.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a run goes on from: weights and the optimizer's moments, on one device, and as a safetensors
 * file with a prefix for each. Tensors come to the heap one at a time.
 *
 * @param first means of the gradients
 * @param second means of their squares
 */
record TrainingState(EncoderConfig config, Weights weights, Weights first, Weights second)
    implements AutoCloseable {
  private static final String WEIGHTS = "weights.";
  private static final String FIRST = "first.";
  private static final String SECOND = "second.";

  /** Of an optimizer that has seen nothing. */
  static TrainingState start(EncoderConfig config, Weights weights) {
    return new TrainingState(config, weights, zeros(weights), zeros(weights));
  }

  /** What {@link #write} wrote. */
  static TrainingState load(EncoderConfig config, Safetensors file, Device device) {
    try (Tensors scope = Tensors.open(device)) {
      return new TrainingState(
          config,
          load(config, file, WEIGHTS, scope),
          load(config, file, FIRST, scope),
          load(config, file, SECOND, scope));
    }
  }

  private static Weights load(
      EncoderConfig config, Safetensors file, String prefix, Tensors scope) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Parameter parameter : Parameters.of(config).all()) {
      tensors.put(parameter.name(), file.load(prefix + parameter.name(), scope));
    }
    return EncoderTraining.SCRIPT.learn(false, "copied", tensors);
  }

  static Weights zeros(Weights like) {
    return EncoderTraining.SCRIPT.learn(false, "zeros", like);
  }

  void write(Path file) {
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var all = new LinkedHashMap<String, Safetensors.Source>();
      all.putAll(sources(weights, WEIGHTS, scope));
      all.putAll(sources(first, FIRST, scope));
      all.putAll(sources(second, SECOND, scope));
      Safetensors.write(file, all);
    }
  }

  /** The weights alone, under their published names. */
  void writeWeights(Path file) {
    try (Tensors scope = Tensors.open(Device.CPU)) {
      Safetensors.write(file, sources(weights, "", scope));
    }
  }

  /** A copy of tensors that are named as the parameters are. */
  Map<String, FloatTensor> tensors(Weights part) {
    try (Tensors scope = Tensors.open(Device.CPU)) {
      var read = new LinkedHashMap<String, FloatTensor>();
      sources(part, "", scope)
          .forEach((name, one) -> read.put(name, new FloatTensor(one.shape(), one.elements())));
      return read;
    }
  }

  private record OnDevice(Tensor tensor) implements Safetensors.Source {
    @Override
    public List<Long> shape() {
      return Arrays.stream(tensor.shape()).boxed().toList();
    }

    @Override
    public FloatBuffer elements() {
      return FloatBuffer.wrap(tensor.toFloats());
    }
  }

  /** In the order of the published checkpoints, so that equal weights make equal files. */
  private Map<String, OnDevice> sources(Weights part, String prefix, Tensors scope) {
    Map<String, Tensor> tensors = EncoderTraining.SCRIPT.call(scope, "same", part);
    var sources = new LinkedHashMap<String, OnDevice>();
    for (Parameter parameter : Parameters.of(config).all()) {
      Tensor tensor = Objects.requireNonNull(tensors.get(parameter.name()), parameter.name());
      sources.put(prefix + parameter.name(), new OnDevice(tensor));
    }
    return sources;
  }

  @Override
  public void close() {
    weights.close();
    first.close();
    second.close();
  }
}
