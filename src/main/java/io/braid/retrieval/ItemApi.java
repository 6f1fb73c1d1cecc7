package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.encoder.Vector;
import io.braid.index.Hit;
import io.braid.modality.RawSample;
import io.braid.retrieval.SearchRequest.Include;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The JSON of items and searches. Requests are read token by token, never bound to these: {@code
 * ...Doc} is how the contract shows them.
 */
interface ItemApi {
  @Schema(name = "UpsertRequest")
  record UpsertDoc(@Schema(description = "1 to 1024 items") List<NewItemDoc> items) {}

  @Schema(
      name = "NewItem",
      description = "With modalities, or with an embedding of the collection's version",
      requiredProperties = "id")
  record NewItemDoc(
      @Schema(description = "1 to 512 characters", example = "patient-17") String id,
      @Schema(description = "Any subset of the model's modalities, at least one")
          @Nullable Map<String, Object> modalities,
      @Schema(
              types = {"array", "string"},
              description = "A vector of the model's size, numbers or base64 of little-endian F32")
          @Nullable Object embedding,
      @Schema(description = "With `embedding`: the modalities that it rests on")
          @Nullable List<String> present,
      @Schema(
              description = "A JSON object of at most 16 KiB; searches can filter by what is in it",
              example = "{\"site\": \"lung\", \"age\": 61}")
          @Nullable Map<String, Object> metadata) {}

  @Schema(name = "Upserted")
  record Upserted(
      @Schema(
              description = "Items of the request; of several with one id the last is stored",
              example = "2")
          long upserted) {}

