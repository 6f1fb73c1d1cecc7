package io.braid.embedding;

import io.braid.config.BraidProperties;
import io.braid.modality.BodyReader;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.braid.server.Client;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Embed", description = "Samples in, embeddings out")
class EmbeddingController {
  private static final String EXAMPLE =
      """
      {"samples": [{"id": "patient-17",
        "modalities": {
          "protein": {"EGFR": 0.4, "TP53": -0.7},
          "activity": [[0.1, 0.2, 0.0, 0.3, 0.1, 0.5], [0.3, 0.1, 0.2, 0.0, 0.4, 0.1]]}}],
       "outputs": ["fusion", "unimodal"]}\
      """;
  private static final String MIXED_EXAMPLE =
      """
      {"samples": [
         {"id": "a", "modalities": {"gene": {"0": 0.31, "17": -1.2}}},
         {"id": "b", "modalities": {"mirna": {"3": 2.0}, "protein": {"EGFR": 0.4}, "gene": null}}],
       "outputs": ["channels"], "normalize": false, "encoding": "base64"}\
      """;

  private final EmbeddingService embeddings;
  private final ModelService models;
  private final BodyReader bodies;
  private final int maxSamples;

  EmbeddingController(
      EmbeddingService embeddings,
      ModelService models,
      BodyReader bodies,
      BraidProperties properties) {
    this.embeddings = embeddings;
    this.models = models;
    this.bodies = bodies;
    this.maxSamples = properties.limits().samples();
  }

  @Needs(Role.READ)
  @PostMapping(
      path = "/v1/models/{model}/embed",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "embed",
      summary = "Embed samples with any subset of their modalities",
      description =
          """
          A modality that is left out or `null` is absent: it costs nothing and gets no vector. \
          Samples of one request may have different subsets. `GET /v1/models/{model}/schema` says \
          what each modality takes.

          Order is kept. One bad sample fails the request (422, with a pointer to each fault) and \
          nothing is computed. With `"explain": true` each embedding tells what its modalities \
          contribute. `Server-Timing` tells queue, compute and total in milliseconds.
          """,
      responses = {
        @ApiResponse(responseCode = "200", description = "An embedding a sample"),
        @ApiResponse(
            responseCode = "429",
            description = "Too many requests are in flight; `Retry-After` says when to try again"),
        @ApiResponse(
            responseCode = "503",
            description = "No device was free in time; `Retry-After` says when to try again")
      },
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = EmbedRequestDoc.class),
                    examples = {
                      @ExampleObject(name = "two of four modalities", value = EXAMPLE),
                      @ExampleObject(
                          name = "mixed subsets, every channel, raw, as base64",
                          value = MIXED_EXAMPLE)
                    }),
                @Content(
                    mediaType = MediaType.APPLICATION_CBOR_VALUE,
                    schema = @Schema(implementation = EmbedRequestDoc.class))
              }))
  ResponseEntity<EmbeddingApi.Response> embed(
      @Parameter(example = "demo") @PathVariable String model,
      @Parameter(description = "The default version if left out") @RequestParam
          Optional<Integer> version,
      @Parameter(hidden = true) HttpServletRequest http) {
    long start = System.nanoTime();
    ModelVersion resolved = models.resolve(model, version);
    return embeddings.admit(() -> {
      EmbeddingApi.Request request = read(http, resolved);
      EmbeddingService.Answer answer =
          embeddings.embed(resolved, request.samples(), request.outputs(), Client.current());
      Duration total = Duration.ofNanos(System.nanoTime() - start);
      return ResponseEntity.ok()
          .header(
              "Server-Timing",
              "%s, %s, %s"
                  .formatted(
                      timing("queue", answer.queue()),
                      timing("compute", answer.compute()),
                      timing("total", total)))
          .body(EmbeddingApi.Response.of(resolved, request, answer.embeddings()));
    });
  }

  private EmbeddingApi.Request read(HttpServletRequest http, ModelVersion version) {
    var reader = new EmbedRequestReader(models.reader(version), maxSamples);
    try (InputStream body = http.getInputStream()) {
      return bodies.read(body, http.getContentType(), reader::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String timing(String name, Duration time) {
    return String.format(Locale.ROOT, "%s;dur=%.3f", name, time.toNanos() / 1e6);
  }
}
