package io.braid.model;

import io.braid.encoder.Precision;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An immutable version of a model.
 *
 * @param parameters numbers that are trained
 * @param weightsSha256 content of its weights, in hex
 * @param metrics what its training or evaluation measured
 * @param lineage where it comes from
 */
public record ModelVersion(
    String model,
    int version,
    ModelConfig config,
    String weightsSha256,
    long parameters,
    Map<String, Object> metrics,
    Map<String, Object> lineage,
    Instant createdAt) {
  public ModelVersion {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    lineage = Collections.unmodifiableMap(new LinkedHashMap<>(lineage));
  }

  /** How it computes: as its config says, else as the service is configured. */
  Precision precision(Precision otherwise) {
    return config.precision().orElse(otherwise);
  }

  @Override
  public String toString() {
    return "model '" + model + "' version " + version;
  }
}
