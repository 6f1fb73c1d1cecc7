package io.braid.encoder;

import io.braid.modality.Modality;
import io.braid.torch.Safetensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The contract between a config and a checkpoint: which tensors an encoder has, under their
 * published names, and whether a file holds just these. Buffers that a published checkpoint carries
 * beside them are compared with what Braid computes in their place; see {@link Buffers}.
 */
public final class Parameters {
  private static final String LOGIT_SCALE = "loss.loss_fn.logit_scale";

  /** A tensor of a file that does not belong to a config, and why. */
  public record Misfit(String tensor, String detail) {}

  private final EncoderConfig config;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();

  private Parameters(EncoderConfig config) {
    this.config = config;
  }

  /**
   * @throws IllegalArgumentException where names of modalities make two parameters have one name
   */
  public static Parameters of(EncoderConfig config) {
    var parameters = new Parameters(config);
    parameters.addAll();
    return parameters;
  }

  /** Shape of each, by name, in the order of the published checkpoints. */
  public Map<String, List<Long>> shapes() {
    var shapes = new LinkedHashMap<String, List<Long>>();
    byName.forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    return Collections.unmodifiableMap(shapes);
  }

  /** Numbers that are trained. */
  public long count() {
    return byName.values().stream().mapToLong(Parameter::elements).reduce(0, Math::addExact);
  }

  Collection<Parameter> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /**
   * All that is wrong with a checkpoint for this config; empty where it fits: a parameter that is
   * missing, misshapen, not finite or no floating-point tensor, a buffer that differs from what
   * Braid computes, and whatever is neither.
   */
  public List<Misfit> check(Safetensors file) {
    var misfits = new ArrayList<Misfit>();
    for (Parameter parameter : byName.values()) {
      fault(parameter, file).ifPresent(detail -> misfits.add(new Misfit(parameter.name(), detail)));
    }
    var buffers = Buffers.of(config);
    file.entries()
        .forEach((name, entry) -> {
          if (!byName.containsKey(name)) {
            buffers
                .fault(name, entry, file)
                .ifPresent(detail -> misfits.add(new Misfit(name, detail)));
          }
        });
    return misfits;
  }

  private static Optional<String> fault(Parameter parameter, Safetensors file) {
    Safetensors.Entry entry = file.entries().get(parameter.name());
    if (entry == null) {
      return Optional.of("missing, expected shape " + parameter.shape());
    }
    boolean oneScalar = parameter.name().equals(LOGIT_SCALE) && entry.shape().equals(List.of(1L));
    if (!entry.shape().equals(parameter.shape()) && !oneScalar) {
      return Optional.of("shape " + entry.shape() + ", expected " + parameter.shape());
    }
    if (!entry.dtype().isFloating()) {
      return Optional.of(entry.dtype() + ", expected a floating-point type");
    }
    return firstNonFinite(file.floats(parameter.name()));
  }

  private static Optional<String> firstNonFinite(FloatBuffer elements) {
    for (int i = 0; elements.hasRemaining(); i++) {
      float element = elements.get();
      if (!Float.isFinite(element)) {
        return Optional.of("element " + i + " is " + element + ", expected finite numbers");
      }
    }
    return Optional.empty();
  }

  private void addAll() {
    long dim = config.embeddingDim();
    if (config.architecture() != Architecture.EAO) {
      add("fusion_tokens", normal(), config.fusionTokens(), dim);
      add("return_tokens", normal(), config.schema().size() + config.channels().size() + 1L, dim);
    }
    config.schema().modalities().forEach(this::addEncoder);
    for (int layer = 0; layer < config.layers(); layer++) {
      String at = "layers." + layer;
      addAttention(at + ".attn");
      linear(at + ".ff.feedforward.0", dim, 2L * config.feedForwardDim());
      linear(at + ".ff.feedforward.2", config.feedForwardDim(), dim);
      add(at + ".norm.gamma", constant(1), dim);
    }
    add("norm.gamma", constant(1), dim);
    if (config.architecture() != Architecture.EAO) {
      addAttention("attn_pool");
    }
    add(LOGIT_SCALE, constant(Math.log(1 / 0.07)));
  }

  private void addEncoder(Modality modality) {
    long dim = config.embeddingDim();
    String at = "encoders." + modality.name();
    String table = at + ".token_encoder.embedding.weight";
    switch (modality) {
      case Modality.Tabular tabular -> {
        long columns = tabular.columns().size();
        add(table, padded(columns - 1), columns, dim); // padding index -1, as published
        addValueEncoder(at + ".value_encoder");
      }
      case Modality.SparseTabular sparse -> {
        add(table, padded(0), sparse.vocabulary(), dim);
        addValueEncoder(at + ".value_encoder");
      }
      case Modality.Tokens tokens -> add(table, padded(0), tokens.vocabulary(), dim);
      case Modality.Sequence sequence -> {
        norm(at + ".token_encoder.0", sequence.features());
        biased(at + ".token_encoder.1", sequence.features(), dim);
        norm(at + ".token_encoder.2", dim);
      }
      case Modality.Patches patches -> {
        norm(at + ".batch_to_tokens.1", patches.cells());
        biased(at + ".batch_to_tokens.2", patches.cells(), dim);
        norm(at + ".batch_to_tokens.3", dim);
        add(at + ".embedding.weight", normal(), patches.maxLength(), dim);
      }
    }
  }

  private void addValueEncoder(String at) {
    long dim = config.embeddingDim();
    biased(at + ".linear1", 1, dim);
    biased(at + ".linear2", dim, dim);
    norm(at + ".norm", dim);
  }

  private void addAttention(String at) {
    long inner = (long) config.heads() * config.headDim();
    linear(at + ".to_q", config.embeddingDim(), inner);
    linear(at + ".to_kv", config.embeddingDim(), 2 * inner);
    linear(at + ".to_out", inner, config.embeddingDim());
  }

  private void linear(String at, long in, long out) {
    add(at + ".weight", new Parameter.Initial.Uniform(in), out, in);
  }

  private void biased(String at, long in, long out) {
    linear(at, in, out);
    add(at + ".bias", new Parameter.Initial.Uniform(in), out);
  }

  private void norm(String at, long dim) {
    add(at + ".weight", constant(1), dim);
    add(at + ".bias", constant(0), dim);
  }

  private void add(String name, Parameter.Initial initial, long... shape) {
    if (byName.put(name, new Parameter(name, LongStream.of(shape).boxed().toList(), initial))
        != null) {
      throw new IllegalArgumentException("two parameters would be called '" + name + "'");
    }
  }

  private static Parameter.Initial constant(double value) {
    return new Parameter.Initial.Constant(value);
  }

  private static Parameter.Initial normal() {
    return new Parameter.Initial.Normal(OptionalLong.empty());
  }

  private static Parameter.Initial padded(long row) {
    return new Parameter.Initial.Normal(OptionalLong.of(row));
  }
}
