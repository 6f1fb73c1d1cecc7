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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads a model's config, from YAML or JSON, and says everything that is wrong with it at once.
 * What may be left out takes the paper's value. Every size is bounded before anything is allocated.
 */
@Component
public class ModelConfigReader {

  private final int maxBytes;
  private final int maxTokens;
  private final ModalityReader modalityReader;
  private final NetworkReader networks;

  @Autowired
  public ModelConfigReader(BraidProperties properties) {
    this(Math.toIntExact(properties.limits().config().toBytes()), properties.queue().entryTokens());
  }

  private ModelConfigReader(int maxBytes, int maxTokens) {
    this.maxBytes = maxBytes;
    this.maxTokens = maxTokens;
    this.modalityReader = new ModalityReader(maxTokens);
    this.networks = new NetworkReader(maxTokens);
  }

  /** Largest config that is read, in bytes. */
  int maxBytes() {
    return maxBytes;
  }

  /** A config that was accepted once, whatever the limits are now. */
  public static ModelConfig stored(String json) {
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
    var sizes = NetworkReader.Sizes.read(fields);
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
    NetworkReader.Network network = networks.read(fields, sizes, architecture.get(), size);
    fields.finish();
    long tokens = modalities.stream().mapToLong(Modality::maxTokens).sum() + network.fusionTokens();
    if (tokens > maxTokens) {
      fields.fault("modalities", tokens + " tokens a sample with its fusion, at most " + maxTokens);
    }
    NetworkReader.checkPositions(fields, network, modalities);
    if (!faults.isEmpty()) {
      return Optional.empty();
    }
    EncoderConfig encoder = network.encoder(architecture.get(), new ModalitySchema(modalities));
    try {
      Parameters.of(encoder);
    } catch (IllegalArgumentException e) {
      fields.fault("modalities", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    return Optional.of(new ModelConfig(encoder, precision));
  }
}
