package io.braid.model;

import io.braid.config.BraidProperties;
import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Parameters;
import io.braid.encoder.Precision;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
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
  private static final int MAX_MODALITIES = 16;
  private static final int MAX_CHANNELS = 1024;
  private static final int MAX_VOCABULARY = 10_000_000;

  /** Of a sparse table, whose columns have names, each held in memory. */
  private static final int MAX_COLUMNS = 262_144;

  private static final int MAX_WIDTH = 65_536;
  private static final int FUSION_TOKENS_PER_CHANNEL = 8;
  private static final double MAX_VALUE = 10_000;
  private static final String MODALITY_NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final List<String> TYPES =
      List.of("tabular", "sequence", "tokens", "sparse_tabular", "patches");

  private final int maxBytes;
  private final int maxTokens;

  @Autowired
  public ModelConfigReader(BraidProperties properties) {
    this(Math.toIntExact(properties.limits().config().toBytes()), properties.queue().entryTokens());
  }

  private ModelConfigReader(int maxBytes, int maxTokens) {
    this.maxBytes = maxBytes;
    this.maxTokens = maxTokens;
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
    Optional<ModelConfig> config = read(ConfigText.parse(fileName, text), faults);
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
    List<Modality> modalities = modalities(fields, faults);
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

  private List<Modality> modalities(ConfigObject fields, List<Fault> faults) {
    JsonNode array = fields.get("modalities").orElse(null);
    if (array == null || !array.isArray() || array.isEmpty() || array.size() > MAX_MODALITIES) {
      fields.fault("modalities", "expected a list of 1 to " + MAX_MODALITIES + " modalities");
      return List.of();
    }
    var modalities = new ArrayList<Modality>();
    var names = new HashSet<String>();
    for (int i = 0; i < array.size(); i++) {
      if (!array.get(i).isObject()) {
        fields.fault("modalities/" + i, "expected an object with name and type");
        continue;
      }
      var modality = new ConfigObject(array.get(i), "/modalities/" + i, faults);
      String name =
          modality.get("name").filter(JsonNode::isString).map(JsonNode::stringValue).orElse("");
      if (!name.matches(MODALITY_NAME)) {
        String shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
        modality.fault("name", "'" + shown + "', expected " + MODALITY_NAME);
      } else if (!names.add(name)) {
        modality.fault("name", "'" + name + "' is there twice");
      }
      modality
          .requiredChoice("type", TYPES)
          .ifPresent(type -> {
            modalities.add(modality(name, type, modality));
            modality.finish();
          });
    }
    return modalities;
  }

  private Modality modality(String name, String type, ConfigObject fields) {
    return switch (type) {
      case "tabular" ->
          new Modality.Tabular(
              name, columns(fields, "columns", maxTokens), fields.number("max_value", MAX_VALUE));
      case "sequence" ->
          new Modality.Sequence(
              name, fields.requiredInteger("features", 1, MAX_WIDTH), maxLength(fields));
      case "tokens" ->
          new Modality.Tokens(
              name, fields.requiredInteger("vocabulary", 2, MAX_VOCABULARY), maxLength(fields));
      case "sparse_tabular" ->
          new Modality.SparseTabular(
              name,
              columns(fields, "vocabulary", MAX_COLUMNS),
              maxLength(fields),
              fields.number("max_value", MAX_VALUE));
      case "patches" -> {
        List<Integer> patch = fields.integers("patch", 1, MAX_WIDTH, false).orElse(List.of());
        boolean two = patch.size() == 2 && (long) patch.get(0) * patch.get(1) <= MAX_WIDTH;
        if (!two && fields.isSound("patch")) {
          fields.fault("patch", "expected [rows, columns] of at most " + MAX_WIDTH + " cells");
        }
        yield new Modality.Patches(
            name, two ? patch.get(0) : 1, two ? patch.get(1) : 1, maxLength(fields));
      }
      default -> throw new IllegalStateException("type " + type + "; this is a bug");
    };
  }

  private int maxLength(ConfigObject fields) {
    return fields.requiredInteger("max_length", 1, maxTokens);
  }

  /** Names under {@code columns}, or their number there or under {@code numberKey}. */
  private static List<String> columns(ConfigObject fields, String numberKey, int most) {
    boolean named = fields.get("columns").map(columns -> !columns.isNumber()).orElse(false);
    if (!named) {
      return Modality.unnamed(fields.requiredInteger(numberKey, 1, most));
    }
    if (!numberKey.equals("columns") && fields.has(numberKey)) {
      fields.fault(numberKey, "the columns are named, so their number says nothing more");
    }
    return fields.names("columns", most);
  }
}
