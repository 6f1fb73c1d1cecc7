package io.braid.encoder;

import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The shape of an encoder: everything but its weights.
 *
 * @param embeddingDim width of tokens and embeddings
 * @param layers transformer layers
 * @param heads attention heads
 * @param headDim width of a head; {@code heads * headDim} may differ from {@code embeddingDim}
 * @param feedForwardMultiplier inner width of the feed-forward over {@code embeddingDim}, times 3/2
 * @param fusionTokens all fusion tokens; MCA divides them evenly over its channels, EAO has none
 * @param channelSizes sizes of the combinations that get a channel, in channel order
 * @param schema its modalities
 */
public record EncoderConfig(
    Architecture architecture,
    int embeddingDim,
    int layers,
    int heads,
    int headDim,
    int feedForwardMultiplier,
    int fusionTokens,
    List<Integer> channelSizes,
    ModalitySchema schema) {

  /** Widest embedding that is taken. */
  public static final int MAX_EMBEDDING_DIM = 8192;

  public EncoderConfig {
    channelSizes = List.copyOf(channelSizes);
    int modalities = schema.size();
    if (channelSizes.isEmpty()
        || channelSizes.stream().anyMatch(size -> size < 1 || size > modalities)
        || channelSizes.stream().distinct().count() < channelSizes.size()) {
      throw new IllegalArgumentException(
          "channels " + channelSizes + ": distinct sizes from 1 to " + modalities);
    }
    int channels = Channel.ofSizes(channelSizes, modalities).size();
    boolean tokensFit =
        switch (architecture) {
          case MCA -> fusionTokens > 0 && fusionTokens % channels == 0;
          case ZORRO -> fusionTokens > 0 && channelSizes.equals(List.of(modalities));
          case EAO -> fusionTokens == 0;
        };
    if (!tokensFit) {
      throw new IllegalArgumentException(
          architecture + ": " + fusionTokens + " fusion tokens for " + channels + " channels");
    }
  }

  /** The combinations that get an embedding, in channel order; the first is the root. */
  public List<Channel> channels() {
    return Channel.ofSizes(channelSizes, schema.size());
  }

  /** Modalities that a fusion rests on: those that the root channel sees, in EAO all. */
  public List<String> fused() {
    return architecture == Architecture.EAO
        ? schema.names()
        : channels().getFirst().members().stream().map(schema.names()::get).toList();
  }

  /** Those of some modalities that a fusion rests on, in schema order. */
  public List<String> fused(Collection<String> present) {
    return fused().stream().filter(present::contains).toList();
  }

  /** Modalities of a sample that its fusion rests on, in schema order. */
  public List<String> fused(Sample sample) {
    return fused(sample.modalities().keySet());
  }

  /** Whether a sample with these modalities has a fusion. */
  public boolean fuses(Set<String> present) {
    return fused().stream().anyMatch(present::contains);
  }

  /** Fusion tokens of one channel; 0 for EAO. */
  public int fusionTokensPerChannel() {
    return fusionTokens / channels().size();
  }

  /** Inner width of the feed-forward, truncated as published. */
  public int feedForwardDim() {
    return (int) (embeddingDim * (long) feedForwardMultiplier * 2 / 3.0);
  }
}
