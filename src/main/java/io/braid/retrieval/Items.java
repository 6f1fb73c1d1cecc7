package io.braid.retrieval;

import io.braid.modality.RawSample;
import io.braid.problem.BraidException;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Puts, finds, changes and removes items. What returns is durable, and the next search sees it. */
@Component
class Items {
  private final ItemRepository repository;
  private final Embedder embedder;
  private final Reindexing reindexing;
  private final RetrievalMetrics metrics;

  Items(
      ItemRepository repository,
      Embedder embedder,
      Reindexing reindexing,
      RetrievalMetrics metrics) {
    this.metrics = metrics;
    this.repository = repository;
    this.embedder = embedder;
    this.reindexing = reindexing;
  }

  /**
   * Puts items over those with their ids; of several with one id the last one. All or none.
   *
   * @param turn is waited for between embedding and storing
   */
  void put(
      OpenCollection collection, List<NewItem> items, Embedder.Compute compute, Runnable turn) {
    var last = new LinkedHashMap<String, NewItem>();
    items.forEach(item -> last.put(item.id(), item));
    put(collection, List.copyOf(last.values()), Map.of(), compute, turn);
  }

  /**
   * @param unchanged as {@link OpenCollection#put} takes it
   * @return whether they were put
   */
  private boolean put(
      OpenCollection collection,
      List<NewItem> items,
      Map<String, Long> unchanged,
      Embedder.Compute compute,
      Runnable turn) {
    while (true) {
      List<Generation> generations = collection.generations();
      var embedded = new HashMap<Generation, List<Embedded>>();
      for (Generation generation : generations) {
        embed(collection, generation, generations, items, compute)
            .ifPresent(all -> embedded.put(generation, all));
      }
      turn.run();
      List<Item> rows = items.stream().map(NewItem::item).toList();
      switch (collection.put(rows, embedded, unchanged)) {
        case DONE -> {
          metrics.stored(items.size());
          return true;
        }
        case CHANGED -> {
          return false;
        }
        case OTHER_GENERATIONS -> {} // a re-index began or ended meanwhile: embed for it too
      }
    }
  }

  /** Empty where the next generation is given up, since its version cannot embed an item. */
  private Optional<List<Embedded>> embed(
      OpenCollection collection,
      Generation generation,
      List<Generation> generations,
      List<NewItem> items,
      Embedder.Compute compute) {
    try {
      return Optional.of(
          embedder.embed(generation.version(), collection.stored().keep(), items, compute));
    } catch (BraidException e) {
      boolean isNext = !generation.equals(generations.getFirst());
      if (!isNext || e.kind() != ProblemKind.INVALID) {
        throw e;
      }
      reindexing.fail(collection, generation, "a write during it: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** An item with what the collection searches now; 404 where there is none. */
  StoredItem find(OpenCollection collection, String id) {
    return repository.find(collection.stored(), id).orElseThrow(() -> unknown(collection, id));
  }

  /** A page of items, by id; see {@link Page#of}. */
  Page<StoredItem> list(OpenCollection collection, int limit, String cursor) {
    return Page.of(
        limit,
        cursor,
        (after, most) -> repository.list(collection.stored().searched(), after, most),
        stored -> stored.item().id());
  }

  /** Removes an item; 404 where there is none. */
  void remove(OpenCollection collection, String id) {
    if (!collection.remove(id)) {
      throw unknown(collection, id);
    }
  }

  /**
   * Adds, replaces or removes modalities of a stored sample, and embeds it anew.
   *
   * @return the item as it is then
   */
  StoredItem patch(
      OpenCollection collection, String id, RawSample.Given given, Embedder.Compute compute) {
    while (true) {
      StoredItem stored = find(collection, id);
      NewItem patched = patched(stored, given);
      if (put(collection, List.of(patched), Map.of(id, stored.sequence()), compute, () -> {})) {
        return find(collection, id);
      }
    }
  }

  private static NewItem patched(StoredItem stored, RawSample.Given given) {
    Item item = stored.item();
    RawSample before =
        item.sample()
            .orElseThrow(() ->
                new BraidException(
                    ProblemKind.CONFLICT,
                    "item '%s' came as an embedding, so it has no modalities to change"
                        .formatted(item.id())));
    RawSample after = before.with(given.raw()).without(given.modalities().absent());
    return new NewItem(item.id(), "", item.metadata(), new NewItem.Raw(after));
  }

  private static BraidException unknown(OpenCollection collection, String id) {
    return new BraidException(
        ProblemKind.NOT_FOUND,
        "collection '%s' has no item '%s'".formatted(collection.stored().name(), id));
  }
}
