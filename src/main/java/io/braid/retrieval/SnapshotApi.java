package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of snapshots; what is in one is told by {@link SnapshotHead}. */
interface SnapshotApi {
  @Schema(name = "Snapshots")
  record Snapshots(
      List<Body> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}

  @Schema(name = "Snapshot")
  record Body(
      @Schema(example = "snapshot-k3v9d2mqpz") String id,
      @Schema(example = "demo") String collection,
      @Schema(description = "Of the file", example = "5400000") long bytes,
      Instant createdAt) {
    static Body of(String collection, SnapshotFiles.Snapshot snapshot) {
      return new Body(snapshot.id(), collection, snapshot.bytes(), snapshot.createdAt());
    }
  }
}
