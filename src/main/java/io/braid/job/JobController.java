package io.braid.job;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
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
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
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
import tools.jackson.dataformat.cbor.CBORMapper;

/** Training jobs over HTTP. In a path, {@code latest} stands for the newest job. */
@RestController
@RequestMapping("/v1/training-jobs")
@Tag(name = "Training", description = "Jobs that make new versions of models, and who runs them")
class JobController {
  private static final MediaType TEXT_CSV = new MediaType("text", "csv");
  private static final CBORMapper CBOR = new CBORMapper();

  private final JobService jobs;
  private final JobBodies bodies;
  private final JobStream stream;
  private final Jobs known;
  private final JobRepository repository;
  private final JobRequests requests;

  JobController(
      JobService jobs,
      JobBodies bodies,
      JobStream stream,
      Jobs known,
      JobRepository repository,
      JobRequests requests) {
    this.jobs = jobs;
    this.bodies = bodies;
    this.stream = stream;
    this.known = known;
    this.repository = repository;
    this.requests = requests;
  }

  @Needs(Role.TRAIN)
  @PostMapping
  @Operation(
      operationId = "createTrainingJob",
      summary = "Train",
      description =
          """
          Queues a run that trains an encoder on a dataset and adds a version to a model. Only \
          `dataset` and `model` are required: the rest takes the paper's values, with one subset \
          view; `"recipe": "published"` is the paper's to the letter. Everything that is wrong is \
          said at once.
          """,
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = TrainingRequestDoc.class),
                      examples = @ExampleObject(name = "small", value = JobApi.EXAMPLE))),
      responses = {
        @ApiResponse(responseCode = "202", description = "Queued; Location is its address"),
        @ApiResponse(
            responseCode = "409",
            description = "The Idempotency-Key was used for another body")
      })
  ResponseEntity<JobApi.Body> create(
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(description = "The same key with the same body makes one job only")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Nullable String idempotencyKey) {
    return accepted(jobs.create(requests.read(request), Optional.ofNullable(idempotencyKey)));
  }

  private ResponseEntity<JobApi.Body> accepted(Job job) {
    return ResponseEntity.accepted()
        .location(URI.create("/v1/training-jobs/" + job.id()))
        .body(bodies.of(job));
  }

  @GetMapping
  @Operation(
      operationId = "listTrainingJobs",
      summary = "List jobs",
      description = "The newest first. `next_cursor` of one page is `cursor` of the next.")
  JobApi.Jobs list(
      @Parameter(description = "queued, running, succeeded, failed or cancelled")
          @RequestParam(required = false)
          @Nullable String state,
      @Parameter(description = "Those of this model alone", example = "demo")
          @RequestParam(required = false)
          @Nullable String model,
      @Parameter(description = "Most jobs of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Optional<JobState> wanted = Optional.ofNullable(state).map(JobController::state);
    Page<Job> page =
        Page.newestFirst(
            limit,
            cursor,
            (below, most) -> repository.list(wanted, Optional.ofNullable(model), below, most),
            Job::number);
    return new JobApi.Jobs(bodies.of(page.items()), page.nextCursor());
  }

  private static JobState state(String text) {
    return Arrays.stream(JobState.values())
        .filter(one -> one.toString().equals(text))
        .findFirst()
        .orElseThrow(() ->
            BraidException.invalid(
                List.of(
                    new Fault(
                        "state",
                        "'%s', expected one of %s"
                            .formatted(text, Arrays.toString(JobState.values()))))));
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "getTrainingJob",
      summary = "One job",
      description = "Where it stands: state, progress, place in the queue, metrics, failure.")
  JobApi.Body job(@Parameter(example = "latest") @PathVariable String id) {
    return bodies.of(known.find(id));
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      operationId = "watchTrainingJob",
      summary = "Watch a job",
      description =
          """
          Server-sent events `state`, `step`, `epoch` and `log`, from the first one on, until the \
          job has ended. With `Last-Event-ID` only those after it. Of an old job whose events are no \
          longer kept, a `log` that says so and the `state` in which it ended.
          """,
      responses =
          @ApiResponse(
              responseCode = "200",
              content =
                  @Content(
                      mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                      schema = @Schema(type = "string"))))
  ResponseEntity<StreamingResponseBody> events(
      @Parameter(example = "latest") @PathVariable String id,
      @Parameter(description = "Id of the last event that was seen")
          @RequestHeader(name = "Last-Event-ID", required = false)
          @Nullable String lastEventId,
      HttpServletResponse response) {
    long after = lastEventId == null ? 0 : eventId(lastEventId);
    Job job = known.find(id);
    return EventStream.of(response, out -> stream.write(job, after, out));
  }

  private static long eventId(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw BraidException.invalid(
          List.of(new Fault("Last-Event-ID", "'" + text + "', expected the id of an event")));
    }
    return Long.parseLong(text);
  }

  @GetMapping(path = "/{id}/log", produces = MediaType.TEXT_PLAIN_VALUE)
  @Operation(
      operationId = "getTrainingLog",
      summary = "The log of a job",
      description =
          "What its worker processes printed, as text; 404 where it is no longer kept. Of the jobs"
              + " that have ended the newest `braid.training.keep-jobs` keep theirs.")
  ResponseEntity<Resource> log(@Parameter(example = "latest") @PathVariable String id) {
    var file = known.keptFolder(known.find(id)).log();
    Resource text =
        Files.exists(file) ? new FileSystemResource(file) : new ByteArrayResource(new byte[0]);
    return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(text);
  }

  @GetMapping(
      path = "/{id}/metrics",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE, "text/csv"})
  @Operation(
      operationId = "getTrainingMetrics",
      summary = "What a job measured",
      description =
          "Loss, learning rate and gradient norm of each step, losses and metrics of each epoch;"
              + " with `Accept: text/csv` a row a step, the last of an epoch with its metrics. 404"
              + " where the log is no longer kept; the job has its metrics still.",
      responses =
          @ApiResponse(
              responseCode = "200",
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = JobApi.History.class)),
                @Content(
                    mediaType = MediaType.APPLICATION_CBOR_VALUE,
                    schema = @Schema(implementation = JobApi.History.class)),
                @Content(mediaType = "text/csv", schema = @Schema(type = "string"))
              }))
  ResponseEntity<StreamingResponseBody> metrics(
      @Parameter(example = "latest") @PathVariable String id,
      @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE)
          @Parameter(hidden = true)
          String accept) {
    var history = new JobHistory(known.keptFolder(known.find(id)).events());
    MediaType type = preferred(accept);
    return ResponseEntity.ok()
        .contentType(type)
        .body(
            type.equals(TEXT_CSV)
                ? history::writeCsv
                : out ->
                    history.write(
                        out, type.equals(MediaType.APPLICATION_CBOR) ? CBOR : JobRepository.JSON));
  }

  /** Of the types that metrics come in, that which the client likes best. */
  private static MediaType preferred(String accept) {
    return MediaType.parseMediaTypes(accept).stream()
        .sorted(Comparator.comparingDouble(MediaType::getQualityValue).reversed())
        .flatMap(liked ->
            Stream.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_CBOR, TEXT_CSV)
                .filter(liked::includes))
        .findFirst()
        .orElse(MediaType.APPLICATION_JSON);
  }

  @Needs(Role.TRAIN)
  @PostMapping("/{id}/cancel")
  @Operation(
      operationId = "cancelTrainingJob",
      summary = "Cancel a job",
      description = "A running one writes a checkpoint first; `resume` goes on from it.",
      responses = {
        @ApiResponse(responseCode = "202", description = "It stops, or has stopped"),
        @ApiResponse(responseCode = "409", description = "It has ended")
      })
  ResponseEntity<JobApi.Body> cancel(@Parameter(example = "latest") @PathVariable String id) {
    return accepted(jobs.cancel(id));
  }

  @Needs(Role.TRAIN)
  @PostMapping("/{id}/resume")
  @Operation(
      operationId = "resumeTrainingJob",
      summary = "Resume a job",
      description = "Queues a failed or cancelled job again; it goes on from its last checkpoint.",
      responses = {
        @ApiResponse(responseCode = "202", description = "Queued"),
        @ApiResponse(
            responseCode = "409",
            description = "It is not failed or cancelled, or its folder is no longer kept")
      })
  ResponseEntity<JobApi.Body> resume(@Parameter(example = "latest") @PathVariable String id) {
    return accepted(jobs.resume(id));
  }
}
