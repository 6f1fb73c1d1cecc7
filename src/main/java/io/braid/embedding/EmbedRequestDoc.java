package io.braid.embedding;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request as the contract shows it: it is read token by token, never bound to this. */
@Schema(name = "EmbedRequest")
record EmbedRequestDoc(
    @Schema(description = "1 to 1024 samples") List<SampleDoc> samples,
    @ArraySchema(
            arraySchema = @Schema(description = "Which embeddings; fusion alone unless given"),
            schema = @Schema(allowableValues = {"fusion", "unimodal", "channels"}))
        @Nullable List<String> outputs,
    @Schema(description = "Scale vectors to unit length", defaultValue = "true")
        @Nullable Boolean normalize,
    @Schema(
            description = "Tell what each present modality contributes to the fusion",
            defaultValue = "false")
        @Nullable Boolean explain,
    @Schema(
            description = "float, or base64 of little-endian F32",
            allowableValues = {"float", "base64"},
            defaultValue = "float")
        @Nullable String encoding) {

  @Schema(name = "Sample")
  record SampleDoc(
      @Schema(description = "Echoed in the answer", example = "patient-17") @Nullable String id,
      @Schema(
              description =
                  "Any subset of the model's modalities, at least one; GET"
                      + " /v1/models/{model}/schema says what each takes")
          Map<String, Object> modalities) {}
}
