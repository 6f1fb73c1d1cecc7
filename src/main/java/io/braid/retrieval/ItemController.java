package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.embedding.EmbeddingService;
import io.braid.modality.BodyReader;
import io.braid.modality.RawSample;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.braid.server.Client;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonParser;

/** Items of a collection: bodies are read token by token. */
@RestController
@RequestMapping("/v1/collections/{collection}/items")
@Tag(name = "Collections")
class ItemController {
  private static final String EXAMPLE =
      """
      {"items": [
        {"id": "visitor-1", "metadata": {"site": "lung", "age": 61},
         "modalities": {"protein": {"EGFR": 0.4, "TP53": -0.7}}},
        {"id": "visitor-2", "metadata": {"site": "breast"},
         "modalities": {"mirna": {"3": 2.0},
                        "activity": [[0.1, 0.2, 0.0, 0.3, 0.1, 0.5]]}}]}\
      """;
  private static final String NDJSON = "application/x-ndjson";

  private final OpenCollections collections;
  private final Items items;
  private final EmbeddingService embeddings;
  private final ModelService models;
  private final BodyReader bodies;
  private final BraidProperties.Limits limits;

  ItemController(
      OpenCollections collections,
      Items items,
      EmbeddingService embeddings,
      ModelService models,
      BodyReader bodies,
      BraidProperties properties) {
    this.collections = collections;
    this.items = items;
    this.embeddings = embeddings;
    this.models = models;
    this.bodies = bodies;
    this.limits = properties.limits();
  }