  @Schema(name = "Items", description = "One page of items, by id")
  record ItemList(
      List<ItemBody> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(
              types = {"string", "null"},
              description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}

  @Schema(name = "Item")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ItemBody(
      @Schema(example = "patient-17") String id,
      @Schema(
              description =
                  "Modalities of the sample, in schema order; empty where the item came as an"
                      + " embedding and did not say")
          List<String> present,
      @Schema(types = "object", description = "As it was stored") Object metadata,
      @Schema(description = "With `include=embedding`: the fusion, at unit length")
          float @Nullable [] embedding,
      @Schema(
              description =
                  "With `include=embedding`, where the collection keeps more: by modality and"
                      + " channel")
          @Nullable Map<String, float[]> embeddings,
      @Schema(
              types = "object",
              description =
                  "With `include=modalities`: as they were sent; left out where the item came as an"
                      + " embedding")
          @Nullable Object modalities) {

    static ItemBody of(StoredItem stored, Set<Include> include) {
      var shown = Shown.of(Optional.of(stored), include);
      return new ItemBody(
          stored.item().id(),
          stored.embedded().present(),
          Json.MAPPER.readTree(stored.item().metadata()),
          shown.embedding(),
          shown.embeddings(),
          shown.modalities());
    }
  }

  @Schema(name = "SearchRequest")
  record SearchDoc(
      @Nullable QueryDoc query,
      @Schema(description = "In place of `query`: up to 1024 at once")
          @Nullable List<QueryDoc> queries,
      @Schema(
              description = "Most hits of a query, 1 to 10 000",
              defaultValue = "10",
              example = "10")
          @Nullable Integer k,
      @Schema(
              description =
                  "Which items may be found: `all`, `any`, `not`; a `field` of the metadata with"
                      + " `eq`, `in`, `gt`, `gte`, `lt`, `lte`, `exists`; `present` with `all_of`,"
                      + " `any_of`, `none_of`",
              example = "{\"field\": \"age\", \"gte\": 40, \"lt\": 70}")
          @Nullable Map<String, Object> filter,
      @Schema(
              description = "Compare with every item that the filter lets through",
              defaultValue = "false")
          @Nullable Boolean exact,
      @ArraySchema(
              schema = @Schema(allowableValues = {"metadata", "embedding", "modalities"}),
              arraySchema = @Schema(description = "What is told of each hit"))
          @Nullable List<String> include,
      @Schema(
              description =
                  "Which embedding of the items is compared: `fusion`, or a modality or a channel"
                      + " where the collection keeps them; items without it are not found. With"
                      + " it is compared the fusion of a query's sample, or of a query's item its"
                      + " own embedding of that kind",
              defaultValue = "fusion")
          @Nullable String target) {}

  @Schema(name = "Query", description = "One of the three")
  record QueryDoc(
      @Schema(description = "A sample with any subset of the model's modalities")
          @Nullable Map<String, Object> modalities,
      @Schema(
              types = {"array", "string"},
              description = "A vector of the model's size, numbers or base64 of little-endian F32")
          @Nullable Object embedding,
      @Schema(description = "Id of a stored item, which is among its own hits")
          @Nullable String item) {}

  @Schema(name = "SearchResponse")
  record SearchBody(
      @Schema(example = "demo") String model,
      @Schema(description = "That made the embeddings", example = "1") int version,
      @Schema(description = "One a query, in order") List<Result> results) {

    static SearchBody of(SearchService.Found found) {
      Set<Include> include = found.request().include();
      return new SearchBody(
          found.version().model(),
          found.version().version(),
          IntStream.range(0, found.results().size())
              .mapToObj(query -> Result.of(found, query, include))
              .toList());
    }
  }

  @Schema(name = "SearchResult")
  record Result(
      @Schema(description = "Nearest first") List<HitBody> hits,
      @Schema(description = "What was cut of the query's sample on the way in")
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          List<String> warnings) {
    private static Result of(SearchService.Found found, int query, Set<Include> include) {
      return new Result(
          found.results().get(query).stream()
              .map(
                  hit -> HitBody.of(hit, Optional.ofNullable(found.items().get(hit.id())), include))
              .toList(),
          found.request().queries().get(query) instanceof SearchRequest.OfSample(var modalities)
              ? modalities.warnings()
              : List.of());
    }
  }

  @Schema(name = "Hit")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HitBody(
      @Schema(example = "patient-3") String id,
      @Schema(description = "Cosine similarity, -1 to 1", example = "0.93") float score,
      @Schema(description = "Modalities that the hit rests on, in schema order")
          List<String> present,
      @Schema(types = "object", description = "Where included") @Nullable Object metadata,
      @Schema(description = "Where included: the fusion, at unit length")
          float @Nullable [] embedding,
      @Schema(description = "Where included, and the collection keeps more than the fusion")
          @Nullable Map<String, float[]> embeddings,
      @Schema(types = "object", description = "Where included: as they were sent")
          @Nullable Object modalities) {

    private static HitBody of(Hit hit, Optional<StoredItem> stored, Set<Include> include) {
      var shown = Shown.of(stored, include);
      return new HitBody(
          hit.id(),
          hit.score(),
          hit.present(),
          shown.metadata(),
          shown.embedding(),
          shown.embeddings(),
          shown.modalities());
    }
  }

  /** What is told of an item beyond its id and presence; null where it is not asked for. */
  record Shown(
      @Nullable JsonNode metadata,
      float @Nullable [] embedding,
      @Nullable Map<String, float[]> embeddings,
      @Nullable JsonNode modalities) {
    static Shown of(Optional<StoredItem> stored, Set<Include> include) {
      Optional<Map<String, Vector>> vectors =
          stored.filter(_ -> include.contains(Include.EMBEDDING)).map(s -> s.embedded().vectors());
      return new Shown(
          stored
              .filter(_ -> include.contains(Include.METADATA))
              .map(s -> Json.MAPPER.readTree(s.item().metadata()))
              .orElse(null),
          vectors.map(all -> all.get(Embedded.FUSION)).map(Vector::toArray).orElse(null),
          vectors.map(Shown::others).filter(others -> !others.isEmpty()).orElse(null),
          stored
              .filter(_ -> include.contains(Include.MODALITIES))
              .flatMap(s -> s.item().sample())
              .map(RawSample::toTree)
              .orElse(null));
    }

    private static Map<String, float[]> others(Map<String, Vector> vectors) {
      var others = new LinkedHashMap<String, float[]>();
      vectors.forEach((target, vector) -> {
        if (!target.equals(Embedded.FUSION)) {
          others.put(target, vector.toArray());
        }
      });
      return others;
    }
  }
}
