package io.braid.encoder;

import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.torch.Safetensors.FloatTensor;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import io.braid.torch.Torch;
import io.braid.torch.TorchScript;
import io.braid.torch.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * An encoder that learns: weights and the optimizer's moments on the first device, replicas of the
 * weights on the others. A batch is cut into parts; however it is cut, and wherever its parts are
 * embedded, one loss contrasts all of them. See {@code training.py}. Used by one thread.
 */
public final class EncoderTraining implements AutoCloseable {
  static final TorchScript SCRIPT =
      TorchScript.compile(
          "training.Training",
          Stream.concat(
                  Encoder.NETWORK.stream(),
                  Stream.of("padded", "contrastive", "optimizer", "training"))
              .toList());

  /**
   * How AdamW moves the weights in a step.
   *
   * @param rate learning rate
   * @param decay weight decay, of every parameter as published
   * @param clipNorm largest norm of all gradients together
   */
  public record Update(double rate, double decay, double clipNorm) {}

  /**
   * What a step saw; not finite where training has gone astray, and then nothing was changed.
   *
   * @param loss before the step
   * @param norm of all gradients together, before they were clipped
   */
  public record Step(double loss, double norm) {
    public boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  /**
   * @param total mean of the pair losses that have rows, in nats; 0 if none has
   * @param pairs of each pair that has rows, by its published key
   */
  public record Loss(double total, Map<String, Double> pairs) {
    public Loss {
      pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
    }
  }

  private final EncoderConfig config;
  private final List<Device> devices;
  private final Contrasts contrasts;
  private final Objective objective;
  private final boolean bf16;
  private final TrainingState state;

  /** Those of the state. */
  private final Weights weights;

  private final Weights gradients;

  /** Of every device but the first. */
  private final List<Weights> replicas = new ArrayList<>();

  private long steps;

  private EncoderTraining(
      EncoderConfig config,
      List<Device> devices,
      Objective objective,
      Precision precision,
      TrainingState state,
      long steps) {
    this.config = config;
    this.devices = List.copyOf(devices);
    this.objective = objective;
    this.contrasts = new Contrasts(config, objective.views());
    this.bf16 = precision == Precision.BF16;
    this.state = state;
    this.weights = state.weights();
    this.gradients = TrainingState.zeros(weights);
    this.steps = steps;
    for (Device device : devices.subList(1, devices.size())) {
      try (Tensors scope = Tensors.open(device)) {
        var empty = new LinkedHashMap<String, Tensor>();
        Parameters.of(config)
            .all()
            .forEach(parameter -> empty.put(parameter.name(), zeros(parameter, scope)));
        replicas.add(SCRIPT.learn(false, "copied", empty));
      }
    }
  }

  /**
   * Starts from weights, with an optimizer that has seen nothing.
   *
   * @param weights every parameter by name, such as {@link InitialWeights#of}
   * @param devices one or more; the CPU may be named several times
   */
  public static EncoderTraining start(
      EncoderConfig config,
      Map<String, FloatTensor> weights,
      List<Device> devices,
      Objective objective,
      Precision precision) {
    try (Tensors scope = Tensors.open(devices.getFirst())) {
      var tensors = new LinkedHashMap<String, Tensor>();
      weights.forEach((name, tensor) ->
          tensors.put(name, scope.floats(tensor.elements(), shape(tensor.shape()))));
      var copied = SCRIPT.learn(false, "copied", tensors);
      return new EncoderTraining(
          config, devices, objective, precision, TrainingState.start(config, copied), 0);
    }
  }

  /**
   * Goes on where another left off, to the last bit.
   *
   * @param state what {@link #writeState} wrote
   * @param steps what {@link #steps} gave
   */
  public static EncoderTraining resume(
      EncoderConfig config,
      Safetensors state,
      long steps,
      List<Device> devices,
      Objective objective,
      Precision precision) {
    return new EncoderTraining(
        config,
        devices,
        objective,
        precision,
        TrainingState.load(config, state, devices.getFirst()),
        steps);
  }

  /** Pairs of embeddings that are contrasted. */
  public static int pairs(EncoderConfig config, Objective objective) {
    return new Contrasts(config, objective.views()).pairs().size();
  }

  private static Tensor zeros(Parameter parameter, Tensors scope) {
    return scope.floats(new float[Math.toIntExact(parameter.elements())], shape(parameter.shape()));
  }

