package io.braid.retrieval;

import io.braid.calibration.Gains;
import io.braid.embedding.EmbeddingService;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.modality.BodyReader;
import io.braid.modality.Modalities;
import io.braid.modality.Sample;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
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

  private final CollectionService collections;
  private final SearchService searches;
  private final EmbeddingService embeddings;
  private final ModelService models;
  private final BodyReader bodies;

  ValueController(
      CollectionService collections,
      SearchService searches,
      EmbeddingService embeddings,
      ModelService models,
      BodyReader bodies) {
    this.collections = collections;
    this.searches = searches;
    this.embeddings = embeddings;
    this.models = models;
    this.bodies = bodies;
  }

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
    OpenCollection found = collections.find(collection);
    if (!found.stored().keep().contains(Output.FUSION)) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "collection '%s' keeps no fusions, by which samples are found; make one with \"keep\": [\"fusion\"]"
              .formatted(collection));
    }
    Client client = Client.current();
    return embeddings.admit(() -> {
      byte[] body = SearchController.body(http);
      var asked = new AtomicReference<Sample>();
      SearchService.Found best =
          searches.search(
              found,
              generation -> {
                Sample sample = read(generation.version(), body, http.getContentType());
                asked.set(sample);
                return SearchRequest.best(sample);
              },
              client);
      return body(best, asked.get());
    });
  }

  private Sample read(ModelVersion version, byte[] body, @Nullable String type) {
    var faults = new ArrayList<Fault>();
    Optional<Sample> sample =
        bodies.read(
            new ByteArrayInputStream(body),
            type,
            parser -> models.reader(version).read(parser, "", faults));
    sample
        .flatMap(read ->
            Embedder.misfit(
                version,
                Set.of(Output.FUSION),
                new Modalities(read.modalities(), Set.of(), read.warnings())))
        .ifPresent(misfit -> faults.add(new Fault("/modalities", misfit)));
    Json.refuse(faults);
    return sample.orElseThrow(() -> BraidException.invalid(List.of(new Fault("", "no sample"))));
  }

  private static ValueApi.Body body(SearchService.Found found, Sample sample) {
    EncoderConfig encoder = found.version().config().encoder();
    List<String> present = List.copyOf(sample.modalities().keySet());
    double best =
        found.results().getFirst().stream().mapToDouble(Match::probability).findFirst().orElse(0);
    Optional<Gains> gains =
        found.calibration().flatMap(FittedCalibration::trial).map(FittedCalibration.Trial::gains);
    List<String> asking = encoder.fused(sample);
    List<ValueApi.Value> values =
        encoder.schema().names().stream()
            .filter(modality -> !present.contains(modality))
            .map(modality ->
                ValueApi.Value.of(
                    modality,
                    gains.flatMap(of -> of.expected(asking, modality, best)).orElse(null)))
            .sorted(
                Comparator.comparing(
                    ValueApi.Value::gain, Comparator.nullsLast(Comparator.reverseOrder())))
            .toList();
    return new ValueApi.Body(
        found.version().model(),
        found.version().version(),
        sample.id().orElse(null),
        present,
        best,
        (gains.isPresent() ? Confidence.Basis.FITTED : Confidence.Basis.FALLBACK).toString(),
        values);
  }
}
