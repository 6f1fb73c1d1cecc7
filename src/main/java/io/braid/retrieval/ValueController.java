package io.braid.retrieval;

import io.braid.embedding.EmbeddingService;
import io.braid.modality.BodyReader;
import io.braid.modality.Sample;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
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
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which modality of a sample to measure next. */
@RestController
@Tag(name = "Collections")
class ValueController {
  private static final String EXAMPLE =
      """
      {"id": "patient-17", "modalities": {"protein": {"EGFR": 0.4, "TP53": -0.7}}}\
      """;

  private final ValueService values;
  private final EmbeddingService embeddings;
  private final ModelService models;
  private final BodyReader bodies;

  ValueController(
      ValueService values, EmbeddingService embeddings, ModelService models, BodyReader bodies) {
    this.values = values;
    this.embeddings = embeddings;
    this.models = models;
    this.bodies = bodies;
  }

  @Needs(Role.READ)
  @PostMapping(
      path = "/v1/collections/{collection}/value",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "value",
      summary = "Which modality to measure next",
      description =
          """
          For each modality that a sample lacks: by how much the confidence of the right item may \
          be expected to rise if it were measured. It is seen in trials with stored samples, whose \
          right item is known, and which have the modality; a sample whose best hit is likely \
          already has less to gain.
          """,
      responses = @ApiResponse(responseCode = "200", description = "The most valuable first"),
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = ValueApi.ValueDoc.class),
                    examples = @ExampleObject(name = "one of four modalities", value = EXAMPLE)),
                @Content(
                    mediaType = MediaType.APPLICATION_CBOR_VALUE,
                    schema = @Schema(implementation = ValueApi.ValueDoc.class))
              }))
  ValueApi.Body value(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(hidden = true) HttpServletRequest http) {
    OpenCollection found = values.find(collection);
    Client client = Client.current();
    return embeddings.admit(() -> {
      byte[] body = SearchController.body(http);
      return ValueApi.Body.of(
          values.worth(found, version -> read(version, body, http.getContentType()), client));
    });
  }

  private Sample read(ModelVersion version, byte[] body, @Nullable String type) {
    var faults = new ArrayList<Fault>();
    Optional<Sample> sample =
        bodies.read(
            new ByteArrayInputStream(body),
            type,
            parser -> models.reader(version).read(parser, "", faults));
    BraidException.refuse(faults);
    return sample.orElseThrow(() -> BraidException.invalid(List.of(new Fault("", "no sample"))));
  }
}
