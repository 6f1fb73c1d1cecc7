package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.encoder.Output;
import io.braid.model.ModelService;
import io.braid.model.ModelUse;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes, finds and drops collections; opens those that are there when the service starts. */
@Service
class CollectionService implements ModelUse {
  /** What a collection may be called. */
  static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  private final CollectionRepository repository;
  private final ReindexRepository reindexes;
  private final CollectionRecord record;
  private final ItemRepository items;
  private final Indexes indexes;
  private final Reindexing reindexing;
  private final Calibrations calibrations;
  private final MeanVectors means;
  private final FilterShare filterShare;
  private final Restoring restoring;
  private final SnapshotFiles snapshots;
  private final Leftovers leftovers;
  private final ModelService models;
  private final TransactionTemplate transaction;
  private final BraidProperties.Limits limits;
  private final Clock clock = Clock.systemUTC();
  private final ConcurrentNavigableMap<String, OpenCollection> open = new ConcurrentSkipListMap<>();

  /** Held while a name comes or goes. */
  private final ReentrantLock names = new ReentrantLock();

  CollectionService(
      CollectionRepository repository,
      ReindexRepository reindexes,
      CollectionRecord record,
      ItemRepository items,
      Indexes indexes,
      IndexFiles files,
      Reindexing reindexing,
      Calibrations calibrations,
      MeanVectors means,
      FilterShare filterShare,
      Restoring restoring,
      SnapshotFiles snapshots,
      Leftovers leftovers,
      ModelService models,
      TransactionTemplate transaction,
      BraidProperties properties) {
    this.limits = properties.limits();
    this.repository = repository;
    this.reindexes = reindexes;
    this.record = record;
    this.items = items;
    this.indexes = indexes;
    this.reindexing = reindexing;
    this.calibrations = calibrations;
    this.means = means;
    this.filterShare = filterShare;
    this.restoring = restoring;
    this.snapshots = snapshots;
    this.leftovers = leftovers;
    this.models = models;
    this.transaction = transaction;
    openAll(files);
  }

  private void openAll(IndexFiles files) {
    repository.dropIncoming();
    var kept = new ArrayList<Path>();
    for (StoredCollection stored : repository.all()) {
      OpenCollection collection = open(stored);
      kept.add(path(files, collection.searched()));
      reindexes
          .last(stored.number())
          .filter(Reindex::isRunning)
          .ifPresent(reindex -> {
            LiveIndex next =
                indexes.make(reindex.generationId(), version(stored, reindex.version()));
            collection.begin(next);
            kept.add(path(files, next));
          });
    }
    files.keepOnly(kept); // before any is opened
    open.values()
        .forEach(collection -> {
          collection.indexes().forEach(index -> indexes.open(collection, index));
          reindexing.goOn(collection);
        });
    forgetSnapshots();
    leftovers.wake();
  }

  private void forgetSnapshots() {
    snapshots.keepOnly(
        open.values().stream().map(collection -> collection.stored().number()).toList());
  }

  private static Path path(IndexFiles files, LiveIndex index) {
    return files.path(index.generation().id(), index.attempt());
  }

  private OpenCollection open(StoredCollection stored) {
    LiveIndex searched = indexes.make(stored.searched(), version(stored, stored.version()));
    var collection = new OpenCollection(stored, searched, record, items);
    open.put(stored.name(), collection);
    indexes.tend(collection);
    return collection;
  }

  private ModelVersion version(StoredCollection stored, int version) {
    return models.resolve(stored.model(), Optional.of(version));
  }

  /** By its name; 404 where there is none. */
  OpenCollection find(String name) {
    OpenCollection found = open.get(name);
    if (found == null) {
      throw new BraidException(ProblemKind.NOT_FOUND, "there is no collection '" + name + "'");
    }
    return found;
  }

  boolean exists(String name) {
    return open.containsKey(name);
  }

  /** All that there are now. */
  List<OpenCollection> all() {
    return List.copyOf(open.values());
  }

  /** A page of collections, by name; see {@link Page#of}. */
  Page<OpenCollection> list(int limit, String cursor) {
    return Page.of(
        limit,
        cursor,
        (after, most) -> open.tailMap(after, false).values().stream().limit(most).toList(),
        collection -> collection.stored().name());
  }

  /**
   * What a PUT did.
   *
   * @param isNew whether there was none of that name before
   */
  record Put(OpenCollection collection, boolean isNew) {}

