package io.braid.retrieval;

import io.braid.encoder.EncoderConfig;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Collections to look at. */
@RestController
@Tag(name = "Collections")
class MapController {
  /** Most items of a map. */
  private static final int MAX_ITEMS = 20_000;

  /** Most axes, for who projects further. */
  private static final int MAX_COMPONENTS = 32;

  private final OpenCollections collections;
  private final ItemMap map;

  MapController(OpenCollections collections, ItemMap map) {
    this.collections = collections;
    this.map = map;
  }

  @GetMapping(
      path = "/v1/collections/{collection}/map",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "mapItems",
      summary = "See where items lie",
      description =
          """
          Embeddings along the directions in which they differ most (principal components). Of a \
          collection with more items than `limit` as many are drawn by chance, the same ones each \
          time.
          """)
  MapApi.Body map(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(description = "Most items, 1 to 20000") @RequestParam(defaultValue = "5000")
          int limit,
      @Parameter(description = "Axes, 1 to 32") @RequestParam(defaultValue = "2") int components,
      @Parameter(description = "Which embedding, of those that the collection keeps")
          @RequestParam(defaultValue = Embedded.FUSION)
          String target,
      @Parameter(description = "A metadata field to tell of each item", example = "age")
          @RequestParam
          Optional<String> field) {
    OpenCollection found = collections.find(collection);
    Generation generation = found.searched().generation();
    EncoderConfig encoder = generation.version().config().encoder();
    Set<String> targets = Embedded.targets(encoder, found.stored().keep());
    var faults = new ArrayList<Fault>();
    requireWithin("limit", limit, MAX_ITEMS, faults);
    requireWithin("components", components, MAX_COMPONENTS, faults);
    if (!targets.contains(target)) {
      faults.add(
          new Fault(
              "target", "'%s', the collection keeps %s".formatted(Json.shown(target), targets)));
    }
    if (!faults.isEmpty()) {
      throw BraidException.invalid(faults);
    }
    return MapApi.Body.of(
        found, target, field, map.project(generation.id(), target, limit, components));
  }

  private static void requireWithin(String name, int value, int most, List<Fault> faults) {
    if (value < 1 || value > most) {
      faults.add(new Fault(name, "%d, expected 1 to %d".formatted(value, most)));
    }
  }
}
