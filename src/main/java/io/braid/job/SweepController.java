package io.braid.job;

import io.braid.security.Needs;
import io.braid.security.Role;
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
import org.springframework.web.bind.annotation.RestController;

/** Sweeps over HTTP. In a path, {@code latest} stands for the newest one. */
@RestController
@RequestMapping("/v1/sweeps")
@Tag(name = "Training", description = "Jobs that make new versions of models, and who runs them")
class SweepController {
  private final JobService jobs;
  private final JobBodies bodies;
  private final JobRequests requests;

  SweepController(JobService jobs, JobBodies bodies, JobRequests requests) {
    this.jobs = jobs;
    this.bodies = bodies;
    this.requests = requests;
  }

  @Needs(Role.TRAIN)
  @PostMapping
  @Operation(
      operationId = "createSweep",
      summary = "Sweep",
      description =
          """
          Queues a job for each cell of a grid over fields of a job, at most 1000; \
          `optimizer.learning_rate` names a field within another. All cells are checked before any \
          is queued.
          """,
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = JobApi.SweepRequestDoc.class),
                      examples = @ExampleObject(name = "small", value = JobApi.SWEEP_EXAMPLE))),
      responses = {
        @ApiResponse(responseCode = "202", description = "Queued; Location is its address"),
        @ApiResponse(
            responseCode = "409",
            description = "The Idempotency-Key was used for another body")
      })
  ResponseEntity<JobApi.SweepBody> create(
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(description = "The same key with the same body makes one sweep only")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Nullable String idempotencyKey) {
    JobService.Sweep sweep =
        jobs.createSweep(requests.read(request), Optional.ofNullable(idempotencyKey));
    return ResponseEntity.accepted()
        .location(URI.create("/v1/sweeps/" + sweep.id()))
        .body(body(sweep));
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "getSweep",
      summary = "One sweep",
      description = "Its jobs, a cell each, with their settings and where they stand.")
  JobApi.SweepBody sweep(@Parameter(example = "latest") @PathVariable String id) {
    return body(jobs.sweep(id));
  }

  private JobApi.SweepBody body(JobService.Sweep sweep) {
    boolean isOver = sweep.jobs().stream().allMatch(job -> job.state().isEnd());
    return new JobApi.SweepBody(
        sweep.id(), isOver ? "ended" : "running", sweep.createdAt(), bodies.of(sweep.jobs()));
  }
}