  /**
   * What a PUT says of a collection; what it leaves open is as it is, or has its default.
   *
   * @param keep {@code fusion} alone unless given
   */
  record Wish(
      String model,
      Optional<Integer> version,
      Optional<Engine> engine,
      Optional<Set<Output>> keep) {

    /** What a collection has that is wished otherwise, in words. */
    private Optional<String> difference(StoredCollection there) {
      return differs("model", Optional.of(model), there.model())
          .or(() -> differs("version", version, there.version()))
          .or(() -> differs("engine", engine, there.engine()))
          .or(() ->
              differs(
                  "keep",
                  keep.map(CollectionRepository::names),
                  CollectionRepository.names(there.keep())));
    }

    private static <T> Optional<String> differs(String field, Optional<T> wished, T is) {
      return wished
          .filter(wish -> !wish.equals(is))
          .map(wish -> "its %s is %s, not %s".formatted(field, is, wish));
    }
  }

  /**
   * Makes a collection, or finds that it is there as wished; 409 where it is there otherwise.
   *
   * @param name that matches {@link #NAME}
   */
  Put put(String name, Wish wish) {
    names.lock();
    try {
      OpenCollection there = open.get(name);
      if (there != null) {
        wish.difference(there.stored())
            .ifPresent(difference -> {
              throw new BraidException(
                  ProblemKind.CONFLICT,
                  "there is a collection '%s', and %s".formatted(name, difference));
            });
        return new Put(there, false);
      }
      return new Put(models.whileUnchanged(() -> make(name, wish)), true);
    } finally {
      names.unlock();
    }
  }

  /** 409 where the name is taken, 422 where it is none. */
  void requireFree(String name) {
    if (!name.matches(NAME)) {
      throw BraidException.invalid(
          List.of(new Fault("collection", "'" + name + "', expected " + NAME)));
    }
    if (open.containsKey(name)) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "there is a collection '%s'; restore under another name, or drop it first"
              .formatted(name));
    }
  }

  /**
   * Makes a collection of a snapshot.
   *
   * @param name that matches {@link #NAME}
   */
  OpenCollection restore(String name, Path file) {
    StoredCollection whole;
    try (SnapshotReader snapshot = SnapshotReader.open(file, limits.metadata().toBytes())) {
      whole = restoring.restore(snapshot);
    } finally {
      leftovers.wake();
    }
    names.lock();
    try {
      requireFree(name);
      OpenCollection collection = open(restoring.finish(whole, name));
      indexes.open(collection, collection.searched());
      return collection;
    } catch (RuntimeException e) {
      open.values().removeIf(one -> one.stored().number() == whole.number());
      restoring.giveUp(whole);
      leftovers.wake();
      throw e;
    } finally {
      names.unlock();
    }
  }

  private OpenCollection make(String name, Wish wish) {
    ModelVersion version = resolve(wish);
    StoredCollection made =
        transaction.execute(_ -> {
          var stored =
              new StoredCollection(
                  repository.nextNumber(),
                  name,
                  version.model(),
                  version.version(),
                  wish.engine().orElse(Engine.LUCENE),
                  wish.keep().orElse(Set.of(Output.FUSION)),
                  1,
                  0,
                  0,
                  0,
                  clock.instant().truncatedTo(ChronoUnit.MILLIS));
          repository.insert(stored);
          return stored;
        });
    OpenCollection collection = open(Objects.requireNonNull(made));
    indexes.openNow(collection);
    return collection;
  }

  private ModelVersion resolve(Wish wish) {
    try {
      return models.resolve(wish.model(), wish.version());
    } catch (BraidException e) {
      String pointer = models.exists(wish.model()) ? "/version" : "/model";
      throw BraidException.invalid(List.of(new Fault(pointer, String.valueOf(e.getMessage()))));
    }
  }

  /** Drops a collection with all that is in it. */
  void drop(String name) {
    names.lock();
    try {
      OpenCollection collection = find(name);
      collection.drop(() -> repository.drop(collection.stored().number()));
      open.remove(name);
      indexes.forget(collection);
      calibrations.forget(collection);
      means.forget(collection.stored().number());
      filterShare.forget(collection.stored().number());
      forgetSnapshots();
      leftovers.wake();
    } finally {
      names.unlock();
    }
  }

  @Override
  public Optional<String> user(String model, int version) {
    return repository.user(model, version).map(name -> "collection '" + name + "'");
  }
}
