package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.embedding.EmbeddingService;
import io.braid.modality.BodyReader;
import io.braid.model.ModelService;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The nearest items of a collection. */
@RestController
@Tag(name = "Collections")
class SearchController {
  private static final String BY_SAMPLE =
      """
      {"query": {"modalities": {"protein": {"EGFR": 0.4, "TP53": -0.7}}}, "k": 5,
       "filter": {"all": [{"field": "age", "gte": 40, "lt": 70},
                          {"present": {"all_of": ["gene"]}}]},
       "include": ["metadata"]}\
      """;
  private static final String BY_ITEM =
      """
      {"queries": [{"item": "patient-3"}, {"item": "patient-4"}], "k": 3, "exact": true}\
      """;

  private final OpenCollections collections;
  private final SearchService searches;
  private final EmbeddingService embeddings;
  private final ModelService models;
  private final BodyReader bodies;
  private final BraidProperties.Limits limits;

  SearchController(
      OpenCollections collections,
      SearchService searches,
      EmbeddingService embeddings,
      ModelService models,
      BodyReader bodies,
      BraidProperties properties) {
    this.collections = collections;
    this.searches = searches;
    this.embeddings = embeddings;
    this.models = models;
    this.bodies = bodies;
    this.limits = properties.limits();
  }

  @Needs(Role.READ)
  @PostMapping(
      path = "/v1/collections/{collection}/search",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "search",
      summary = "Find the nearest items",
      description =
          """
          By a sample with any subset of its modalities, by an embedding, or by a stored item (which \
          is its own nearest); many queries at once in `queries`. The query's fusion is compared \
          with that of every item, whatever either of them lacks, and each hit says which \
          modalities it rests on. `score` is the cosine, highest first.

          A filter is part of the search: there are `k` hits where so many items pass it. Fields \
          within objects are named by their path (`site.city`); a list passes by any of its values; \
          a value passes a comparison only with its own kind. `"exact": true` compares with every \
          item that passes.

          With `"score": "calibrated"` each hit has a `confidence`: a cosine says more or less by \
          what the query and the item have, this does not. Such a search waits for a calibration \
          where there is none, or where a fifth of the items has changed since, \
          `braid.calibration.max-wait` (60 s) at most; once a twentieth has changed it is fitted \
          again in the background. With `"explain": true` each hit tells what its score rests on, \
          for queries that are samples, or items stored as samples. `Server-Timing` tells queue, \
          embed, search and total in milliseconds.
          """,
      responses = {
        @ApiResponse(responseCode = "200", description = "Hits of each query"),
        @ApiResponse(responseCode = "429", description = "Too many requests are in flight"),
        @ApiResponse(
            responseCode = "503",
            description = "No device was free in time, or the index is still being opened")
      },
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = SearchApi.SearchDoc.class),
                    examples = {
                      @ExampleObject(name = "by one modality, filtered", value = BY_SAMPLE),
                      @ExampleObject(name = "by stored items, exactly", value = BY_ITEM)
                    }),
                @Content(
                    mediaType = MediaType.APPLICATION_CBOR_VALUE,
                    schema = @Schema(implementation = SearchApi.SearchDoc.class))
              }))
  ResponseEntity<SearchApi.SearchBody> search(
      @Parameter(example = "demo") @PathVariable String collection,
      @Parameter(hidden = true) HttpServletRequest http) {
    long start = System.nanoTime();
    OpenCollection found = collections.find(collection);
    Client client = Client.current();
    return embeddings.admit(() -> {
      byte[] body = body(http);
      SearchService.Found hits =
          searches.search(
              found, generation -> read(found, generation, body, http.getContentType()), client);
      Duration total = Duration.ofNanos(System.nanoTime() - start);
      return ResponseEntity.ok()
          .header(
              "Server-Timing",
              String.format(
                  Locale.ROOT,
                  "queue;dur=%.3f, embed;dur=%.3f, search;dur=%.3f, total;dur=%.3f",
                  millis(hits.queue()),
                  millis(hits.embed()),
                  millis(hits.search()),
                  millis(total)))
          .body(SearchApi.SearchBody.of(hits));
    });
  }

  private SearchRequest read(
      OpenCollection collection, Generation generation, byte[] body, @Nullable String type) {
    var reader =
        new SearchRequestReader(
            generation.version(),
            collection.stored().keep(),
            models.reader(generation.version()),
            limits);
    return bodies.read(new ByteArrayInputStream(body), type, reader::read);
  }

  /** The whole body, before anything is held for it: a client may be slow. */
  static byte[] body(HttpServletRequest http) {
    try (InputStream in = http.getInputStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
