package io.braid.model;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.problem.ConfigObject;
import java.util.List;
import java.util.stream.IntStream;

/** Reads the shape of a network, for a model's config and for a run that is to make one. */
public final class NetworkReader {
  private static final int MAX_CHANNELS = 1024;
  private static final int FUSION_TOKENS_PER_CHANNEL = 8;

  private final int maxTokens;

  /**
   * The shape of an encoder but for its modalities; see {@link EncoderConfig}.
   *
   * @param channels sizes of the combinations that get a channel
   */
  public record Network(
      int embeddingDim,
      int layers,
      int heads,
      int headDim,
      int feedForwardMultiplier,
      List<Integer> channels,
      int fusionTokens) {
    public Network {
      channels = List.copyOf(channels);
    }

    /** The whole shape; what was read without faults makes one. */
    public EncoderConfig encoder(Architecture architecture, ModalitySchema schema) {
      return new EncoderConfig(
          architecture,
          embeddingDim,
          layers,
          heads,
          headDim,
          feedForwardMultiplier,
          fusionTokens,
          channels,
          schema);
    }
  }

  /** What means something without architecture and modalities. */
  record Sizes(int embeddingDim, int layers, int heads, int headDim, int multiplier) {
    static Sizes read(ConfigObject fields) {
      return new Sizes(
          fields.integer("embedding_dim", 512, 1, EncoderConfig.MAX_EMBEDDING_DIM),
          fields.integer("layers", 5, 1, 128),
          fields.integer("heads", 8, 1, 256),
          fields.integer("head_dim", 64, 1, 1024),
          fields.integer("feed_forward_multiplier", 4, 1, 64));
    }
  }

  /**
   * @param maxTokens most tokens of a sample
   */
  public NetworkReader(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /** What may be left out takes the paper's value; what is wrong is noted. */
  public Network read(ConfigObject fields, Architecture architecture, int modalities) {
    return read(fields, Sizes.read(fields), architecture, modalities);
  }

  Network read(ConfigObject fields, Sizes sizes, Architecture architecture, int modalities) {
    List<Integer> channels = channels(fields, architecture, modalities);
    int fusionTokens = fusionTokens(fields, architecture, channels, modalities);
    return new Network(
        sizes.embeddingDim(),
        sizes.layers(),
        sizes.heads(),
        sizes.headDim(),
        sizes.multiplier(),
        channels,
        fusionTokens);
  }

  /** Notes a width that positions cannot fill. */
  public static void checkPositions(
      ConfigObject fields, Network network, List<Modality> modalities) {
    if (network.embeddingDim() % 2 == 1
        && fields.isSound("embedding_dim")
        && modalities.stream().anyMatch(NetworkReader::isPositional)) {
      fields.fault(
          "embedding_dim", network.embeddingDim() + ", expected an even number for positions");
    }
  }

  private static boolean isPositional(Modality modality) {
    return modality instanceof Modality.Sequence || modality instanceof Modality.Tokens;
  }

  /** Sizes of the channels; by default n, 3 and 2 for MCA, n for Zorro, 2 for EAO. */
  private static List<Integer> channels(
      ConfigObject fields, Architecture architecture, int modalities) {
    List<Integer> channels =
        fields
            .integers("channels", 1, modalities, true)
            .orElseGet(() -> defaultChannels(architecture, modalities));
    boolean all = channels.equals(List.of(modalities));
    if (architecture == Architecture.ZORRO && !all && fields.isSound("channels")) {
      fields.fault("channels", channels + ", expected [" + modalities + "] for zorro");
    }
    if (numChannels(channels, modalities) > MAX_CHANNELS) {
      fields.fault("channels", channels + " make more than " + MAX_CHANNELS + " channels");
    }
    return channels;
  }

  private static List<Integer> defaultChannels(Architecture architecture, int modalities) {
    return switch (architecture) {
      case MCA ->
          IntStream.of(modalities, 3, 2)
              .filter(size -> size <= modalities)
              .distinct()
              .boxed()
              .toList();
      case ZORRO -> List.of(modalities);
      case EAO -> List.of(Math.min(2, modalities));
    };
  }

  /** Combinations of the given sizes; with at most 16 modalities there are less than 2^16. */
  private static int numChannels(List<Integer> sizes, int modalities) {
    long channels = 0;
    for (int size : sizes) {
      long combinations = 1;
      for (int i = 1; i <= size; i++) {
        combinations = combinations * (modalities - size + i) / i;
      }
      channels += combinations;
    }
    return Math.toIntExact(channels);
  }

  /** By default 8 a channel; Zorro takes as many as MCA has by default. */
  private int fusionTokens(
      ConfigObject fields, Architecture architecture, List<Integer> channels, int modalities) {
    if (architecture == Architecture.EAO) {
      return fields.integer("fusion_tokens", 0, 0, 0);
    }
    int numChannels = Math.max(1, numChannels(channels, modalities));
    int otherwise =
        FUSION_TOKENS_PER_CHANNEL
            * (architecture == Architecture.MCA
                ? numChannels
                : numChannels(defaultChannels(Architecture.MCA, modalities), modalities));
    int tokens = fields.integer("fusion_tokens", otherwise, 1, maxTokens);
    if (architecture == Architecture.MCA
        && tokens % numChannels != 0
        && fields.isSound("fusion_tokens", "channels")) {
      fields.fault(
          "fusion_tokens", tokens + ", expected a multiple of the " + numChannels + " channels");
    }
    return tokens;
  }
}
