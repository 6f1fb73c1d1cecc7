package io.braid.plain;

import io.braid.encoder.Channel;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Modality;
import io.braid.torch.Safetensors;
import io.braid.torch.SourceModule;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The published algorithm in plain form, for one configuration. Embeddings are named as in the
 * golden cases: a modality's name, {@code fusion}, {@code fusion.0_1} for a channel of modalities 0
 * and 1, and for EAO {@code fusion.any}. Absent modalities get a vector too, as published: a
 * meaningless one.
 *
 * <p>{@code weights} are those of a checkpoint under their published names, buffers included;
 * {@code inputs} those of {@link PaddedBatch#tensors}.
 */
public final class PlainEncoder {
  /** What it computes in; weights and inputs come and embeddings leave as float32. */
  public enum Arithmetic {
    SINGLE(6),
    DOUBLE(7);

    private final int scalarType;

    Arithmetic(int scalarType) {
      this.scalarType = scalarType;
    }
  }

  private static final List<String> FILES =
      List.of(
          "plain",
          "plain_tokens",
          "plain_layers",
          "plain_masks",
          "plain_model",
          "plain_loss",
          "plain_training");

  /** Compiled once for each text of {@code plain_config}. */
  private static final Map<String, SourceModule> MODULES = new ConcurrentHashMap<>();

  private final SourceModule module;

  private PlainEncoder(SourceModule module) {
    this.module = module;
  }

  /** In float32, with the channel losses. */
  public static PlainEncoder of(EncoderConfig config) {
    return of(config, true, Arithmetic.SINGLE);
  }

  /** With columns taken out of the losses where they stand for embeddings that rest on nothing. */
  public static PlainEncoder withoutMeaninglessNegatives(EncoderConfig config) {
    return of(config, true, false, Arithmetic.SINGLE);
  }

  /**
   * @param fcl as published: whether channels have embeddings and losses of their own
   */
  public static PlainEncoder of(EncoderConfig config, boolean fcl, Arithmetic arithmetic) {
    return of(config, fcl, true, arithmetic);
  }

  private static PlainEncoder of(
      EncoderConfig config, boolean fcl, boolean publishedNegatives, Arithmetic arithmetic) {
    String source =
        source(config, fcl, arithmetic)
            + constant("published_negatives", "bool", publishedNegatives ? "True" : "False");
    return new PlainEncoder(MODULES.computeIfAbsent(source, PlainEncoder::compile));
  }

  private static SourceModule compile(String config) {
    var sources = new LinkedHashMap<String, String>();
    FILES.forEach(file -> sources.put(file, SourceModule.source(file)));
    sources.put("plain_config", config);
    return SourceModule.compile("plain.Plain", sources);
  }

  /** All tensors of a checkpoint, parameters and buffers. */
  public static Map<String, Tensor> weights(Safetensors checkpoint, Tensors scope) {
    var tensors = new LinkedHashMap<String, Tensor>();
    checkpoint.entries().keySet().forEach(name -> tensors.put(name, checkpoint.load(name, scope)));
    return tensors;
  }

  /** Every embedding, {@code [B,D]}. */
  public Map<String, Tensor> embed(
      Tensors scope, Map<String, Tensor> weights, Map<String, Tensor> inputs) {
    return module.call(scope, "embed", List.of(inputs, weights));
  }

  /** What happens on the way: {@code debug.encoded.gene}, {@code debug.layer.0}, ... */
  public Map<String, Tensor> trace(
      Tensors scope, Map<String, Tensor> weights, Map<String, Tensor> inputs) {
    return module.call(scope, "trace", List.of(inputs, weights));
  }

  /** {@code attn_mask}, {@code pool_mask}, {@code token_types}, {@code present}. */
  public Map<String, Tensor> masks(
      Tensors scope, Map<String, Tensor> weights, Map<String, Tensor> inputs) {
    return module.call(scope, "masks", List.of(inputs, weights));
  }

  /**
   * {@code loss.<key>} of each pair, {@code pair_losses} of all in published order, the totals, and
   * {@code grad.<parameter>} of the total loss.
   */
  public Map<String, Tensor> gradients(
      Tensors scope, Map<String, Tensor> weights, Map<String, Tensor> inputs) {
    return module.callWithGradients(scope, "gradients", List.of(inputs, weights));
  }

  /**
   * Three optimizer steps on one batch: {@code step3.<parameter>}, {@code train_losses}, {@code
   * train_grad_norms}.
   */
  public Map<String, Tensor> train(
      Tensors scope, Map<String, Tensor> weights, Map<String, Tensor> inputs) {
    return module.callWithGradients(scope, "train", List.of(inputs, weights));
  }

  /** What {@code plain*.py} asks {@code plain_config} for. */
  private static String source(EncoderConfig config, boolean fcl, Arithmetic arithmetic) {
    List<Modality> modalities = config.schema().modalities();
    return constant("architecture", "str", quoted(config.architecture().toString()))
        + constant("dtype", "int", arithmetic.scalarType)
        + constant("fcl", "bool", fcl ? "True" : "False")
        + constant("layers", "int", config.layers())
        + constant("heads", "int", config.heads())
        + constant("fusion_tokens", "int", config.fusionTokens())
        + constant("channels", "List[List[int]]", list(config.channels(), Channel::members))
        + constant("modalities", "List[str]", list(modalities, m -> quoted(m.name())))
        + constant("kinds", "List[str]", list(modalities, m -> quoted(kind(m))))
        + constant("max_values", "List[float]", list(modalities, PlainEncoder::maxValue))
        + constant("patches", "List[List[int]]", list(modalities, PlainEncoder::patch));
  }

  private static String constant(String name, String type, Object value) {
    return "def %s() -> %s:\n  return %s\n\n".formatted(name, type, value);
  }

  private static <T> String list(List<T> items, Function<T, ?> text) {
    return items.stream()
        .map(item -> text.apply(item).toString())
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String kind(Modality modality) {
    return switch (modality) {
      case Modality.Tabular _ -> "tabular";
      case Modality.Sequence _ -> "sequence";
      case Modality.Tokens _ -> "tokens";
      case Modality.SparseTabular _ -> "sparse_tabular";
      case Modality.Patches _ -> "patches";
    };
  }

  private static double maxValue(Modality modality) {
    return switch (modality) {
      case Modality.Tabular tabular -> tabular.maxValue();
      case Modality.SparseTabular sparse -> sparse.maxValue();
      case Modality.Sequence _, Modality.Tokens _, Modality.Patches _ -> 0;
    };
  }

  private static List<Integer> patch(Modality modality) {
    return modality instanceof Modality.Patches patches
        ? List.of(patches.patchRows(), patches.patchColumns())
        : List.of(0, 0);
  }
}
