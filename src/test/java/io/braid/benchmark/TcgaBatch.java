package io.braid.benchmark;

import io.braid.encoder.Architecture;
import io.braid.encoder.Channel;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * A batch of random samples of the paper's TCGA set-up.
 *
 * @param seed of the draw
 * @param samples at least one modality each
 */
record TcgaBatch(long seed, List<Sample> samples) {
  static final int SIZE = 4;

  /** MCA, width 512, 5 layers of 8 heads of 64, 88 fusion tokens in 11 channels, 2460 columns. */
  static final EncoderConfig CONFIG =
      new EncoderConfig(
          Architecture.MCA,
          512,
          5,
          8,
          64,
          4,
          88,
          List.of(4, 3, 2),
          new ModalitySchema(
              List.of(
                  new Modality.Tabular("gene", Modality.unnamed(800), 100),
                  new Modality.Tabular("protein", Modality.unnamed(198), 100),
                  new Modality.Tabular("methylation", Modality.unnamed(800), 100),
                  new Modality.Tabular("mirna", Modality.unnamed(662), 100))));

  TcgaBatch {
    samples = List.copyOf(samples);
  }

  /**
   * Drops each modality of each sample with probability {@code sparsity}, independently. Of the
   * seeds 0, 1, ... takes the first at which every sample keeps a modality and the fraction of
   * tokens present is within 0.01 of {@code 1 - sparsity}.
   */
  static TcgaBatch draw(double sparsity) {
    return draw(sparsity, SIZE);
  }

  static TcgaBatch draw(double sparsity, int size) {
    for (long seed = 0; ; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      List<LinkedHashMap<String, Features>> rows =
          Stream.generate(() -> features(sparsity, random)).limit(size).toList();
      if (rows.stream().anyMatch(LinkedHashMap::isEmpty)) {
        continue;
      }
      var batch =
          new TcgaBatch(
              seed,
              rows.stream().map(row -> new Sample(Optional.empty(), row, List.of())).toList());
      if (Math.abs(batch.present() - (1 - sparsity)) <= 0.01) {
        return batch;
      }
    }
  }

  /** The fraction of all cells that are there. */
  double present() {
    return (double) tokens() / (samples.size() * CONFIG.schema().maxTokens());
  }

  int tokens() {
    return samples.stream().mapToInt(Sample::tokens).sum();
  }

  /**
   * Floating-point operations of the matrix products that every embedding of this batch needs, two
   * to a multiply-add: nothing for what is absent, hidden or unused.
   */
  double flops() {
    double dim = CONFIG.embeddingDim();
    double inner = CONFIG.heads() * CONFIG.headDim();
    double modalityTokens = tokens();
    double allTokens = modalityTokens + samples.size() * CONFIG.fusionTokens();
    double encoders = modalityTokens * (dim + dim * dim);
    double projections = allTokens * (4 * dim * inner + 3 * dim * CONFIG.feedForwardDim());
    double attention = 2 * inner * samples.stream().mapToDouble(TcgaBatch::visiblePairs).sum();
    // One query a group: keys and values of every token, then each token is looked at once.
    double groups =
        samples.stream().mapToDouble(s -> s.modalities().size() + CONFIG.channels().size()).sum();
    double pooling =
        allTokens * 2 * (dim * inner + inner) + (groups + samples.size()) * dim * inner;
    return 2 * (encoders + CONFIG.layers() * (projections + attention) + pooling);
  }

  /**
   * The same for the fusion alone: the root channel's tokens, and of the last layer's other tokens
   * their keys and values only.
   */
  double flopsOfFusion() {
    double dim = CONFIG.embeddingDim();
    double inner = CONFIG.heads() * CONFIG.headDim();
    double rest = 2 * dim * inner + 3 * dim * CONFIG.feedForwardDim();
    double keysValues = 2 * dim * inner;
    double root = samples.size() * CONFIG.fusionTokensPerChannel();
    double unimodalPairs =
        samples.stream()
            .flatMap(sample -> sample.modalities().values().stream())
            .mapToDouble(features -> (double) features.length() * features.length())
            .sum();
    double rootPairs =
        samples.stream()
            .mapToDouble(sample ->
                CONFIG.fusionTokensPerChannel()
                    * (double) (sample.tokens() + CONFIG.fusionTokensPerChannel()))
            .sum();
    double encoders = tokens() * (dim + dim * dim);
    double unimodal =
        CONFIG.layers() * tokens() * keysValues
            + (CONFIG.layers() - 1) * (tokens() * rest + 2 * inner * unimodalPairs);
    double fusion = CONFIG.layers() * (root * (keysValues + rest) + 2 * inner * rootPairs);
    double pooling = root * 2 * (dim * inner + inner) + 2 * samples.size() * dim * inner;
    return 2 * (encoders + unimodal + fusion + pooling);
  }

  /** Pairs of a token and one that it may look at. */
  private static double visiblePairs(Sample sample) {
    double pairs = 0;
    for (Features features : sample.modalities().values()) {
      pairs += (double) features.length() * features.length();
    }
    List<String> names = CONFIG.schema().names();
    double own = CONFIG.fusionTokensPerChannel();
    for (Channel channel : CONFIG.channels()) {
      double seen = own;
      for (int member : channel.members()) {
        Features features = sample.modalities().get(names.get(member));
        seen += features == null ? 0 : features.length();
      }
      pairs += own * seen;
    }
    return pairs;
  }

  private static LinkedHashMap<String, Features> features(double sparsity, RandomGenerator random) {
    var features = new LinkedHashMap<String, Features>();
    for (Modality modality : CONFIG.schema().modalities()) {
      if (random.nextDouble() < sparsity) {
        continue;
      }
      int columns = modality.maxTokens();
      var values = new float[columns];
      for (int i = 0; i < columns; i++) {
        values[i] = (float) random.nextGaussian();
      }
      features.put(
          modality.name(),
          new Features.Cells(IntVector.range(columns), FloatMatrix.of(columns, 1, values)));
    }
    return features;
  }
}
