package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.embedding.EmbeddingService;
import io.braid.encoder.Embedding;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.index.Hit;
import io.braid.index.Search;
import io.braid.modality.Sample;
import io.braid.model.ModelVersion;
import io.braid.problem.Fault;
import io.braid.server.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Searches collections. */
@Component
class SearchService {
  private final EmbeddingService embeddings;
  private final ItemRepository items;
  private final RetrievalMetrics metrics;
  private final Duration patience;

  SearchService(
      EmbeddingService embeddings,
      ItemRepository items,
      RetrievalMetrics metrics,
      BraidProperties properties) {
    this.embeddings = embeddings;
    this.items = items;
    this.metrics = metrics;
    this.patience = properties.queue().maxWait();
  }

  /**
   * What was found.
   *
   * @param request what was asked
   * @param version of the model, that made the embeddings that were compared
   * @param results hits of each query
   * @param items those that were asked for beside the hits, by id
   * @param queue wait for a device
   * @param embed time of the encoder
   * @param search time of the index
   */
  record Found(
      SearchRequest request,
      ModelVersion version,
      List<List<Hit>> results,
      Map<String, StoredItem> items,
      Duration queue,
      Duration embed,
      Duration search) {}

  /**
   * Reads a request for the version that a collection is searched with, and answers it.
   *
   * @param reading reads it for a version
   */
  Found search(
      OpenCollection collection, Function<Generation, SearchRequest> reading, Client client) {
    LiveIndex index = hold(collection);
    try {
      SearchRequest request = reading.apply(index.generation());
      return search(collection, index, request, client);
    } finally {
      index.release();
    }
  }

  /** What is searched now; it stays open until it is released. */
  private static LiveIndex hold(OpenCollection collection) {
    while (true) {
      collection.requireThere();
      LiveIndex index = collection.searched();
      if (index.tryHold()) {
        return index;
      }
      Thread.onSpinWait(); // another is taking its place
    }
  }

  private Found search(
      OpenCollection collection, LiveIndex index, SearchRequest request, Client client) {
    var samples = new ArrayList<Sample>();
    for (SearchRequest.Query query : request.queries()) {
      if (query instanceof SearchRequest.OfSample(var modalities)) {
        samples.add(new Sample(Optional.empty(), modalities.present(), modalities.warnings()));
      }
    }
    ModelVersion version = index.generation().version();
    EmbeddingService.Answer answer =
        samples.isEmpty()
            ? new EmbeddingService.Answer(List.of(), Duration.ZERO, Duration.ZERO)
            : embeddings.embed(version, samples, Set.of(Output.FUSION), client);
    List<Vector> vectors = vectors(index, request, answer.embeddings());
    long start = System.nanoTime();
    List<List<Hit>> results =
        index.search(
            new Search(request.target(), vectors, request.k(), request.filter(), request.isExact()),
            patience);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    metrics.searched(collection.stored().engine(), vectors.size(), time);
    Map<String, StoredItem> included =
        request.include().isEmpty()
            ? Map.of()
            : items.find(
                index.generation().id(),
                results.stream().flatMap(List::stream).map(Hit::id).distinct().toList());
    if (!request.include().isEmpty()) { // without those that were deleted since the index answered
      results =
          results.stream()
              .map(hits -> hits.stream().filter(hit -> included.containsKey(hit.id())).toList())
              .toList();
    }
    return new Found(request, version, results, included, answer.queue(), answer.compute(), time);
  }

  /** The vector of each query, in order. */
  private List<Vector> vectors(LiveIndex index, SearchRequest request, List<Embedding> embeddings) {
    Map<String, Embedded> stored = items.embedded(index.generation().id(), asked(request));
    var faults = new ArrayList<Fault>();
    var vectors = new ArrayList<Vector>();
    int sample = 0;
    for (int i = 0; i < request.queries().size(); i++) {
      switch (request.queries().get(i)) {
        case SearchRequest.OfVector(var given) -> vectors.add(given);
        case SearchRequest.OfItem(var id) ->
            vector(stored, id, request, request.at(i) + "/item", faults).ifPresent(vectors::add);
        case SearchRequest.OfSample _ -> {
          Vector fusion = embeddings.get(sample++).fusion().orElseThrow().normalized();
          if (!fusion.isFinite()) {
            faults.add(
                new Fault(
                    request.at(i) + "/modalities",
                    Embedder.NOT_FINITE.formatted(index.generation().version())));
          }
          vectors.add(fusion);
        }
      }
    }
    Json.refuse(faults);
    return vectors;
  }

  private static List<String> asked(SearchRequest request) {
    return request.queries().stream()
        .<String>mapMulti((query, ids) -> {
          if (query instanceof SearchRequest.OfItem(var id)) {
            ids.accept(id);
          }
        })
        .distinct()
        .toList();
  }

  private static Optional<Vector> vector(
      Map<String, Embedded> stored,
      String id,
      SearchRequest request,
      String at,
      List<Fault> faults) {
    Embedded item = stored.get(id);
    if (item == null) {
      faults.add(new Fault(at, "there is no item '" + Json.shown(id) + "'"));
      return Optional.empty();
    }
    Vector vector = item.vectors().get(request.target());
    if (vector == null) {
      faults.add(new Fault(at, "item '%s' has no embedding '%s'".formatted(id, request.target())));
    }
    return Optional.ofNullable(vector);
  }
}
