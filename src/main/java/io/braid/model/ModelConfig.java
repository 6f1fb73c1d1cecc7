package io.braid.model;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Precision;
import io.braid.modality.FloatMatrix;
import io.braid.modality.Modality;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * What a client says of a model besides its weights; read by {@link ModelConfigReader}.
 *
 * @param precision how it computes, where the config says so
 */
public record ModelConfig(EncoderConfig encoder, Optional<Precision> precision) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .build();

  /** The config in full, every default spelt out, under the keys of the contract. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("architecture", encoder.architecture().toString());
    map.put("embedding_dim", encoder.embeddingDim());
    map.put("layers", encoder.layers());
    map.put("heads", encoder.heads());
    map.put("head_dim", encoder.headDim());
    map.put("feed_forward_multiplier", encoder.feedForwardMultiplier());
    map.put("fusion_tokens", encoder.fusionTokens());
    map.put("channels", encoder.channelSizes());
    map.put("pooling", pooling(encoder.architecture()));
    precision.ifPresent(value -> map.put("precision", value.toString()));
    map.put("modalities", encoder.schema().modalities().stream().map(ModelConfig::toMap).toList());
    return map;
  }

  public String toJson() {
    return JSON.writeValueAsString(toMap());
  }

  public String toYaml() {
    return YAML.writeValueAsString(toMap());
  }

  static String pooling(Architecture architecture) {
    return architecture == Architecture.EAO ? "mean" : "attention";
  }

  private static Map<String, Object> toMap(Modality modality) {
    var map = new LinkedHashMap<String, Object>();
    map.put("name", modality.name());
    switch (modality) {
      case Modality.Tabular(_, var columns, var maxValue, _) -> {
        map.put("type", "tabular");
        map.put("columns", isUnnamed(columns) ? columns.size() : columns);
        map.put("max_value", maxValue);
      }
      case Modality.Sequence(_, var features, var maxLength, _) -> {
        map.put("type", "sequence");
        map.put("features", features);
        map.put("max_length", maxLength);
      }
      case Modality.Tokens(_, var vocabulary, var maxLength) -> {
        map.put("type", "tokens");
        map.put("vocabulary", vocabulary);
        map.put("max_length", maxLength);
      }
      case Modality.SparseTabular(_, var columns, var maxLength, var maxValue) -> {
        map.put("type", "sparse_tabular");
        if (isUnnamed(columns)) {
          map.put("vocabulary", columns.size());
        } else {
          map.put("columns", columns);
        }
        map.put("max_length", maxLength);
        map.put("max_value", maxValue);
      }
      case Modality.Patches(_, var rows, var columns, var maxLength) -> {
        map.put("type", "patches");
        map.put("patch", List.of(rows, columns));
        map.put("max_length", maxLength);
      }
    }
    modality
        .standardization()
        .ifPresent(standard -> {
          map.put("mean", numbers(standard.mean()));
          map.put("deviation", numbers(standard.deviation()));
        });
    return map;
  }

  private static List<Double> numbers(FloatMatrix row) {
    return IntStream.range(0, row.columns()).mapToObj(i -> decimal(row.get(0, i))).toList();
  }

  /**
   * The shortest decimal of a float, or where a double of it rounds to another float, all of it.
   */
  private static double decimal(float number) {
    double shortest = Double.parseDouble(Float.toString(number));
    return (float) shortest == number ? shortest : number;
  }

  static boolean isUnnamed(List<String> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).equals(Integer.toString(i))) {
        return false;
      }
    }
    return true;
  }
}
