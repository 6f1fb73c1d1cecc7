package io.braid.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** What the models' endpoints read and write. */
interface ModelApi {
  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Models", description = "One page of models, by name")
  record Models(
      List<Listed> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "ListedModel", description = "A model, without the configs of its versions")
  record Listed(
      @Schema(example = "demo") String name,
      @JsonProperty("default") @Schema(name = "default", example = "1") int defaultVersion,
      Instant createdAt,
      List<ListedVersion> versions) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "ListedVersion")
  record ListedVersion(
      @Schema(example = "1") int version,
      @Schema(example = "189197") long parameters,
      Instant createdAt) {
    static ListedVersion of(ModelVersion version) {
      return new ListedVersion(version.version(), version.parameters(), version.createdAt());
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Model", description = "A name with numbered versions")
  record ModelBody(
      @Schema(example = "demo") String name,
      @JsonProperty("default")
          @Schema(name = "default", description = "Serves what names no version", example = "1")
          int defaultVersion,
      Instant createdAt,
      List<VersionBody> versions) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "ModelVersion", description = "An immutable version of a model")
  record VersionBody(
      @Schema(example = "1") int version,
      @Schema(
              description = "Architecture and modalities, every default spelt out",
              example =
                  """
                  {"architecture": "mca", "embedding_dim": 64, "layers": 3, "heads": 4,
                   "head_dim": 16, "feed_forward_multiplier": 4, "fusion_tokens": 22,
                   "channels": [4, 3, 2], "pooling": "attention",
                   "modalities": [{"name": "gene", "type": "tabular", "columns": 64,
                                   "max_value": 10000.0}]}
                  """)
          Map<String, Object> config,
      @Schema(description = "Numbers that are trained", example = "189197") long parameters,
      @Schema(description = "What its training measured") Map<String, Object> metrics,
      @Schema(description = "Where it comes from", example = "{\"source\": \"import\"}")
          Map<String, Object> lineage,
      @Schema(description = "Where it is loaded now") List<ResidentBody> resident,
      Instant createdAt) {}

  @Schema(name = "Resident")
  record ResidentBody(
      @Schema(example = "cpu") String device, @Schema(example = "fp32") String precision) {}

  @Schema(name = "DefaultVersion")
  record DefaultBody(@Schema(example = "1") int version) {}
}
