package io.braid.retrieval;

import io.braid.model.ModelService;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import io.braid.store.Replicas;
import io.braid.store.SharedLock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The collections that there are, by name; those of other replicas are opened as they come. */
@Component
class OpenCollections {
  /** What a collection may be called. */
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  private final CollectionRepository repository;
  private final CollectionRecord record;
  private final ItemRepository items;
  private final Indexes indexes;
  private final ModelService models;
  private final CollectionFollower follower;
  private final Replicas replicas;
  private final ObjectProvider<CollectionMemory> memories;
  private final ConcurrentNavigableMap<String, OpenCollection> byName =
      new ConcurrentSkipListMap<>();

  /** Held while a name comes or goes. */
  private final SharedLock names;

  OpenCollections(
      CollectionRepository repository,
      CollectionRecord record,
      ItemRepository items,
      Indexes indexes,
      ModelService models,
      CollectionFollower follower,
      Replicas replicas,
      ObjectProvider<CollectionMemory> memories) {
    this.repository = repository;
    this.follower = follower;
    this.replicas = replicas;
    this.memories = memories;
    this.names = new SharedLock(replicas, "collections");
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
    return replicas.areShared()
        ? followed(name, repository.named(name))
        : Optional.ofNullable(byName.get(name));
  }

  /** As the database has them, all of them; their indexes follow. */
  void follow() {
    names.inThisProcess(() -> {
      Map<String, StoredCollection> there =
          repository.all().stream()
              .collect(Collectors.toMap(StoredCollection::name, Function.identity()));
      byName.keySet().forEach(name -> followed(name, Optional.ofNullable(there.get(name))));
      there.forEach((name, now) -> followed(name, Optional.of(now)));
    });
  }

  /**
   * What is open under a name, as the database has it.
   *
   * @param now what has the name there
   */
  private Optional<OpenCollection> followed(String name, Optional<StoredCollection> now) {
    OpenCollection known = byName.get(name);
    boolean isSame =
        Optional.ofNullable(known)
            .map(one -> one.stored().number())
            .equals(now.map(StoredCollection::number));
    if (!isSame) {
      known = names.inThisProcess(() -> takeName(name)).orElse(null);
    } else if (known != null) {
      known.followTo(now.orElseThrow());
    }
    return Optional.ofNullable(known);
  }

  /** A name has come, gone, or changed hands. */
  private Optional<OpenCollection> takeName(String name) {
    Optional<StoredCollection> now = repository.named(name);
    OpenCollection known = byName.get(name);
    if (known != null
        && now.map(StoredCollection::number).stream()
            .noneMatch(n -> n == known.stored().number())) {
      forget(known);
    }
    if (now.isPresent() && !byName.containsKey(name)) {
      OpenCollection added = add(now.get());
      indexes.open(added, added.searched());
    }
    return Optional.ofNullable(byName.get(name));
  }

  /** One was dropped. */
  void forget(OpenCollection collection) {
    collection.markDropped();
    long number = collection.stored().number();
    remove(number);
    indexes.forget(collection);
    memories.forEach(memory -> memory.forget(number));
  }

  /** All that there are now. */
  List<OpenCollection> all() {
    return List.copyOf(byName().values());
  }

  private ConcurrentNavigableMap<String, OpenCollection> byName() {
    if (replicas.areShared()) {
      follow();
    }
    return byName;
  }

  /** A page of collections, by name; see {@link Page#of}. */
  Page<OpenCollection> list(int limit, String cursor) {
    return Page.of(
        limit,
        cursor,
        (after, most) -> byName().tailMap(after, false).values().stream().limit(most).toList(),
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
    if (findAny(name).isPresent()) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "there is a collection '%s'; restore under another name, or drop it first"
              .formatted(name));
    }
  }

  /** Does something while no other name comes or goes. */
  <T> T exclusively(Supplier<T> what) {
    return names.holding(what);
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
            stored.engine(),
            stored.searched(),
            models.resolve(stored.model(), Optional.of(stored.version())));
    var collection = new OpenCollection(stored, searched, record, items, follower, replicas);
    byName.put(stored.name(), collection);
    indexes.tend(collection);
    return collection;
  }

  /** From now on it is not found, if it was. */
  void remove(long number) {
    byName.values().removeIf(one -> one.stored().number() == number);
  }
}
