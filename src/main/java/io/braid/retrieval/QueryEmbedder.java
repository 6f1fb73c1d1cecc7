package io.braid.retrieval;

import io.braid.embedding.EmbeddingService;
import io.braid.encoder.Embedding;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.modality.Modalities;
import io.braid.modality.Sample;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.server.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes of queries what items are compared with. */
@Component
class QueryEmbedder {
  private static final String UNEXPLAINED =
      "has no modalities that its hits could be explained by; leave 'explain' out";

  private final EmbeddingService embeddings;
  private final ItemRepository items;
  private final ModelService models;

  QueryEmbedder(EmbeddingService embeddings, ItemRepository items, ModelService models) {
    this.embeddings = embeddings;
    this.items = items;
    this.models = models;
  }

  /**
   * One a query, in order.
   *
   * @param queue wait for a device
   * @param compute time of the encoder
   */
  record Answer(List<EmbeddedQuery> queries, Duration queue, Duration compute) {}

  /**
   * A query before its sample is embedded.
   *
   * @param vector where it is known without that
   * @param sample where it is to be embedded
   */
  private record Draft(Optional<Vector> vector, List<String> present, Optional<Sample> sample) {
    static Draft of(Modalities modalities) {
      return new Draft(
          Optional.empty(),
          List.copyOf(modalities.present().keySet()),
          Optional.of(sample(modalities)));
    }

    static Sample sample(Modalities modalities) {
      return new Sample(Optional.empty(), modalities.present(), modalities.warnings());
    }
  }

  /** Embeds the queries of a request for a generation of items. */
  Answer embed(Generation generation, SearchRequest request, Client client) {
    List<Draft> drafts = drafts(generation, request);
    EmbeddingService.Answer answer =
        embed(
            generation.version(),
            drafts.stream().map(Draft::sample).flatMap(Optional::stream).toList(),
            request,
            client);
    var queries = new ArrayList<EmbeddedQuery>();
    var faults = new ArrayList<Fault>();
    Iterator<Embedding> embeddings = answer.embeddings().iterator();
    for (Draft draft : drafts) {
      Optional<Embedding> embedding = draft.sample().map(_ -> embeddings.next());
      Vector vector =
          draft
              .vector()
              .or(() -> embedding.flatMap(Embedding::fusion).map(Vector::normalized))
              .orElseThrow();
      if (!vector.isFinite()) {
        faults.add(
            new Fault(
                request.at(queries.size()) + "/modalities",
                Embedder.NOT_FINITE.formatted(generation.version())));
      }
      queries.add(
          new EmbeddedQuery(vector, draft.present(), embedding.flatMap(Embedding::subsets)));
    }
    BraidException.refuse(faults);
    return new Answer(queries, answer.queue(), answer.compute());
  }

  private EmbeddingService.Answer embed(
      ModelVersion version, List<Sample> samples, SearchRequest request, Client client) {
    if (samples.isEmpty()) {
      return new EmbeddingService.Answer(List.of(), Duration.ZERO, Duration.ZERO);
    }
    return embeddings.embed(
        version,
        samples,
        request.isExplained()
            ? EnumSet.of(Output.FUSION, Output.SUBSETS)
            : EnumSet.of(Output.FUSION),
        client);
  }

  private List<Draft> drafts(Generation generation, SearchRequest request) {
    Map<String, StoredItem> stored = items.find(generation.id(), asked(request));
    var faults = new ArrayList<Fault>();
    var drafts = new ArrayList<Draft>();
    for (int i = 0; i < request.queries().size(); i++) {
      String at = request.at(i);
      switch (request.queries().get(i)) {
        case SearchRequest.OfSample(var modalities) -> drafts.add(Draft.of(modalities));
        case SearchRequest.OfVector(var vector) -> {
          drafts.add(new Draft(Optional.of(vector), List.of(), Optional.empty()));
          if (request.isExplained()) {
            faults.add(new Fault(at + "/embedding", UNEXPLAINED));
          }
        }
        case SearchRequest.OfItem(var id) ->
            draft(generation.version(), request, id, stored.get(id), at + "/item", faults)
                .ifPresent(drafts::add);
      }
    }
    BraidException.refuse(faults);
    return drafts;
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

  private Optional<Draft> draft(
      ModelVersion version,
      SearchRequest request,
      String id,
      @Nullable StoredItem item,
      String at,
      List<Fault> faults) {
    if (item == null) {
      faults.add(new Fault(at, "there is no item '" + Json.shown(id) + "'"));
      return Optional.empty();
    }
    Optional<Vector> vector = item.embedded().vector(request.target());
    if (vector.isEmpty()) {
      faults.add(new Fault(at, "item '%s' has no embedding '%s'".formatted(id, request.target())));
      return Optional.empty();
    }
    Optional<Sample> sample = Optional.empty();
    if (request.isExplained() && !request.target().equals(Embedded.FUSION)) {
      faults.add(
          new Fault(
              at,
              "is compared by its own embedding '%s', not by a fusion; leave 'explain' out"
                  .formatted(request.target())));
    } else if (request.isExplained()) {
      sample =
          item.item()
              .sample()
              .flatMap(raw -> raw.read(models.reader(version), at, faults))
              .map(Draft::sample);
      if (sample.isEmpty()) {
        faults.add(new Fault(at, UNEXPLAINED));
      }
    }
    return Optional.of(new Draft(vector, item.embedded().present(), sample));
  }
}
