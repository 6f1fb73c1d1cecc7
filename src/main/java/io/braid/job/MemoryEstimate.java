package io.braid.job;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Parameters;
import io.braid.training.Negatives;
import io.braid.training.TrainingSpec;

/**
 * What a run takes of its device's memory, for want of measuring it beforehand. Four times the
 * weights, for themselves, gradients and AdamW's two moments; and, for each sample with a graph,
 * what a layer keeps of each token for the gradient: {@code 7 D + 4 H E + 4 F} numbers of float32,
 * with width D, heads H of width E, and inner width F of the feed-forward. On the paper's TCGA
 * set-up that is within a tenth of what was measured (docs/speed.md).
 *
 * @param fixed bytes whatever the batch
 * @param perSample bytes of a complete sample with a graph
 */
record MemoryEstimate(long fixed, long perSample) {
  static MemoryEstimate of(TrainingSpec spec, EncoderConfig config) {
    long weights = Parameters.of(config).count() * Float.BYTES;
    double perToken =
        7.0 * config.embeddingDim()
            + 4.0 * config.heads() * config.headDim()
            + 4.0 * config.feedForwardDim();
    double tokens = tokens(config);
    double numbers = tokens * perToken * config.layers();
    if (spec.negatives() == Negatives.PUBLISHED && config.architecture() != Architecture.EAO) {
      // The padded form keeps the scores of every token for every other, and what became of them.
      numbers += 3 * tokens * tokens * config.heads() * config.layers();
    }
    return new MemoryEstimate(4 * weights, (long) (numbers * Float.BYTES));
  }

  /** Tokens that the layers see of a complete sample. */
  private static double tokens(EncoderConfig config) {
    double modalities = config.schema().maxTokens();
    return config.architecture() == Architecture.EAO
        ? modalities
            * (1
                + config.channels().stream().mapToDouble(c -> c.members().size()).sum()
                    / config.schema().size())
        : modalities + config.fusionTokens() + config.fusionTokensPerChannel();
  }

  /** Samples that may have a graph at once, at most {@code batch}; 0 if not even one fits. */
  int samplesIn(long bytes, int batch) {
    return (int) Math.clamp((bytes - fixed) / Math.max(1, perSample), 0, batch);
  }

  long bytes(int samples) {
    return fixed + samples * perSample;
  }
}
