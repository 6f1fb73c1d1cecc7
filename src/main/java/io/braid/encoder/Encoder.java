package io.braid.encoder;

import io.braid.attribution.Coalitions;
import io.braid.modality.Sample;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import io.braid.torch.Torch;
import io.braid.torch.TorchScript;
import io.braid.torch.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An encoder with its weights resident on a device. Packing may be done by any thread; a device
 * computes one batch at a time.
 */
public final class Encoder implements AutoCloseable {
  /** The files of the networks. */
  static final List<String> NETWORK = List.of("encoder", "tokens", "layers", "masks", "pooling");

  private static final TorchScript SCRIPT = TorchScript.compile("encoder.Encoder", NETWORK);

  /** Multiplications of a batch from which on several cores are faster than one; docs/speed.md. */
  static final double WORTH_ALL_CORES = 1e9;

  private final EncoderConfig config;
  private final Device device;
  private final Weights weights;
  private final long bytes;

  private Encoder(EncoderConfig config, Device device, Weights weights) {
    this.config = config;
    this.device = device;
    this.weights = weights;
    try (Tensors scope = Tensors.open(Device.CPU)) {
      this.bytes =
          (long) SCRIPT.call(scope, "bytes", weights).values().iterator().next().toFloats()[0];
    }
  }

  /**
   * Puts a checkpoint's parameters on a device.
   *
   * @param checkpoint one that {@link Parameters#check} finds nothing wrong with; copied
   */
  public static Encoder load(
      EncoderConfig config, Safetensors checkpoint, Device device, Precision precision) {
    try (Tensors scope = Tensors.open(device)) {
      var weights = new LinkedHashMap<String, Tensor>();
      for (Parameter parameter : Parameters.of(config).all()) {
        weights.put(parameter.name(), checkpoint.load(parameter.name(), scope));
      }
      return new Encoder(
          config, device, SCRIPT.weights("prepare", weights, precision == Precision.BF16));
    }
  }

  /** The encoder that weights in training are now; a copy. */
  static Encoder of(EncoderConfig config, Device device, Weights training, Precision precision) {
    return new Encoder(
        config, device, SCRIPT.weights("prepare", training, precision == Precision.BF16));
  }

  /** Loads libtorch and compiles the networks, which else happens at the first use. */
  public static void compileAhead() {
    Objects.requireNonNull(SCRIPT);
  }

  /** Embeds a batch of at least one sample. */
  public List<Embedding> encode(List<Sample> samples, Set<Output> outputs) {
    try (PackedBatch batch = pack(samples, outputs)) {
      return compute(batch);
    }
  }

  /** Puts a batch of at least one sample on this encoder's device. */
  public PackedBatch pack(List<Sample> samples, Set<Output> outputs) {
    Tensors scope = Tensors.open(device);
    try {
      return switch (config.architecture()) {
        case MCA, ZORRO -> {
          var layout = FusionLayout.of(config, samples, outputs);
          yield new PackedBatch(layout.pack(scope), layout::read);
        }
        case EAO -> {
          var layout = new PassLayout(config, samples, outputs);
          yield new PackedBatch(layout.pack(scope), layout::read);
        }
      };
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Embeds a packed batch; an embedding a sample, in order. */
  public List<Embedding> compute(PackedBatch batch) {
    if (!device.isCuda()) {
      Torch.useAllCores(multiplications(config, batch.packing.tokens()) >= WORTH_ALL_CORES);
    }
    Packing packing = batch.packing;
    return batch.reader.read(
        SCRIPT.call(packing.scope(), packing.method(), packing.arguments(weights)));
  }

  /** What the linear maps of the layers take for so many tokens. */
  static double multiplications(EncoderConfig config, long tokens) {
    double inner = (double) config.heads() * config.headDim();
    double perToken = config.embeddingDim() * (4 * inner + 3.0 * config.feedForwardDim());
    return tokens * perToken * config.layers();
  }

  /** Tokens that the network computes for a sample, fusion tokens too: the measure of its cost. */
  public static long cost(EncoderConfig config, Sample sample, Set<Output> outputs) {
    return switch (config.architecture()) {
      case MCA, ZORRO ->
          sample.tokens()
              + (outputs.contains(Output.CHANNELS)
                  ? config.fusionTokens()
                  : config.fusionTokensPerChannel())
              + (outputs.contains(Output.SUBSETS)
                  ? config.fusionTokensPerChannel() * numSubsets(config, sample)
                  : 0);
      case EAO -> PassLayout.tokens(config, sample, outputs);
    };
  }

  /**
   * How many subsets of a sample's modalities {@link Output#SUBSETS} embeds, the empty one
   * included.
   */
  public static long numSubsets(EncoderConfig config, Sample sample) {
    return Coalitions.number(config.fused(sample));
  }

  public EncoderConfig config() {
    return config;
  }

  /** Device memory that the weights hold. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    weights.close();
  }
}
