package io.braid.job;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.EncoderTraining;
import io.braid.encoder.Objective;
import io.braid.encoder.Parameters;
import io.braid.encoder.Precision;
import io.braid.training.TrainingSpec;

/**
 * What a run takes of its device's memory, for want of measuring it beforehand. Four times the
 * weights, for themselves, gradients and AdamW's two moments; the products of all embeddings of the
 * batch that are contrasted, {@code pairs x batch x batch} numbers, several times; and, for each
 * sample with a graph, what a layer keeps of each token for the gradient: {@code 7 D + 4 H E + 4 F}
 * numbers, with width D, heads H of width E, and inner width F of the feed-forward. What lies
 * outside of the layers, and what the allocator holds besides, is a share of that and a fixed part:
 * they were chosen so that the estimate is 1.0 to 1.4 times, for runs of over 100 MB, what {@code
 * MemoryBenchmark} measured (docs/speed.md).
 *
 * @param fixed bytes however the batch is cut
 * @param perSample bytes of a complete sample with a graph
 */
public record MemoryEstimate(long fixed, long perSample) {
  private static final double BESIDES = 1.3;
  private static final long ALLOCATOR = 128L << 20;

  /** Products, masked and as logarithms of probabilities in both directions, and a gradient. */
  private static final int PRODUCTS = 6;

  /**
   * @param samples there are to train on
   */
  static MemoryEstimate of(TrainingSpec spec, EncoderConfig config, int samples) {
    return of(config, spec.objective(), spec.precision(), Math.min(spec.batchSize(), samples));
  }

  public static MemoryEstimate of(
      EncoderConfig config, Objective objective, Precision precision, int batch) {
    long weights = Parameters.of(config).count() * Float.BYTES;
    double perToken =
        7.0 * config.embeddingDim()
            + 4.0 * config.heads() * config.headDim()
            + 4.0 * config.feedForwardDim();
    double tokens = tokens(config, objective.views());
    double numbers = tokens * perToken * config.layers();
    int width = precision == Precision.BF16 ? Float.BYTES / 2 : Float.BYTES;
    double products =
        (double) PRODUCTS * EncoderTraining.pairs(config, objective) * batch * batch * Float.BYTES;
    return new MemoryEstimate(
        4 * weights + (long) products + ALLOCATOR, (long) (BESIDES * numbers * width));
  }

  /** Tokens that the layers see of a complete sample. */
  private static double tokens(EncoderConfig config, int views) {
    double modalities = config.schema().maxTokens();
    return config.architecture() == Architecture.EAO
        ? modalities
            * (1
                + config.channels().stream().mapToDouble(c -> c.members().size()).sum()
                    / config.schema().size())
        : modalities + config.fusionTokens() + views * config.fusionTokensPerChannel();
  }

  /** Samples that may have a graph at once, at most {@code batch}; 0 if not even one fits. */
  int samplesIn(long bytes, int batch) {
    return (int) Math.clamp((bytes - fixed) / Math.max(1, perSample), 0, batch);
  }

  public long bytes(int samples) {
    return fixed + samples * perSample;
  }
}
