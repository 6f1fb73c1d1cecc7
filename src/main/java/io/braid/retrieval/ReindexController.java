package io.braid.retrieval;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.braid.server.EventStream;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.ObjectMapper;

/** Re-indexing a collection with another version of its model. */
@RestController
@RequestMapping("/v1/collections/{collection}/reindex")
@Tag(name = "Collections")
class ReindexController {
  private final OpenCollections collections;
  private final Reindexing reindexing;
  private final ObjectMapper mapper;

  ReindexController(OpenCollections collections, Reindexing reindexing, ObjectMapper mapper) {
    this.collections = collections;
    this.reindexing = reindexing;
    this.mapper = mapper;
  }

  @Needs(Role.WRITE)
  @PostMapping
  @Operation(
      operationId = "reindexCollection",
      summary = "Re-index with a version",
      description =
          """
          Embeds every stored sample with another version of the model (or the same once more) in \
          the background, then searches that. Until then searches are answered by what was there; \
          what is stored meanwhile is in both. Goes on after a crash. Where the new version cannot embed a \
          sample the run fails, says of which, and all stays as it is.
          """,
      responses = {
        @ApiResponse(responseCode = "202", description = "It runs"),
        @ApiResponse(
            responseCode = "409",
            description = "One runs already, or items came as embeddings")
      })
  ResponseEntity<CollectionApi.ReindexBody> begin(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(description = "The same key and version again give the same run")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Nullable String idempotencyKey,
      @RequestBody CollectionApi.ReindexRequest body) {
    OpenCollection found = collections.find(collection);
    Integer version = body.version();
    if (version == null) {
      throw BraidException.invalid(
          List.of(new Fault("/version", "missing, expected the number of a version")));
    }
    if (idempotencyKey != null && (idempotencyKey.isBlank() || idempotencyKey.length() > 255)) {
      throw BraidException.invalid(
          List.of(new Fault("Idempotency-Key", "expected 1 to 255 characters")));
    }
    return accepted(found, reindexing.begin(found, version, Optional.ofNullable(idempotencyKey)));
  }

  private ResponseEntity<CollectionApi.ReindexBody> accepted(
      OpenCollection collection, Reindex reindex) {
    String name = collection.stored().name();
    return ResponseEntity.accepted()
        .location(URI.create("/v1/collections/" + name + "/reindex"))
        .body(body(collection, reindex));
  }

  private CollectionApi.ReindexBody body(OpenCollection collection, Reindex reindex) {
    long total = reindex.isRunning() ? collection.stored().items() : reindex.total();
    return new CollectionApi.ReindexBody(
        collection.stored().name(),
        reindex.state().toString(),
        reindex.fromVersion(),
        reindex.version(),
        reindexing.done(reindex),
        total,
        reindex.failure().orElse(null),
        reindex.startedAt(),
        reindex.endedAt().orElse(null));
  }

  @GetMapping
  @Operation(
      operationId = "getReindex",
      summary = "The last re-index",
      description = "Its state and progress; 404 where there was none.")
  CollectionApi.ReindexBody last(@Parameter(example = "demo") @PathVariable String collection) {
    OpenCollection found = collections.find(collection);
    return body(found, reindexing.last(found));
  }

  @Needs(Role.WRITE)
  @PostMapping("/cancel")
  @Operation(
      operationId = "cancelReindex",
      summary = "Cancel a re-index",
      description = "The collection is searched as before.",
      responses = {
        @ApiResponse(responseCode = "202", description = "It is cancelled"),
        @ApiResponse(responseCode = "409", description = "It has ended")
      })
  ResponseEntity<CollectionApi.ReindexBody> cancel(
      @Parameter(example = "demo") @PathVariable String collection) {
    OpenCollection found = collections.find(collection);
    return accepted(found, reindexing.cancel(found));
  }

  @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      operationId = "watchReindex",
      summary = "Watch a re-index",
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
      @Parameter(example = "demo") @PathVariable String collection, HttpServletResponse response) {
    OpenCollection found = collections.find(collection);
    reindexing.last(found); // 404 before anything is streamed
    return EventStream.watching(response, mapper, () -> look(found));
  }

  private EventStream.Look look(OpenCollection collection) {
    if (collection.isDropped()) {
      return new EventStream.Look(
          Map.of("state", "cancelled", "failure", "the collection was dropped"), true);
    }
    Reindex reindex = reindexing.last(collection);
    return new EventStream.Look(body(collection, reindex), !reindex.isRunning());
  }
}
