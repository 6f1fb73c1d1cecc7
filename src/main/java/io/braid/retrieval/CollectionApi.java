package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of collections and re-indexes. */
interface CollectionApi {
  @Schema(name = "CollectionRequest", requiredProperties = "model")
  record Create(
      @Schema(description = "Whose embeddings it holds", example = "demo") @Nullable String model,
      @Schema(description = "The default version unless given", example = "1")
          @Nullable Integer version,
      @Schema(
              description =
                  "`lucene`: HNSW on the disk, filters inside the search, exact where few items"
                      + " pass; `torch`: exact, in the memory of the device; `opensearch`, in the"
                      + " cluster that is configured: for more than a machine holds; `pgvector`, in"
                      + " a PostgreSQL",
              allowableValues = {"lucene", "torch", "pgvector", "opensearch"},
              defaultValue = "lucene")
          @Nullable String engine,
      @ArraySchema(
              arraySchema =
                  @Schema(
                      description =
                          "Which embeddings are stored and can be searched; fusion alone unless"
                              + " given",
                      example = "[\"fusion\"]"),
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"fusion", "unimodal", "channels"}))
          @Nullable List<@Nullable Object> keep) {}

  @Schema(name = "Collections", description = "One page of collections, by name")
  record Collections(
      List<Body> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}

  @Schema(name = "Collection")
  record Body(
      @Schema(example = "demo") String name,
      @Schema(example = "demo") String model,
      @Schema(description = "Of the model; searches compare its embeddings", example = "1")
          int version,
      @Schema(example = "lucene") String engine,
      @Schema(example = "[\"fusion\"]") List<String> keep,
      @Schema(description = "Number of items", example = "3000") long count,
      @Schema(description = "Of metadata, samples and embeddings", example = "11000000") long bytes,
      @Schema(
              description =
                  "`opening` until its index has caught up after a start: searches wait;"
                      + " `reindexing` and `rebuilding` while that goes on: searches are answered",
              allowableValues = {"ready", "opening", "reindexing", "rebuilding"})
          String state,
      Instant createdAt) {

    static Body of(OpenCollection collection) {
      StoredCollection stored = collection.stored();
      return new Body(
          stored.name(),
          stored.model(),
          stored.version(),
          stored.engine().toString(),
          CollectionRepository.names(stored.keep()),
          stored.items(),
          stored.bytes(),
          state(collection),
          stored.createdAt());
    }

    private static String state(OpenCollection collection) {
      if (!collection.searched().isReady()) {
        return "opening";
      }
      if (collection.next().isPresent()) {
        return "reindexing";
      }
      return collection.rebuilt().isPresent() ? "rebuilding" : "ready";
    }
  }

  @Schema(name = "CollectionPresence")
  record PresenceBody(
      @Schema(example = "demo") String collection,
      @Schema(
              description =
                  "Items by the modalities that they rest on, in schema order, the most common"
                      + " first; the empty name is of items that came as embeddings and did not"
                      + " say",
              example = "{\"gene+protein\": 120}")
          Map<String, Long> items,
      @Schema(
              description =
                  "Queries since the service started, by the modalities that they had; 64"
                      + " subsets, and `other`. Those by an embedding are not counted",
              example = "{\"protein\": 31}")
          Map<String, Long> queries) {}

  @Schema(name = "ReindexRequest", requiredProperties = "version")
  record ReindexRequest(@Schema(example = "1") @Nullable Integer version) {}

  @Schema(name = "Reindex")
  record ReindexBody(
      @Schema(example = "demo") String collection,
      @Schema(
              description = "`failed` says why; the collection is searched as before",
              allowableValues = {"running", "succeeded", "failed", "cancelled"})
          String state,
      @Schema(example = "1") int fromVersion,
      @Schema(example = "2") int version,
      @Schema(description = "Items that have embeddings of the new version", example = "1200")
          long done,
      @Schema(description = "Items of the collection, when it ended if it has", example = "3000")
          long total,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Schema(description = "Why it failed, if it did")
          @Nullable String failure,
      Instant startedAt,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Schema(format = "date-time")
          @Nullable Instant endedAt) {}
}
