package io.braid.retrieval;

import io.braid.model.ModelService;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** The collections that there are, by name. */
@Component
class OpenCollections {
  /** What a collection may be called. */
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  private final CollectionRecord record;
  private final ItemRepository items;
  private final Indexes indexes;
  private final ModelService models;
  private final ConcurrentNavigableMap<String, OpenCollection> byName =
      new ConcurrentSkipListMap<>();

  /** Held while a name comes or goes. */
  private final ReentrantLock names = new ReentrantLock();

  OpenCollections(
      CollectionRecord record, ItemRepository items, Indexes indexes, ModelService models) {
    this.record = record;
    this.items = items;
    this.indexes = indexes;
    this.models = models;
  }

  /** By its name; 404 where there is none. */
  OpenCollection find(String name) {
    return findAny(name)
        .orElseThrow(() ->
            new BraidException(ProblemKind.NOT_FOUND, "there is no collection '" + name + "'"));
  }

  /** By its name, if there is one. */
  Optional<OpenCollection> findAny(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All that there are now. */
  List<OpenCollection> all() {
    return List.copyOf(byName.values());
  }

  /** A page of collections, by name; see {@link Page#of}. */
  Page<OpenCollection> list(int limit, String cursor) {
    return Page.of(
        limit,
        cursor,
        (after, most) -> byName.tailMap(after, false).values().stream().limit(most).toList(),
        collection -> collection.stored().name());
  }

  /** What is wrong with the name of a collection, if anything is. */
  static Optional<Fault> nameFault(String name) {
    return name.matches(NAME)
        ? Optional.empty()
        : Optional.of(new Fault("collection", "'" + name + "', expected " + NAME));
  }

  /** 409 where the name is taken, 422 where it is none. */
  void requireFree(String name) {
    BraidException.refuse(nameFault(name).stream().toList());
    if (byName.containsKey(name)) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "there is a collection '%s'; restore under another name, or drop it first"
              .formatted(name));
    }
  }

  /** Does something while no other name comes or goes. */
  <T> T exclusively(Supplier<T> what) {
    names.lock();
    try {
      return what.get();
    } finally {
      names.unlock();
    }
  }

  /** Does something while no other name comes or goes. */
  void exclusively(Runnable what) {
    exclusively(() -> {
      what.run();
      return true;
    });
  }

  /** From now on a collection is found, and its index, which is not yet opened, looked after. */
  OpenCollection add(StoredCollection stored) {
    LiveIndex searched =
        indexes.make(
            stored.searched(), models.resolve(stored.model(), Optional.of(stored.version())));
    var collection = new OpenCollection(stored, searched, record, items);
    byName.put(stored.name(), collection);
    indexes.tend(collection);
    return collection;
  }

  /** From now on it is not found, if it was. */
  void remove(long number) {
    byName.values().removeIf(one -> one.stored().number() == number);
  }
}
