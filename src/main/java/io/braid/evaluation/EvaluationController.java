package io.braid.evaluation;

import io.braid.job.JobRequests;
import io.braid.problem.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
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

/** Evaluations over HTTP. In a path, {@code latest} stands for the newest one. */
@RestController
@RequestMapping("/v1/evaluations")
@Tag(name = "Evaluations", description = "What versions of models are worth on a dataset")
class EvaluationController {
  private final Evaluations evaluations;
  private final JobRequests requests;

  EvaluationController(Evaluations evaluations, JobRequests requests) {
    this.evaluations = evaluations;
    this.requests = requests;
  }

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
      @Parameter(description = "Most evaluations of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<Evaluation> page =
        job == null
            ? evaluations.list(limit, cursor)
            : new Page<>(evaluations.ofJob(job).stream().toList(), null);
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
