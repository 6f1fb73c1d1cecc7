package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of maps. */
interface MapApi {
  @Schema(name = "ItemMap")
  record Body(
      @Schema(example = "demo") String collection,
      @Schema(description = "Which embedding is shown", example = "fusion") String target,
      @Schema(description = "Items of the collection", example = "3000") long items,
      @Schema(
              description = "Part of the variance along each axis, the largest first",
              example = "[0.31, 0.12]")
          List<Double> explained,
      @Schema(description = "Items, drawn by chance where the collection has more than `limit`")
          List<Point> points) {
    static Body of(
        OpenCollection collection,
        String target,
        Optional<String> field,
        ItemMap.Projection projection) {
      return new Body(
          collection.stored().name(),
          target,
          collection.stored().items(),
          projection.explained(),
          projection.places().stream().map(place -> Point.of(place, field)).toList());
    }
  }

  @Schema(name = "ItemMapPoint")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Point(
      @Schema(example = "patient-17") String id,
      @Schema(description = "Along each axis, from the mean", example = "[0.41, -0.07]")
          List<Double> position,
      @Schema(description = "Modalities of the sample, in schema order") List<String> present,
      @Schema(
              types = {"string", "number", "boolean", "object", "array"},
              description = "With `field`: that metadata field, where the item has it")
          @Nullable Object value) {
    static Point of(ItemMap.Place place, Optional<String> field) {
      return new Point(
          place.item().item().id(),
          place.position(),
          place.item().embedded().present(),
          field
              .map(name -> Json.MAPPER.readTree(place.item().item().metadata()).path(name))
              .filter(value -> !value.isMissingNode() && !value.isNull())
              .orElse(null));
    }
  }
}
