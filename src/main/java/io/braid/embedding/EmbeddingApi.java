package io.braid.embedding;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.attribution.Shares;
import io.braid.encoder.Embedding;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.modality.Sample;
import io.braid.model.ModelVersion;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON of the embed endpoint. */
final class EmbeddingApi {
  private EmbeddingApi() {}

  /** How vectors are written. */
  enum Encoding {
    /** An array of numbers. */
    FLOAT,
    /** Base64 of little-endian float32. */
    BASE64
  }

  /**
   * What is asked; read by {@link EmbedRequestReader}.
   *
   * @param normalize whether vectors are scaled to unit length
   */
  record Request(List<Sample> samples, Set<Output> outputs, boolean normalize, Encoding encoding) {}

  @Schema(name = "EmbedResponse")
  record Response(
      @Schema(example = "demo") String model,
      @Schema(example = "1") int version,
      @Schema(example = "mca") String architecture,
      @Schema(description = "Length of every vector", example = "64") int dimension,
      @Schema(description = "One a sample, in order") List<SampleEmbedding> embeddings,
      Usage usage) {

    static Response of(ModelVersion version, Request request, List<Embedding> embeddings) {
      var encoder = version.config().encoder();
      var samples = new ArrayList<SampleEmbedding>();
      for (int i = 0; i < embeddings.size(); i++) {
        samples.add(SampleEmbedding.of(request, request.samples().get(i), embeddings.get(i)));
      }
      int tokens = request.samples().stream().mapToInt(Sample::tokens).sum();
      return new Response(
          version.model(),
          version.version(),
          encoder.architecture().toString(),
          encoder.embeddingDim(),
          samples,
          new Usage(samples.size(), tokens));
    }
  }

  @Schema(name = "SampleEmbedding")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SampleEmbedding(
      @Schema(description = "As sent", example = "patient-17") @Nullable String id,
      @Schema(description = "Modalities that were there, in schema order") List<String> present,
      @Schema(
              types = {"array", "string"},
              description =
                  "The embedding of all modalities together, numbers or base64; left out where no"
                      + " modality of the root channel is present")
          @Nullable Object fusion,
      @Schema(description = "By present modality") @Nullable Map<String, Object> unimodal,
      @Schema(description = "By channel with a present modality, as gene+protein")
          @Nullable Map<String, Object> channels,
      @Schema(
              description =
                  "With `explain`: what each present modality contributes to the fusion, as the"
                      + " Shapley share of the way from the fusion of no modality to this one;"
                      + " they sum to 1",
              example = "{\"gene\": 0.77, \"protein\": 0.23}")
          @Nullable Map<String, Double> attribution,
      @Schema(
              description =
                  "With `explain`, above eight present modalities, whose shares are estimated: one"
                      + " standard error of each")
          @Nullable Map<String, Double> attributionError,
      @Schema(description = "What was cut or left out on the way in") List<String> warnings) {

    static SampleEmbedding of(Request request, Sample sample, Embedding embedding) {
      boolean hasUnimodal = request.outputs().contains(Output.UNIMODAL);
      boolean hasChannels =
          request.outputs().contains(Output.CHANNELS) && !embedding.channels().isEmpty();
      List<String> present = List.copyOf(sample.modalities().keySet());
      Optional<Shares> shares =
          embedding.subsets().map(subsets -> subsets.sharesOfShift().among(present));
      return new SampleEmbedding(
          sample.id().orElse(null),
          present,
          embedding.fusion().map(vector -> write(vector, request)).orElse(null),
          hasUnimodal ? write(embedding.unimodal(), request) : null,
          hasChannels ? write(embedding.channels(), request) : null,
          shares.map(Shares::byPlayer).orElse(null),
          shares.map(Shares::errors).filter(errors -> !errors.isEmpty()).orElse(null),
          sample.warnings());
    }

    private static Map<String, Object> write(Map<String, Vector> vectors, Request request) {
      var written = new LinkedHashMap<String, Object>();
      vectors.forEach((name, vector) -> written.put(name, write(vector, request)));
      return written;
    }

    private static Object write(Vector vector, Request request) {
      Vector sent = request.normalize() ? vector.normalized() : vector;
      return switch (request.encoding()) {
        case FLOAT -> sent.toArray();
        case BASE64 -> Base64.getEncoder().encodeToString(sent.toBytes());
      };
    }
  }

  @Schema(name = "EmbedUsage")
  record Usage(
      int samples,
      @Schema(description = "Present tokens of all samples; fusion tokens are not counted")
          int tokens) {}
}
