package io.braid.plain;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.torch.Safetensors;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model with its weights, one batch, and every number that the published implementation made of
 * them in double precision. Formats and formulas: the README beside the golden cases.
 */
public final class GoldenCase {
  /** All cases with a model. */
  public static final List<String> NAMES =
      List.of(
          "mca_tabular2",
          "mca_tabular4",
          "zorro_tabular4",
          "eao_tabular4",
          "mca_sequence3",
          "mca_mixed");

  private final String name;
  private final JsonNode json;
  private final EncoderConfig config;
  private final Safetensors weights;
  private final Safetensors inputs;
  private final Safetensors masks;
  private final Safetensors outputs;

  private GoldenCase(String name, Path folder) {
    this.name = name;
    this.json = JsonMapper.shared().readTree(folder.resolve("config.json").toFile());
    this.config = config(json);
    this.weights = Safetensors.open(folder.resolve("weights.safetensors"));
    this.inputs = Safetensors.open(folder.resolve("inputs.safetensors"));
    this.masks = Safetensors.open(folder.resolve("masks.safetensors"));
    this.outputs = Safetensors.open(folder.resolve("outputs.safetensors"));
  }

  public static GoldenCase of(String name) {
    var url = Objects.requireNonNull(GoldenCase.class.getResource("/golden/" + name), name);
    return new GoldenCase(name, Path.of(url.getPath()));
  }

  public EncoderConfig config() {
    return config;
  }

  /** Whether it was run with fusion channel losses; without, the channels have no embeddings. */
  public boolean fcl() {
    return json.path("hyperparameters").path("fcl").asBoolean();
  }

  /** Names of the pair losses, in their order. */
  public List<String> lossKeys() {
    return strings("loss_keys");
  }

  /** Names of what is trained. */
  public List<String> parameters() {
    return strings("parameters");
  }

  /** Parameters and buffers, as tensors of the scope. */
  public Map<String, Tensor> weights(Tensors scope) {
    return PlainEncoder.weights(weights, scope);
  }

  /** The checkpoint itself. */
  public Safetensors weights() {
    return weights;
  }

  /** The batch, padded; {@link PaddedBatch#samples()} has its samples. */
  public PaddedBatch batch() {
    return PaddedBatch.read(config.schema(), inputs);
  }

  /** Names in {@code outputs.safetensors}. */
  public Set<String> outputNames() {
    return outputs.entries().keySet();
  }

  /** Names of the expected embeddings: the outputs of shape {@code [B,D]} that are none else. */
  public List<String> embeddingNames() {
    return outputs.entries().keySet().stream()
        .filter(key -> config.schema().names().contains(key) || key.startsWith("fusion"))
        .toList();
  }

  /** An expected output, row-major. */
  public float[] output(String key) {
    return array(outputs.floats(key));
  }

  /** Names in {@code masks.safetensors}. */
  public Set<String> maskNames() {
    return masks.entries().keySet();
  }

  /** An expected mask, row-major; 1 is blocked. */
  public float[] mask(String key) {
    var longs = masks.longs(key);
    var elements = new float[longs.remaining()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = longs.get();
    }
    return elements;
  }

  @Override
  public String toString() {
    return name;
  }

  private static float[] array(FloatBuffer buffer) {
    var elements = new float[buffer.remaining()];
    buffer.get(elements);
    return elements;
  }

  private List<String> strings(String key) {
    return json.path(key).valueStream().map(JsonNode::asString).toList();
  }

  private static EncoderConfig config(JsonNode json) {
    var modalities = new ArrayList<Modality>();
    for (JsonNode name : json.path("modalities").values()) {
      modalities.add(modality(name.asString(), json.path("encoders").path(name.asString())));
    }
    JsonNode hyper = json.path("hyperparameters");
    var architecture = Architecture.valueOf(json.path("model").asString().toUpperCase(Locale.ROOT));
    List<Integer> sizes = hyper.path("fusion_combos").valueStream().map(JsonNode::asInt).toList();
    return new EncoderConfig(
        architecture,
        hyper.path("dim").asInt(),
        hyper.path("depth").asInt(),
        hyper.path("heads").asInt(),
        hyper.path("dim_head").asInt(),
        hyper.path("ff_mult").asInt(),
        // As published, EAO ignores the number of its fusion tokens, and Zorro its channels.
        architecture == Architecture.EAO ? 0 : hyper.path("num_fusion_tokens").asInt(),
        architecture == Architecture.ZORRO ? List.of(modalities.size()) : sizes,
        new ModalitySchema(modalities));
  }

  private static Modality modality(String name, JsonNode encoder) {
    int rows = encoder.path("num_embeddings").asInt(0);
    int maxTokens = encoder.path("max_tokens").asInt();
    double maxValue = encoder.path("max_value").asDouble(0);
    return switch (encoder.path("type").asString()) {
      case "TabularEncoder" -> new Modality.Tabular(name, Modality.unnamed(rows), maxValue);
      case "EmbeddedSequenceEncoder" ->
          new Modality.Sequence(name, encoder.path("input_size").asInt(), maxTokens);
      case "SequenceEncoder" -> new Modality.Tokens(name, rows, maxTokens);
      case "SparseTabularEncoder" ->
          new Modality.SparseTabular(name, Modality.unnamed(rows), maxTokens, maxValue);
      default -> throw new IllegalArgumentException(encoder.toString());
    };
  }
}
