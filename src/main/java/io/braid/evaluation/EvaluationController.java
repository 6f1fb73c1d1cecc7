package io.braid.evaluation;

import io.braid.job.JobRequests;
import io.braid.problem.Page;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.braid.server.EventStream;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.ObjectMapper;

/** Evaluations over HTTP. In a path, {@code latest} stands for the newest one. */
@RestController
@RequestMapping("/v1/evaluations")
@Tag(name = "Evaluations", description = "What versions of models are worth on a dataset")
class EvaluationController {
  private final Evaluations evaluations;
  private final JobRequests requests;
  private final ObjectMapper mapper;

  EvaluationController(Evaluations evaluations, JobRequests requests, ObjectMapper mapper) {
    this.evaluations = evaluations;
    this.requests = requests;
    this.mapper = mapper;
  }

  @Needs(Role.TRAIN)
  @PostMapping
  @Operation(
      operationId = "createEvaluation",
      summary = "Evaluate a version",
      description =
          """
          Measures a version of a model on a split of a dataset, in the background: how well each \
          modality alone finds its sample's fusion, how embeddings lie in their space, what linear \
          probes read from the fusions (trained on the training split alone), and with `subsets` \
          the same for every subset of modalities and what each modality adds. Everything that is \
          wrong is said at once.
          """,
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = EvaluationApi.RequestDoc.class),
                      examples = @ExampleObject(name = "demo", value = EvaluationApi.EXAMPLE))),
      responses = {
        @ApiResponse(responseCode = "202", description = "Queued; Location is its address"),
        @ApiResponse(
            responseCode = "409",
            description = "The Idempotency-Key was used for another body")
      })
  ResponseEntity<EvaluationApi.Body> create(
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(description = "The same key with the same body makes one evaluation only")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Nullable String idempotencyKey) {
    return accepted(
        evaluations.create(requests.read(request), Optional.ofNullable(idempotencyKey)));
  }

  private ResponseEntity<EvaluationApi.Body> accepted(Evaluation evaluation) {
    return ResponseEntity.accepted()
        .location(URI.create("/v1/evaluations/" + evaluation.id()))
        .body(body(evaluation));
  }

  private EvaluationApi.Body body(Evaluation evaluation) {
    return EvaluationApi.Body.of(evaluation, evaluations.progress(evaluation));
  }

  @GetMapping
  @Operation(
      operationId = "listEvaluations",
      summary = "List evaluations",
      description = "The newest first. `next_cursor` of one page is `cursor` of the next.")
  EvaluationApi.ListBody list(
      @Parameter(description = "That of this training job's version alone")
          @RequestParam(required = false)
          @Nullable String job,
      @Parameter(description = "Those of this model alone", example = "demo")
          @RequestParam(required = false)
          @Nullable String model,
      @Parameter(description = "Most evaluations of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<Evaluation> page =
        evaluations.list(Optional.ofNullable(model), Optional.ofNullable(job), limit, cursor);
    return new EvaluationApi.ListBody(
        page.items().stream().map(this::body).toList(), page.nextCursor());
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "getEvaluation",
      summary = "One evaluation",
      description = "Where it stands, and what it measured.")
  EvaluationApi.Body evaluation(@Parameter(example = "latest") @PathVariable String id) {
    return body(evaluations.find(id));
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      operationId = "watchEvaluation",
      summary = "Watch an evaluation",
      description =
          "Server-sent events `progress`, and `state` when it has ended, each with what"
              + " `GET` answers then.",
      responses =
          @ApiResponse(
              responseCode = "200",
              content =
                  @Content(
                      mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                      schema = @Schema(type = "string"))))
  ResponseEntity<StreamingResponseBody> events(
      @Parameter(example = "latest") @PathVariable String id, HttpServletResponse response) {
    String found = evaluations.find(id).id();
    return EventStream.watching(
        response,
        mapper,
        () -> {
          Evaluation now = evaluations.find(found);
          return new EventStream.Look(body(now), now.isOver());
        });
  }

  @Needs(Role.TRAIN)
  @PostMapping("/{id}/resume")
  @Operation(
      operationId = "resumeEvaluation",
      summary = "Try an evaluation again",
      description =
          "One that failed or was cancelled waits again, and is measured from its beginning.",
      responses = {
        @ApiResponse(responseCode = "202", description = "It is queued"),
        @ApiResponse(responseCode = "409", description = "It has not failed, nor was it cancelled"),
        @ApiResponse(responseCode = "422", description = "Its version or dataset is gone")
      })
  ResponseEntity<EvaluationApi.Body> resume(
      @Parameter(example = "latest") @PathVariable String id) {
    return accepted(evaluations.resume(id));
  }

  @Needs(Role.TRAIN)
  @PostMapping("/{id}/cancel")
  @Operation(
      operationId = "cancelEvaluation",
      summary = "Cancel an evaluation",
      description = "One that waits or runs ends at once, and has no metrics.",
      responses = {
        @ApiResponse(responseCode = "202", description = "It is cancelled"),
        @ApiResponse(responseCode = "409", description = "It is over")
      })
  ResponseEntity<EvaluationApi.Body> cancel(
      @Parameter(example = "latest") @PathVariable String id) {
    return accepted(evaluations.cancel(id));
  }
}
