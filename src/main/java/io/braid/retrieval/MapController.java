package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.encoder.EncoderConfig;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Where the items of a collection lie, for people to look at. */
@RestController
@Tag(name = "Collections")
class MapController {
  /** Most axes, for who projects further. */
  private static final int MAX_COMPONENTS = 32;

  private final OpenCollections collections;
  private final ItemMap map;
  private final int maxItems;

  MapController(OpenCollections collections, ItemMap map, BraidProperties properties) {
    this.collections = collections;
    this.map = map;
    this.maxItems = properties.limits().mapItems();
  }

  @GetMapping(
      path = "/v1/collections/{collection}/map",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "mapItems",
      summary = "See where items lie",
      description =
          """
          Embeddings along the directions in which they differ most (principal components). Where \
          there are more items than `limit`, so many are picked at random, the same ones each time.
          """)
  MapApi.Body map(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(description = "Most items, 1 to `braid.limits.map-items`")
          @RequestParam(defaultValue = "5000")
          int limit,
      @Parameter(description = "Axes, 1 to " + MAX_COMPONENTS) @RequestParam(defaultValue = "2")
          int components,
      @Parameter(description = "Which embedding, of those that the collection keeps")
          @RequestParam(defaultValue = Embedded.FUSION)
          String target,
      @Parameter(description = "A metadata field to tell of each item", example = "age")
          @RequestParam
          Optional<String> field) {
    OpenCollection found = collections.find(collection);
    Generation generation = found.searched().generation();
    EncoderConfig encoder = generation.version().config().encoder();
    var faults = new ArrayList<Fault>();
    requireWithin("limit", limit, maxItems, faults);
    requireWithin("components", components, MAX_COMPONENTS, faults);
    Embedded.targetFault(target, encoder, found.stored().keep())
        .ifPresent(detail -> faults.add(new Fault("target", detail)));
    BraidException.refuse(faults);
    return MapApi.Body.of(
        found, target, field, map.project(generation.id(), target, limit, components));
  }

  private static void requireWithin(String name, int value, int most, List<Fault> faults) {
    if (value < 1 || value > most) {
      faults.add(new Fault(name, "%d, expected 1 to %d".formatted(value, most)));
    }
  }
}
