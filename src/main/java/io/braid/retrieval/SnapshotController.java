package io.braid.retrieval;

import io.braid.problem.Page;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Collections as files. */
@RestController
@RequestMapping("/v1/collections/{collection}")
@Tag(name = "Collections")
class SnapshotController {
  static final String ZIP = "application/zip";

  private final OpenCollections collections;
  private final SnapshotService snapshots;
  private final Restoring restoring;
  private final DataFolder data;

  SnapshotController(
      OpenCollections collections,
      SnapshotService snapshots,
      Restoring restoring,
      DataFolder data) {
    this.collections = collections;
    this.snapshots = snapshots;
    this.restoring = restoring;
    this.data = data;
  }

  @Needs(Role.WRITE)
  @PostMapping("/snapshots")
  @Operation(
      operationId = "makeSnapshot",
      summary = "Take a snapshot",
      description =
          """
          One file with all items as they are at one moment, their samples, embeddings and \
          metadata, and the calibration; changes go on meanwhile. It is answered when the file is \
          whole. The model is not in it: the snapshot is restored where \
          the same weights are. Dropping the collection deletes its snapshots.
          """,
      responses = @ApiResponse(responseCode = "201", description = "`Location` has the file"))
  ResponseEntity<SnapshotApi.Body> make(
      @Parameter(example = "demo") @PathVariable String collection) {
    SnapshotFiles.Snapshot snapshot = snapshots.take(collections.find(collection));
    return ResponseEntity.created(
            URI.create("/v1/collections/%s/snapshots/%s".formatted(collection, snapshot.id())))
        .body(SnapshotApi.Body.of(collection, snapshot));
  }

  @GetMapping("/snapshots")
  @Operation(
      operationId = "listSnapshots",
      summary = "List snapshots",
      description = "Of a collection, by id. `next_cursor` of one page is `cursor` of the next.")
  SnapshotApi.Snapshots list(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(description = "Most snapshots of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<SnapshotFiles.Snapshot> page = snapshots.list(collections.find(collection), limit, cursor);
    return new SnapshotApi.Snapshots(
        page.items().stream().map(snapshot -> SnapshotApi.Body.of(collection, snapshot)).toList(),
        page.nextCursor());
  }

  @GetMapping(path = "/snapshots/{snapshot}", produces = ZIP)
  @Operation(
      operationId = "getSnapshot",
      summary = "Download a snapshot",
      description = "A zip file; `PUT` it to the name of a collection to restore it.")
  ResponseEntity<Resource> snapshot(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(example = "latest") @PathVariable String snapshot) {
    SnapshotFiles.Snapshot found = snapshots.find(collections.find(collection), snapshot);
    return ResponseEntity.ok()
        .contentType(MediaType.valueOf(ZIP))
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename("%s-%s.zip".formatted(collection, snapshot))
                .build()
                .toString())
        .body(new FileSystemResource(found.file()));
  }

  @Needs(Role.WRITE)
  @DeleteMapping("/snapshots/{snapshot}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deleteSnapshot",
      summary = "Delete a snapshot",
      description = "The collection stays as it is.",
      responses = @ApiResponse(responseCode = "204", description = "Deleted"))
  void delete(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(example = "latest") @PathVariable String snapshot) {
    snapshots.delete(collections.find(collection), snapshot);
  }

  @Needs(Role.WRITE)
  @PutMapping(consumes = ZIP)
  @Operation(hidden = true) // told beside the other way to make a collection
  ResponseEntity<CollectionApi.Body> restore(
      @PathVariable String collection, HttpServletRequest http) {
    collections.requireFree(collection);
    Path file = data.incoming();
    try (Restoring.Turn _ = restoring.turn();
        InputStream body = http.getInputStream()) {
      Files.copy(body, file);
      return ResponseEntity.created(CollectionController.location(collection))
          .body(CollectionApi.Body.of(restoring.restore(collection, file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      DurableFiles.deleteIfPossible(file);
    }
  }
}
