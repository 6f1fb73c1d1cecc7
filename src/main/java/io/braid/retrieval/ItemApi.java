package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.encoder.Vector;
import io.braid.modality.RawSample;
import io.braid.retrieval.SearchRequest.Include;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The JSON of items. Requests are read token by token, never bound to these: {@code ...Doc} is how
 * the contract shows them.
 */
interface ItemApi {
  @Schema(name = "UpsertRequest")
  record UpsertDoc(@Schema(description = "1 to 1024 items") List<NewItemDoc> items) {}

  @Schema(
      name = "NewItem",
      description = "With modalities, or with an embedding of the collection's version")
  record NewItemDoc(
      @Schema(description = "1 to " + Json.MAX_ID + " characters", example = "patient-17")
          String id,
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
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
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
