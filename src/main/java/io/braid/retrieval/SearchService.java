package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.encoder.Vector;
import io.braid.index.Hit;
import io.braid.index.Search;
import io.braid.model.ModelVersion;
import io.braid.server.Client;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Searches collections. */
@Component
class SearchService {
  private final QueryEmbedder queries;
  private final ItemRepository items;
  private final RetrievalMetrics metrics;
  private final Duration patience;

  SearchService(
      QueryEmbedder queries,
      ItemRepository items,
      RetrievalMetrics metrics,
      BraidProperties properties) {
    this.queries = queries;
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
      List<List<Match>> results,
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
    QueryEmbedder.Answer answer = queries.embed(index.generation(), request, client);
    List<Vector> vectors = answer.queries().stream().map(EmbeddedQuery::vector).toList();
    long start = System.nanoTime();
    List<List<Hit>> hits =
        index.search(
            new Search(request.target(), vectors, request.k(), request.filter(), request.isExact()),
            patience);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    metrics.searched(collection.stored().engine(), vectors.size(), time);
    Map<String, StoredItem> stored =
        request.needsItems()
            ? items.find(
                index.generation().id(),
                hits.stream().flatMap(List::stream).map(Hit::id).distinct().toList())
            : Map.of();
    List<List<Match>> results =
        IntStream.range(0, hits.size())
            .mapToObj(i -> matches(request, answer.queries().get(i), hits.get(i), stored))
            .toList();
    return new Found(
        request,
        index.generation().version(),
        results,
        stored,
        answer.queue(),
        answer.compute(),
        time);
  }

  /** Where items are needed, without those that were deleted since the index answered. */
  private static List<Match> matches(
      SearchRequest request, EmbeddedQuery query, List<Hit> hits, Map<String, StoredItem> stored) {
    return hits.stream()
        .filter(hit -> !request.needsItems() || stored.containsKey(hit.id()))
        .map(hit -> new Match(hit, explanation(request, query, stored.get(hit.id()))))
        .toList();
  }

  private static Optional<Explanation> explanation(
      SearchRequest request, EmbeddedQuery query, @Nullable StoredItem item) {
    return Optional.ofNullable(item)
        .map(hit -> hit.embedded().vectors().get(request.target())) // it may have changed by now
        .flatMap(vector ->
            query.subsets().map(subsets -> Explanation.of(subsets, query.present(), vector)));
  }
}
