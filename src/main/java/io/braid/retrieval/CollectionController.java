package io.braid.retrieval;

import io.braid.embedding.SubsetCounts;
import io.braid.encoder.Output;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Collections, without their items. */
@RestController
@RequestMapping("/v1/collections")
@Tag(name = "Collections", description = "Samples stored with what they have, to be found again")
class CollectionController {
  private final CollectionService service;
  private final OpenCollections collections;
  private final ItemRepository items;
  private final Indexes indexes;

  CollectionController(
      CollectionService service,
      OpenCollections collections,
      ItemRepository items,
      Indexes indexes) {
    this.service = service;
    this.collections = collections;
    this.items = items;
    this.indexes = indexes;
  }

  @Needs(Role.WRITE)
  @PutMapping(
      path = "/{collection}",
      consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "putCollection",
      summary = "Make a collection",
      description =
          """
          It holds embeddings of one version of a model; vectors of different versions never mix. \
          The same again is answered with 200, and what is left out counts as the same.

          A snapshot as the body (`application/zip`) restores it under any free name. It finds what \
          the snapshot's collection found: its embeddings are taken as they are. The model's \
          version with the same weights must be here, and nobody sees the collection before all \
          of it is there.
          """,
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = CollectionApi.Create.class)),
                @Content(
                    mediaType = SnapshotController.ZIP,
                    schema = @Schema(type = "string", format = "binary"))
              }),
      responses = {
        @ApiResponse(responseCode = "201", description = "New"),
        @ApiResponse(responseCode = "200", description = "There already"),
        @ApiResponse(
            responseCode = "409",
            description = "There already, but otherwise; or the snapshot's model is not here"),
        @ApiResponse(
            responseCode = "422",
            description = "Unknown model, version or engine; a damaged snapshot")
      })
  ResponseEntity<CollectionApi.Body> put(
      @Parameter(example = "mine") @PathVariable String collection,
      @RequestBody CollectionApi.Create body) {
    CollectionService.Put put = service.put(collection, wish(collection, body));
    return (put.isNew() ? ResponseEntity.created(location(collection)) : ResponseEntity.ok())
        .body(CollectionApi.Body.of(put.collection()));
  }

  private static CollectionService.Wish wish(String name, CollectionApi.Create body) {
    var faults = new ArrayList<Fault>();
    OpenCollections.nameFault(name).ifPresent(faults::add);
    if (body.model() == null) {
      faults.add(new Fault("/model", "missing, expected the name of a model"));
    }
    Optional<Engine> engine =
        Optional.ofNullable(body.engine())
            .flatMap(engineName -> choice(engineName, List.of(Engine.values()), "/engine", faults));
    Optional<Set<Output>> keep =
        Optional.ofNullable(body.keep()).map(names -> outputs(names, faults));
    BraidException.refuse(faults);
    return new CollectionService.Wish(
        String.valueOf(body.model()), Optional.ofNullable(body.version()), engine, keep);
  }

  private static Set<Output> outputs(List<?> names, List<Fault> faults) {
    var outputs = EnumSet.noneOf(Output.class);
    for (int i = 0; i < names.size() && faults.size() < Json.MAX_FAULTS; i++) {
      choice(names.get(i), Output.named(), "/keep/" + i, faults).ifPresent(outputs::add);
    }
    if (names.isEmpty()) {
      faults.add(new Fault("/keep", "is empty; some of " + Output.named()));
    }
    return outputs;
  }

  private static <E extends Enum<E>> Optional<E> choice(
      @Nullable Object name, List<E> values, String at, List<Fault> faults) {
    Optional<E> chosen = values.stream().filter(value -> value.toString().equals(name)).findFirst();
    if (chosen.isEmpty()) {
      faults.add(
          new Fault(
              at, "'%s', expected one of %s".formatted(Json.shown(String.valueOf(name)), values)));
    }
    return chosen;
  }

  static URI location(String collection) {
    return URI.create("/v1/collections/" + collection);
  }

  @GetMapping
  @Operation(
      operationId = "listCollections",
      summary = "List collections",
      description = "By name. `next_cursor` of one page is `cursor` of the next.")
  CollectionApi.Collections list(
      @Parameter(description = "Most collections of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<OpenCollection> page = collections.list(limit, cursor);
    return new CollectionApi.Collections(
        page.items().stream().map(CollectionApi.Body::of).toList(), page.nextCursor());
  }

  @GetMapping("/{collection}")
  @Operation(
      operationId = "getCollection",
      summary = "One collection",
      description = "Its model, engine, number of items, size and state.")
  CollectionApi.Body collection(@Parameter(example = "demo") @PathVariable String collection) {
    return CollectionApi.Body.of(collections.find(collection));
  }

  @GetMapping("/{collection}/presence")
  @Operation(
      operationId = "getCollectionPresence",
      summary = "Which modalities items and queries have",
      description =
          "How many items have each subset of modalities, and how many queries had: whether the"
              + " collection holds what is asked with.")
  CollectionApi.PresenceBody presence(
      @Parameter(example = "demo") @PathVariable String collection) {
    OpenCollection found = collections.find(collection);
    var byName = new LinkedHashMap<String, Long>();
    items
        .presence(found.stored().searched())
        .forEach((present, number) -> byName.put(SubsetCounts.name(present), number));
    return new CollectionApi.PresenceBody(
        collection, mostCommonFirst(byName), mostCommonFirst(found.queries().all()));
  }

  private static Map<String, Long> mostCommonFirst(Map<String, Long> counts) {
    var ordered = new LinkedHashMap<String, Long>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(count -> ordered.put(count.getKey(), count.getValue()));
    return ordered;
  }

  @Needs(Role.WRITE)
  @DeleteMapping("/{collection}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deleteCollection",
      summary = "Drop a collection",
      description = "With all of its items.",
      responses = @ApiResponse(responseCode = "204", description = "Dropped"))
  void delete(@Parameter(example = "mine") @PathVariable String collection) {
    service.drop(collection);
  }

  @Needs(Role.WRITE)
  @PostMapping("/{collection}/rebuild")
  @Operation(
      operationId = "rebuildCollection",
      summary = "Build the index anew",
      description =
          """
          From the stored embeddings, in the background; searches are answered by the old index \
          until the new one is there. The collection's `state` is `rebuilding` until then. Nothing \
          of a collection is in its index alone, so this is needed only where an index is doubted.
          """,
      responses = @ApiResponse(responseCode = "202", description = "It is built, or already was"))
  ResponseEntity<CollectionApi.Body> rebuild(
      @Parameter(example = "demo") @PathVariable String collection) {
    OpenCollection found = collections.find(collection);
    indexes.rebuild(found);
    return ResponseEntity.accepted()
        .location(location(collection))
        .body(CollectionApi.Body.of(found));
  }
}
