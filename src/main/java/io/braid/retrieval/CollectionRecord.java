package io.braid.retrieval;

import io.braid.encoder.Output;
import io.braid.index.Change;
import io.braid.index.Entry;
import io.braid.index.Metadata;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Changes of collections in the database, each in one transaction: what it returns from is durable.
 * The changes of a collection come from one thread at a time.
 */
@Component
class CollectionRecord {
  private final CollectionRepository collections;
  private final ItemRepository items;
  private final TransactionTemplate transaction;
  private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

  CollectionRecord(
      CollectionRepository collections, ItemRepository items, TransactionTemplate transaction) {
    this.collections = collections;
    this.items = items;
    this.transaction = transaction;
  }

  /**
   * Makes a collection without items.
   *
   * @param name given its number
   */
  StoredCollection make(
      LongFunction<String> name, ModelVersion version, Engine engine, Set<Output> keep) {
    return inTransaction(() -> {
      long number = collections.nextNumber();
      var made =
          StoredCollection.empty(
              number, name.apply(number), version, engine, keep, clock.instant());
      collections.insert(made);
      return made;
    });
  }

  /**
   * Puts items with distinct ids, over what is there.
   *
   * @param embedded by generation, one an item
   * @return the collection as it is then
   */
  StoredCollection put(
      StoredCollection collection, List<Item> put, Map<GenerationId, List<Embedded>> embedded) {
    List<String> ids = put.stream().map(Item::id).toList();
    List<Embedded> searched = embedded.getOrDefault(collection.searched(), List.of());
    return changing(
        collection,
        () -> {
          Map<String, ItemRepository.Before> before = items.before(collection, ids);
          long bytes = -before.values().stream().mapToLong(ItemRepository.Before::bytes).sum();
          for (int i = 0; i < put.size(); i++) {
            bytes += put.get(i).bytes() + searched.get(i).vectorBytes().length;
          }
          long first = collection.sequence() + 1;
          items.put(collection.number(), put, first);
          embedded.forEach((generation, all) -> items.putEmbeddings(generation, ids, all, first));
          return collection.changed(
              collection.sequence() + put.size(),
              collection.items() + put.size() - before.size(),
              collection.bytes() + bytes);
        });
  }

  /** Gives items, which are there, their embeddings of a generation that is not searched yet. */
  StoredCollection putEmbeddings(
      StoredCollection collection,
      GenerationId generation,
      List<String> ids,
      List<Embedded> embedded) {
    return changing(
        collection,
        () -> {
          items.putEmbeddings(generation, ids, embedded, collection.sequence() + 1);
          return collection.changed(
              collection.sequence() + ids.size(), collection.items(), collection.bytes());
        });
  }

  /** Removes an item; nothing happens where there is none. */
  StoredCollection remove(StoredCollection collection, String id) {
    return changing(
        collection,
        () -> {
          ItemRepository.Before before = items.before(collection, Set.of(id)).get(id);
          if (before == null) {
            return collection;
          }
          items.remove(collection.number(), id, collection.sequence() + 1);
          return collection.changed(
              collection.sequence() + 1,
              collection.items() - 1,
              collection.bytes() - before.bytes());
        });
  }

  /**
   * @param before as whoever changes it knows it
   * @throws BraidException if it is not so any more
   */
  private StoredCollection changing(StoredCollection before, Supplier<StoredCollection> work) {
    return inTransaction(() -> {
      StoredCollection now = work.get();
      if (!collections.change(now, before.sequence())) {
        throw new BraidException(
            ProblemKind.UNAVAILABLE,
            "collection '%s' was changed or dropped by another replica just now; try again"
                .formatted(before.name()));
      }
      return now;
    });
  }

  private StoredCollection inTransaction(Supplier<StoredCollection> work) {
    return Objects.requireNonNull(transaction.execute(_ -> work.get()));
  }

  /** What putting items means for the index of a generation. */
  static List<Change> changes(List<Item> put, List<Embedded> embedded) {
    var changes = new ArrayList<Change>();
    for (int i = 0; i < put.size(); i++) {
      Metadata metadata = Metadata.of(Json.MAPPER.readTree(put.get(i).metadata()));
      Embedded of = embedded.get(i);
      changes.add(new Change.Put(new Entry(put.get(i).id(), of.vectors(), of.present(), metadata)));
    }
    return changes;
  }
}
