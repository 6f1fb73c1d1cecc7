package io.braid.plain;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Modality;
import io.braid.torch.Safetensors;
import io.braid.torch.Safetensors.FloatTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A checkpoint of random weights: every parameter and buffer of a published model under its name,
 * in its shape. Linear maps keep the size of what passes through them; gains are near 1 and biases
 * near 0, but not there, so that mistakes show; table rows are longer than 1, as published.
 */
public final class RandomWeights {
  private final Map<String, FloatTensor> tensors = new LinkedHashMap<>();
  private final RandomGenerator random;

  private RandomWeights(long seed) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  public static Map<String, FloatTensor> of(EncoderConfig config, long seed) {
    var weights = new RandomWeights(seed);
    long dim = config.embeddingDim();
    config.schema().modalities().forEach(modality -> weights.encoder(modality, dim));
    for (int i = 0; i < config.layers(); i++) {
      String at = "layers." + i;
      weights.attention(at + ".attn", config);
      weights.linear(at + ".ff.feedforward.0", 2L * config.feedForwardDim(), dim);
      weights.linear(at + ".ff.feedforward.2", dim, config.feedForwardDim());
      weights.put(at + ".norm.gamma", 1, 0.1, dim);
      weights.put(at + ".norm.beta", 0, 0, dim);
    }
    weights.put("norm.gamma", 1, 0.1, dim);
    weights.put("norm.beta", 0, 0, dim);
    if (config.architecture() != Architecture.EAO) {
      long returned = config.schema().size() + config.channels().size() + 1L;
      weights.put("fusion_tokens", 0, 1, (long) config.fusionTokens(), dim);
      weights.put("return_tokens", 0, 1, returned, dim);
      weights.attention("attn_pool", config);
    }
    weights.put("loss.loss_fn.logit_scale", Math.log(1 / 0.07), 0);
    return Collections.unmodifiableMap(weights.tensors);
  }

  /** Written to a file, as a checkpoint that both the product and the plain form load. */
  public static Safetensors write(EncoderConfig config, long seed, Path file) {
    Safetensors.write(file, of(config, seed));
    return Safetensors.open(file);
  }

  private void encoder(Modality modality, long dim) {
    String at = "encoders." + modality.name();
    switch (modality) {
      case Modality.Tabular tabular -> {
        table(at, tabular.columns().size(), tabular.columns().size() - 1, dim);
        value(at + ".value_encoder", dim);
      }
      case Modality.SparseTabular sparse -> {
        table(at, sparse.vocabulary(), 0, dim);
        value(at + ".value_encoder", dim);
      }
      case Modality.Tokens tokens -> {
        table(at, tokens.vocabulary(), 0, dim);
        positions(at, tokens.maxLength(), dim);
      }
      case Modality.Sequence sequence -> {
        projection(at + ".token_encoder", 0, sequence.features(), dim);
        positions(at, sequence.maxLength(), dim);
      }
      case Modality.Patches patches -> {
        projection(at + ".batch_to_tokens", 1, patches.cells(), dim);
        put(at + ".embedding.weight", 0, 1, (long) patches.maxLength(), dim);
      }
    }
  }

  private void attention(String at, EncoderConfig config) {
    long dim = config.embeddingDim();
    long inner = (long) config.heads() * config.headDim();
    linear(at + ".to_q", inner, dim);
    linear(at + ".to_kv", 2 * inner, dim);
    linear(at + ".to_out", dim, inner);
  }

  private void value(String at, long dim) {
    linear(at + ".linear1", dim, 1);
    put(at + ".linear1.bias", 0, 0.1, dim);
    linear(at + ".linear2", dim, dim);
    put(at + ".linear2.bias", 0, 0.1, dim);
    affineNorm(at + ".norm", dim);
  }

  private void projection(String at, int first, long width, long dim) {
    affineNorm(at + "." + first, width);
    linear(at + "." + (first + 1), dim, width);
    put(at + "." + (first + 1) + ".bias", 0, 0.1, dim);
    affineNorm(at + "." + (first + 2), dim);
  }

  private void affineNorm(String at, long width) {
    put(at + ".weight", 1, 0.1, width);
    put(at + ".bias", 0, 0.1, width);
  }

  private void linear(String at, long out, long in) {
    put(at + ".weight", 0, 1 / Math.sqrt(in), out, in);
  }

  /** An embedding table; the row of its padding index is zero. */
  private void table(String at, long rows, int padding, long dim) {
    String name = at + ".token_encoder.embedding.weight";
    FloatBuffer elements = normal(0, 1, rows * dim);
    for (int i = 0; i < dim; i++) {
      elements.put(Math.toIntExact(padding * dim) + i, 0);
    }
    tensors.put(name, new FloatTensor(List.of(rows, dim), elements));
  }

  /** PE[t,2i] = sin(t 10000^(-2i/D)), PE[t,2i+1] = cos(...). */
  private void positions(String at, long length, long dim) {
    FloatBuffer elements = FloatBuffer.allocate(Math.toIntExact(length * dim));
    for (long t = 0; t < length; t++) {
      for (long d = 0; d < dim; d++) {
        double angle = t * Math.pow(10000, -(double) (d - d % 2) / dim);
        elements.put((float) (d % 2 == 0 ? Math.sin(angle) : Math.cos(angle)));
      }
    }
    tensors.put(
        at + ".positional_encoder.pe", new FloatTensor(List.of(length, dim), elements.flip()));
  }

  private void put(String name, double mean, double deviation, Long... shape) {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    tensors.put(name, new FloatTensor(List.of(shape), normal(mean, deviation, size)));
  }

  private FloatBuffer normal(double mean, double deviation, long size) {
    FloatBuffer elements = FloatBuffer.allocate(Math.toIntExact(size));
    while (elements.hasRemaining()) {
      elements.put((float) random.nextGaussian(mean, deviation));
    }
    return elements.flip();
  }
}