  private static long[] shape(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Steps taken so far. */
  public long steps() {
    return steps;
  }

  /**
   * Learns from a batch.
   *
   * @param microBatch samples embedded with a graph of gradients at once on a device; a larger
   *     batch is embedded twice, which is exact (gradient caching)
   */
  public Step step(List<TrainingSample> batch, int microBatch, Update update) {
    try (Weights loss = differentiate(cut(batch, microBatch));
        Weights clipped = SCRIPT.learn(false, "clip", gradients, loss, update.clipNorm())) {
      var step = new Step(floats(loss, "loss")[0], floats(clipped, "norm")[0]);
      if (step.isFinite()) {
        steps++;
        run(
            "update",
            weights,
            gradients,
            state.first(),
            state.second(),
            steps,
            update.rate(),
            update.decay());
      }
      return step;
    }
  }

  /** The loss of a batch, without learning from it. */
  public Loss loss(List<TrainingSample> batch, int microBatch) {
    try (var parts = pack(cut(batch, microBatch));
        var held = new Held()) {
      settle(parts);
      for (TrainingPart part : parts) {
        held.add(embed(part, replica(parts.device(part)), false));
      }
      return read(held.add(contrast(parts, held.all())));
    }
  }

  private Loss read(Weights loss) {
    float[] rows = floats(loss, "rows");
    float[] losses = floats(loss, "pairs");
    var pairs = new LinkedHashMap<String, Double>();
    for (int i = 0; i < losses.length; i++) {
      if (rows[i] > 0) {
        pairs.put(contrasts.pairs().get(i).key(), (double) losses[i]);
      }
    }
    return new Loss(floats(loss, "loss")[0], pairs);
  }

  /** The gradient of a batch's loss by each parameter, not clipped; a part a list. */
  Map<String, FloatTensor> gradients(List<List<TrainingSample>> batch) {
    try (Weights loss = differentiate(batch);
        Weights _ = SCRIPT.learn(false, "clip", gradients, loss, Double.MAX_VALUE)) {
      return state.tensors(gradients);
    }
  }

  /** Parts of nearly equal size, of {@code microBatch} samples at most, one a device at least. */
  private List<List<TrainingSample>> cut(List<TrainingSample> batch, int microBatch) {
    int numParts =
        Math.min(batch.size(), Math.max(devices.size(), Math.ceilDiv(batch.size(), microBatch)));
    var parts = new ArrayList<List<TrainingSample>>();
    for (int part = 0; part < numParts; part++) {
      parts.add(
          batch.subList(
              (int) ((long) batch.size() * part / numParts),
              (int) ((long) batch.size() * (part + 1) / numParts)));
    }
    return parts;
  }

  /**
   * Puts the gradient by the weights into {@link #gradients}, but for the logit scale's.
   *
   * @return what {@code contrast} of {@code training.py} does
   */
  private Weights differentiate(List<List<TrainingSample>> batch) {
    run("clear", gradients);
    try (var parts = pack(batch);
        var leaves = new Held();
        var embedded = new Held()) {
      settle(parts);
      for (int device = 0; device < devices.size(); device++) {
        leaves.add(SCRIPT.learn(true, "leaves", replica(device)));
      }
      boolean cached = parts.size() > devices.size();
      for (TrainingPart part : parts) {
        embedded.add(embed(part, leaves.get(parts.device(part)), !cached));
      }
      Weights loss = contrast(parts, embedded.all());
      try {
        long start = 0;
        for (int p = 0; p < parts.size(); p++) {
          TrainingPart part = parts.get(p);
          Weights leaf = leaves.get(parts.device(part));
          try (Weights graph = cached ? embed(part, leaf, true) : embedded.take(p)) {
            run("accumulate", graph, loss, start, leaf, gradients);
          }
          start += part.slots().samples();
        }
        return loss;
      } catch (RuntimeException e) {
        loss.close();
        throw e;
      }
    }
  }

  private Parts pack(List<List<TrainingSample>> batch) {
    return Parts.pack(config, contrasts, objective.publishedNegatives(), batch, devices);
  }

  /** Does to the weights what using them for these parts does, and makes the replicas equal. */
  private void settle(Parts parts) {
    for (TrainingPart part : parts) {
      PackedFeatures features = part.packing().features();
      run("settle", features.names(), features.kinds(), features.tensors(), weights);
    }
    replicas.forEach(replica -> run("replicate", weights, replica));
  }

  private Weights replica(int device) {
    return device == 0 ? weights : replicas.get(device - 1);
  }

  private Weights embed(TrainingPart part, Weights at, boolean graph) {
    Packing packing = part.packing();
    Torch.useAllCores(Encoder.multiplications(config, packing.tokens()) >= Encoder.WORTH_ALL_CORES);
    return SCRIPT.learn(graph, packing.method(), packing.arguments(at, bf16));
  }

  private Weights contrast(Parts parts, List<Weights> embedded) {
    try (Tensors scope = Tensors.open(devices.getFirst())) {
      return SCRIPT.learn(
          true,
          "contrast",
          embedded,
          parts.has(contrasts.size(), scope),
          scope.longs(contrasts.places(), contrasts.pairs().size(), 2),
          objective.publishedNegatives(),
          objective.cosine(),
          weights);
    }
  }

  private static void run(String method, Object... arguments) {
    SCRIPT.learn(false, method, arguments).close();
  }

  /** An encoder with the weights as they are now, on the first device. */
  public Encoder encoder() {
    return Encoder.of(config, devices.getFirst(), weights, bf16 ? Precision.BF16 : Precision.FP32);
  }

  /** The weights as they are now. */
  Map<String, FloatTensor> weights() {
    return state.tensors(weights);
  }

  /** Writes the weights as they are now, under their published names, to a safetensors file. */
  public void writeWeights(Path file) {
    state.writeWeights(file);
  }

  /** Writes all that {@link #resume} needs but the number of steps, to a safetensors file. */
  public void writeState(Path file) {
    state.write(file);
  }

  private static float[] floats(Weights part, String name) {
    try (Tensors scope = Tensors.open(Device.CPU)) {
      return Objects.requireNonNull(SCRIPT.call(scope, "same", part).get(name), name).toFloats();
    }
  }

  @Override
  public void close() {
    state.close();
    gradients.close();
    replicas.forEach(Weights::close);
  }
}
