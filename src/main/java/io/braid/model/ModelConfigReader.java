package io.braid.model;

import io.braid.config.BraidProperties;
import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Parameters;
import io.braid.encoder.Precision;
import io.braid.modality.Modality;
import io.braid.modality.ModalityReader;
import io.braid.modality.ModalitySchema;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.ConfigText;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads a model's config, from YAML or JSON, and says everything that is wrong with it at once.
 * What may be left out takes the paper's value. Every size is bounded before anything is allocated.
 */
@Component
public class ModelConfigReader {
  private static final int MAX_CHANNELS = 1024;
  private static final int FUSION_TOKENS_PER_CHANNEL = 8;

  private final int maxBytes;
  private final int maxTokens;
  private final ModalityReader modalityReader;

  @Autowired
  public ModelConfigReader(BraidProperties properties) {
    this(Math.toIntExact(properties.limits().config().toBytes()), properties.queue().entryTokens());
  }

  private ModelConfigReader(int maxBytes, int maxTokens) {
    this.maxBytes = maxBytes;
    this.maxTokens = maxTokens;
    this.modalityReader = new ModalityReader(maxTokens);
  }

  /** Largest config that is read, in bytes. */
  int maxBytes() {
    return maxBytes;
  }

  /** A config that was accepted once, whatever the limits are now. */
  static ModelConfig stored(String json) {
    return new ModelConfigReader(Integer.MAX_VALUE, Integer.MAX_VALUE)
        .read(".json", json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param fileName tells JSON from YAML by its ending; where it has neither, the text does
   */
  public ModelConfig read(String fileName, byte[] text) {
    if (text.length > maxBytes) {
      throw new BraidException(ProblemKind.TOO_LARGE, "config: more than " + maxBytes + " bytes");
    }
    var faults = new ArrayList<Fault>();
    Optional<ModelConfig> config = read(ConfigText.parse("config", fileName, text), faults);
    return config.orElseThrow(() -> BraidException.invalid(faults));
  }

  private Optional<ModelConfig> read(JsonNode root, List<Fault> faults) {
    if (!root.isObject()) {
      faults.add(new Fault("", "expected an object with architecture and modalities"));
      return Optional.empty();
    }
    var fields = new ConfigObject(root, "", faults);
    Optional<Architecture> architecture =
        fields.requiredChoice("architecture", List.of(Architecture.values()));
    int embeddingDim = fields.integer("embedding_dim", 512, 1, 8192);
    int layers = fields.integer("layers", 5, 1, 128);
    int heads = fields.integer("heads", 8, 1, 256);
    int headDim = fields.integer("head_dim", 64, 1, 1024);
    int multiplier = fields.integer("feed_forward_multiplier", 4, 1, 64);
    List<Modality> modalities = modalityReader.read(fields, faults);
    Optional<Precision> precision = fields.choice("precision", List.of(Precision.values()));
    if (architecture.isEmpty() || !fields.isSound("modalities")) {
      // Channels, tokens and pooling mean nothing without these two.
      List.of("channels", "fusion_tokens", "pooling").forEach(fields::has);
      fields.finish();
      return Optional.empty();
    }
    fields.choice("pooling", List.of(ModelConfig.pooling(architecture.get())));
    int size = root.get("modalities").size();
    List<Integer> channels = channels(fields, architecture.get(), size);
    int fusionTokens = fusionTokens(fields, architecture.get(), channels, size);
    fields.finish();
    long tokens = modalities.stream().mapToLong(Modality::maxTokens).sum() + fusionTokens;
    if (tokens > maxTokens) {
      fields.fault("modalities", tokens + " tokens a sample with its fusion, at most " + maxTokens);
    }
    if (embeddingDim % 2 == 1
        && fields.isSound("embedding_dim")
        && modalities.stream().anyMatch(ModelConfigReader::isPositional)) {
      fields.fault("embedding_dim", embeddingDim + ", expected an even number for positions");
    }
    if (!faults.isEmpty()) {
      return Optional.empty();
    }
    var encoder =
        new EncoderConfig(
            architecture.get(),
            embeddingDim,
            layers,
            heads,
            headDim,
            multiplier,
            fusionTokens,
            channels,
            new ModalitySchema(modalities));
    try {
      Parameters.of(encoder);
    } catch (IllegalArgumentException e) {
      fields.fault("modalities", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    return Optional.of(new ModelConfig(encoder, precision));
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