  @Needs(Role.WRITE)
  @PostMapping
  @Operation(
      operationId = "upsertItems",
      summary = "Store items",
      description =
          """
          Each with any subset of the model's modalities, or with an embedding of the collection's \
          version, which is scaled to unit length. An item with a known id takes the place of the \
          one before. What is answered is durable, and the next search finds it.

          A JSON or CBOR request is stored whole or not at all. `application/x-ndjson` is a stream \
          of any length, one item a line, stored as it comes: where a line is at fault, those \
          before it stay stored, and the answer's `upserted` says how many they are.
          """,
      responses = {
        @ApiResponse(responseCode = "200", description = "Stored"),
        @ApiResponse(
            responseCode = "409",
            description = "An embedding, while the collection is re-indexed"),
        @ApiResponse(responseCode = "429", description = "Too many requests are in flight"),
        @ApiResponse(responseCode = "503", description = "No device was free in time")
      },
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = ItemApi.UpsertDoc.class),
                    examples = @ExampleObject(name = "two samples", value = EXAMPLE)),
                @Content(
                    mediaType = MediaType.APPLICATION_CBOR_VALUE,
                    schema = @Schema(implementation = ItemApi.UpsertDoc.class)),
                @Content(
                    mediaType = NDJSON,
                    schema = @Schema(implementation = ItemApi.NewItemDoc.class))
              }))
  ItemApi.Upserted upsert(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(hidden = true) HttpServletRequest http) {
    OpenCollection found = collections.find(collection);
    ModelVersion version = found.searched().generation().version();
    var reader =
        new ItemReader(
            version,
            found.stored().keep(),
            models.reader(version),
            Math.toIntExact(limits.metadata().toBytes()));
    String type = Optional.ofNullable(http.getContentType()).orElse("").split(";", 2)[0].strip();
    return embeddings.admit(() ->
        new ItemApi.Upserted(
            type.equalsIgnoreCase(NDJSON)
                ? stream(found, reader, http)
                : all(found, reader, http)));
  }

  private long stream(OpenCollection collection, ItemReader reader, HttpServletRequest http) {
    int maxLine = Math.toIntExact(limits.body().toBytes());
    return reading(
        http,
        in ->
            new ItemStream(in, bodies, reader, maxLine)
                .putAll((batch, turn) ->
                    items.put(collection, batch, embeddings::embedSentInTurn, turn)));
  }

  private long all(OpenCollection collection, ItemReader reader, HttpServletRequest http) {
    Client client = Client.current();
    var request = new UpsertReader(reader, limits.samples());
    List<NewItem> read = reading(http, in -> bodies.read(in, http.getContentType(), request::read));
    items.put(collection, read, compute(client), () -> {});
    return read.size();
  }

  private Embedder.Compute compute(Client client) {
    return (version, samples, outputs) ->
        embeddings.embed(version, samples, outputs, client).embeddings();
  }

  private static <T> T reading(HttpServletRequest http, Function<InputStream, T> what) {
    try (InputStream in = http.getInputStream()) {
      return what.apply(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @GetMapping
  @Operation(
      operationId = "listItems",
      summary = "List items",
      description = "By id. `next_cursor` of one page is `cursor` of the next.")
  ItemApi.ItemList list(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(description = "Most items of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<StoredItem> page = items.list(collections.find(collection), limit, cursor);
    return new ItemApi.ItemList(
        page.items().stream().map(stored -> ItemApi.ItemBody.of(stored, Set.of())).toList(),
        page.nextCursor());
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "getItem",
      summary = "One item",
      description = "With `include=embedding,modalities` more of it.")
  ItemApi.ItemBody item(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(example = "patient-17") @PathVariable String id,
      @Parameter(
              description = "Any of `embedding` and `modalities`; `metadata` is there anyway",
              example = "modalities")
          @RequestParam(defaultValue = "")
          List<String> include) {
    return ItemApi.ItemBody.of(items.find(collections.find(collection), id), includes(include));
  }

  private static Set<SearchRequest.Include> includes(List<String> names) {
    var includes = EnumSet.noneOf(SearchRequest.Include.class);
    for (String name : names) {
      includes.add(
          SearchRequest.Include.named(name)
              .orElseThrow(() ->
                  BraidException.invalid(
                      List.of(
                          new Fault(
                              "include",
                              "'%s', expected some of %s"
                                  .formatted(
                                      Json.shown(name),
                                      List.of(SearchRequest.Include.values())))))));
    }
    return includes;
  }

  @Needs(Role.WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deleteItem",
      summary = "Delete an item",
      description = "No later search finds it.",
      responses = @ApiResponse(responseCode = "204", description = "Deleted"))
  void delete(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(example = "visitor-2") @PathVariable String id) {
    items.remove(collections.find(collection), id);
  }

  @Needs(Role.WRITE)
  @PatchMapping("/{id}/modalities")
  @Operation(
      operationId = "patchModalities",
      summary = "Add, replace or remove modalities of an item",
      description =
          """
          What is given is added or replaced, what is `null` is removed, the rest stays as it was \
          stored. The item is embedded anew, and found by what it has then.
          """,
      responses = {
        @ApiResponse(responseCode = "200", description = "The item as it is now"),
        @ApiResponse(
            responseCode = "409",
            description = "The item came as an embedding, so it has no modalities")
      },
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(type = "object"),
                      examples =
                          @ExampleObject(
                              name = "a modality that was measured later",
                              value =
                                  """
                                  {"mirna": {"3": 2.0, "7": -0.5}, "activity": null}\
                                  """))))
  ItemApi.ItemBody patch(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(example = "patient-17") @PathVariable String id,
      @Parameter(hidden = true) HttpServletRequest http) {
    Client client = Client.current();
    OpenCollection found = collections.find(collection);
    return embeddings.admit(() ->
        ItemApi.ItemBody.of(items.patch(found, id, given(found, http), compute(client)), Set.of()));
  }

  private RawSample.Given given(OpenCollection collection, HttpServletRequest http) {
    var reader = models.reader(collection.searched().generation().version());
    var faults = new ArrayList<Fault>();
    Function<JsonParser, Optional<RawSample.Given>> reading =
        parser -> RawSample.read(reader, parser, "", faults);
    Optional<RawSample.Given> given =
        reading(http, in -> bodies.read(in, http.getContentType(), reading));
    BraidException.refuse(faults);
    return given.orElseThrow();
  }
}
