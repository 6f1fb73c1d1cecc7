package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.embedding.SubsetCounts;
import io.braid.encoder.Vector;
import io.braid.index.Filter;
import io.braid.index.Search;
import io.braid.model.ModelVersion;
import io.braid.server.Client;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Searches collections. */
@Component
class SearchService {
  private final QueryEmbedder queries;
  private final ItemRepository items;
  private final Calibrations calibrations;
  private final MeanVectors means;
  private final FilterShare filterShare;
  private final RetrievalMetrics metrics;
  private final Duration patience;

  SearchService(
      QueryEmbedder queries,
      ItemRepository items,
      Calibrations calibrations,
      MeanVectors means,
      FilterShare filterShare,
      RetrievalMetrics metrics,
      BraidProperties properties) {
    this.queries = queries;
    this.items = items;
    this.calibrations = calibrations;
    this.means = means;
    this.filterShare = filterShare;
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
   * @param calibration that hits were rated by, if they were
   * @param queue wait for a device
   * @param embed time of the encoder
   * @param search time of the index
   */
  record Found(
      SearchRequest request,
      ModelVersion version,
      List<List<Match>> results,
      Map<String, StoredItem> items,
      Optional<FittedCalibration> calibration,
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
    collection.catchUp();
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
      collection.requireNotDropped();
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
    answer.queries().stream()
        .map(EmbeddedQuery::present)
        .filter(present -> !present.isEmpty())
        .forEach(present -> collection.queries().add(SubsetCounts.name(present), 1));
    Optional<FittedCalibration> calibration =
        request.rating().flatMap(_ -> calibrations.await(collection, index.generation().id()));
    RetrievalMetrics.Searched<List<List<Match>>> searched =
        metrics.searching(
            collection.stored().engine(),
            answer.queries().size(),
            () ->
                request
                    .rating()
                    .map(rating ->
                        rated(collection, index, request, rating, calibration, answer.queries()))
                    .orElseGet(() -> plain(index, request, answer.queries())));
    List<List<Match>> matches = searched.found();
    Map<String, StoredItem> stored =
        request.needsItems()
            ? items.find(
                index.generation().id(),
                matches.stream()
                    .flatMap(List::stream)
                    .map(match -> match.hit().id())
                    .distinct()
                    .toList())
            : Map.of();
    Optional<Vector> mean =
        request.isExplained()
            ? means.of(collection.stored(), index.generation().id(), request.target())
            : Optional.empty();
    List<List<Match>> results =
        request.needsItems()
            ? IntStream.range(0, matches.size())
                .mapToObj(i -> told(request, answer.queries().get(i), matches.get(i), stored, mean))
                .toList()
            : matches;
    return new Found(
        request,
        index.generation().version(),
        results,
        stored,
        calibration,
        answer.queue(),
        answer.compute(),
        searched.time());
  }

  private List<List<Match>> plain(
      LiveIndex index, SearchRequest request, List<EmbeddedQuery> queries) {
    var search =
        new Search(
            request.target(),
            queries.stream().map(EmbeddedQuery::vector).toList(),
            request.k(),
            request.filter(),
            request.isExact());
    return index.search(search, patience).stream()
        .map(hits -> hits.stream().map(Match::plain).toList())
        .toList();
  }

  private List<List<Match>> rated(
      OpenCollection collection,
      LiveIndex index,
      SearchRequest request,
      SearchRequest.Rating rating,
      Optional<FittedCalibration> calibration,
      List<EmbeddedQuery> queries) {
    StoredCollection stored = collection.stored();
    ToDoubleFunction<Filter> passing =
        filter -> stored.items() * filterShare.of(stored, index.generation().id(), filter);
    return new ConfidentSearch(index, request, rating, calibration, stored.items(), passing)
        .search(queries, patience);
  }

  /**
   * With what is known of their items; without those that were deleted since the index answered.
   */
  private static List<Match> told(
      SearchRequest request,
      EmbeddedQuery query,
      List<Match> matches,
      Map<String, StoredItem> stored,
      Optional<Vector> mean) {
    return matches.stream()
        .filter(match -> stored.containsKey(match.hit().id()))
        .map(match ->
            match.explained(explanation(request, query, stored.get(match.hit().id()), mean)))
        .toList();
  }

  private static Optional<Explanation> explanation(
      SearchRequest request,
      EmbeddedQuery query,
      @Nullable StoredItem item,
      Optional<Vector> mean) {
    return Optional.ofNullable(item)
        .flatMap(hit -> hit.embedded().vector(request.target())) // it may have changed by now
        .flatMap(vector ->
            query
                .subsets()
                .flatMap(subsets ->
                    mean.map(of -> Explanation.of(subsets, query.present(), vector, of))));
  }
}
