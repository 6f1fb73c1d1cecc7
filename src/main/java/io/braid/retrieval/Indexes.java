package io.braid.retrieval;

import io.braid.index.EngineAwayException;
import io.braid.index.IndexId;
import io.braid.index.VectorIndex;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.Replicas;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Opens the indexes of collections in the background, and tends them: what they hold is persisted
 * now and then, and one that has failed is opened anew.
 */
@Component
class Indexes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Indexes.class);

  /** How often they are looked after: what a crash makes the next start catch up with. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Indexes that open at once. */
  private static final int OPENING = 2;

  /** Changes whose removals are told for those replicas that have yet to hear of them. */
  private static final long TOLD_TO_OTHERS = 100_000;

  private final IndexStores stores;
  private final CollectionRepository collections;
  private final ItemRepository items;
  private final TransactionTemplate transaction;
  private final Replicas replicas;
  private final Set<OpenCollection> tended = ConcurrentHashMap.newKeySet();

  /** Those that were opened again from their files after a failure. */
  private final Set<LiveIndex> reopened = ConcurrentHashMap.newKeySet();

  /** Generations that are not searched any more but by searches that began before. */
  private final Set<GenerationId> retired = ConcurrentHashMap.newKeySet();

  /** Engines elsewhere in which nothing is left over, as far as is known. */
  private final Set<Engine> swept = ConcurrentHashMap.newKeySet();

  private final CountDownLatch stop = new CountDownLatch(1);
  private final ExecutorService opening;
  private final Thread tending;

  Indexes(
      IndexStores stores,
      CollectionRepository collections,
      ItemRepository items,
      TransactionTemplate transaction,
      Replicas replicas) {
    this.stores = stores;
    this.collections = collections;
    this.items = items;
    this.transaction = transaction;
    this.replicas = replicas;
    this.opening =
        Executors.newFixedThreadPool(
            OPENING, Thread.ofPlatform().daemon().name("open-index-", 1).factory());
    this.tending = Thread.ofPlatform().daemon().name("tend-indexes").start(this::tend);
  }

  /** The index of a generation, not yet opened; what there is of it is taken up. */
  LiveIndex make(Engine engine, GenerationId generation, ModelVersion version) {
    int attempt = engine.isRemote() ? LiveIndex.NEWEST : stores.attempt(engine, generation);
    return new LiveIndex(new Generation(generation, version), attempt);
  }

  /** Opens an index of a collection in the background. */
  void open(OpenCollection collection, LiveIndex index) {
    open(collection, index, () -> {});
  }

  private void open(OpenCollection collection, LiveIndex index, Runnable whenReady) {
    opening.execute(() -> openNow(collection, index, whenReady));
  }

  /** Opens the index of a collection that has no items, which takes no time. */
  void openNow(OpenCollection collection) {
    openNow(collection, collection.searched(), () -> {});
  }

  private void openNow(OpenCollection collection, LiveIndex index, Runnable whenReady) {
    index.open(new Origin(collection, index, whenReady));
  }

  /** The record of a collection, for an index of it. */
  private final class Origin implements LiveIndex.Origin {
    private final OpenCollection collection;
    private final LiveIndex index;
    private final Runnable whenReady;

    Origin(OpenCollection collection, LiveIndex index, Runnable whenReady) {
      this.collection = collection;
      this.index = index;
      this.whenReady = whenReady;
    }

    @Override
    public VectorIndex engine() {
      Engine engine = collection.stored().engine();
      GenerationId generation = index.generation().id();
      if (index.attempt() == LiveIndex.NEWEST) {
        index.found(stores.attempt(engine, generation));
      }
      return stores.open(engine, generation, index.attempt());
    }

    @Override
    public long recorded() {
      return collections
          .there(collection.stored().number())
          .map(StoredCollection::sequence)
          .orElse(0L);
    }

    @Override
    public long last() {
      return collection.stored().sequence();
    }

    @Override
    public long forgotten() {
      return collections.forgotten(collection.stored().number());
    }

    @Override
    public List<ItemRepository.Numbered> changes(long after, long upTo, int limit) {
      return items.changesAfter(index.generation().id(), after, upTo, limit);
    }

    @Override
    public void exclusively(Runnable what) {
      collection.exclusively(what);
    }

    @Override
    public void ready() {
      whenReady.run();
    }
  }

  /** From now on a collection's indexes are looked after. */
  void tend(OpenCollection collection) {
    tended.add(collection);
  }

  /** A collection was dropped: its indexes go. */
  void forget(OpenCollection collection) {
    tended.remove(collection);
    collection.indexes().forEach(index -> discard(collection, index, () -> {}));
  }

  /** An index is about to be discarded: until it is closed, searches on it need its embeddings. */
  void retire(LiveIndex index) {
    retired.add(index.generation().id());
  }

  /** Whether a search may still need the embeddings of a generation. */
  boolean isNeeded(GenerationId generation) {
    return retired.contains(generation);
  }

  /**
   * Closes an index that is not wanted any more when the last search on it is over, and deletes its
   * files.
   *
   * @param then is run after that
   */
  void discard(OpenCollection collection, LiveIndex index, Runnable then) {
    reopened.remove(index);
    Engine engine = collection.stored().engine();
    index.close(() -> {
      try {
        if (index.attempt() != LiveIndex.NEWEST) {
          stores.delete(engine, index.generation().id(), index.attempt());
        }
      } catch (EngineAwayException e) {
        log.warn("an index of '{}' is deleted later: {}", collection.stored().name(), e.toString());
      } finally {
        if (engine.isRemote()) {
          swept.remove(engine);
        }
        retired.remove(index.generation().id());
        then.run();
      }
    });
  }

  private void discard(OpenCollection collection, LiveIndex index) {
    discard(collection, index, () -> {});
  }

  /** Makes the index that is searched anew from the record; the old one is searched until then. */
  void rebuild(OpenCollection collection) {
    Generation generation = collection.searched().generation();
    int attempt;
    try {
      attempt = stores.nextAttempt(collection.stored().engine(), generation.id());
    } catch (EngineAwayException e) {
      throw new BraidException(
          ProblemKind.UNAVAILABLE, "the engine of the collection does not answer; try again");
    }
    if (rebuild(collection, new LiveIndex(generation, attempt))) {
      log.info("the index of collection '{}' is rebuilt", collection.stored().name());
    }
  }

  private boolean rebuild(OpenCollection collection, LiveIndex after) {
    boolean isBegun = collection.beginRebuild(after);
    if (isBegun) {
      open(collection, after, () -> discard(collection, collection.takeOver(after)));
    }
    return isBegun;
  }

  private void tend() {
    try {
      while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        sweep();
        for (OpenCollection collection : tended) {
          try {
            tendOne(collection);
          } catch (EngineAwayException e) {
            log.debug("the index of a collection is looked after later", e);
          } catch (RuntimeException | Error e) {
            if (!collection.isDropped()) { // else it was just now
              log.error("the index of a collection is not looked after", e);
            }
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tendOne(OpenCollection collection) {
    if (collection.isDropped()) {
      return;
    }
    collection
        .rebuilt()
        .filter(LiveIndex::isBroken)
        .ifPresent(index -> {
          collection.endRebuild();
          log.warn("the index of collection '{}' was not rebuilt", collection.stored().name());
          discard(collection, index);
        });
    collection.indexes().stream()
        .filter(LiveIndex::isBroken)
        .forEach(index -> openAnew(collection, index));
    persist(collection);
  }

  /**
   * From the same files where they may be sound, and from the record alone where they are damaged
   * or have failed twice. What others may search too is given up only where it is damaged, and goes
   * when another is ready.
   */
  private void openAnew(OpenCollection collection, LiveIndex broken) {
    boolean isSecond = reopened.remove(broken);
    boolean isRemote = collection.stored().engine().isRemote();
    boolean isFromRecord = broken.isDamaged() || (isSecond && !broken.isStarved() && !isRemote);
    int attempt = isFromRecord ? anotherAttempt(collection, broken) : broken.attempt();
    var after = new LiveIndex(broken.generation(), attempt, broken.isAway());
    if (!collection.replace(broken, after)) {
      return;
    }
    if (isFromRecord && isRemote) {
      open(collection, after, () -> discard(collection, broken));
    } else if (isFromRecord) {
      open(collection, after);
      discard(collection, broken);
    } else {
      reopened.add(after);
      broken.close(() -> open(collection, after));
    }
  }

  /** One that another replica has made meanwhile, which is why the index went; else a new one. */
  private int anotherAttempt(OpenCollection collection, LiveIndex broken) {
    Engine engine = collection.stored().engine();
    GenerationId generation = broken.generation().id();
    int newest = engine.isRemote() ? stores.attempt(engine, generation) : broken.attempt();
    return newest > broken.attempt() ? newest : stores.nextAttempt(engine, generation);
  }

  /**
   * Deletes what was left in engines elsewhere: by a process that was killed, or while the engine
   * was away. Once that is done it is done again when an index has been discarded.
   */
  private void sweep() {
    if (!replicas.isLeader()) {
      return;
    }
    for (Engine engine : stores.engines()) {
      if (engine.isRemote() && !swept.contains(engine)) {
        swept.add(engine);
        if (!stores.deleteUnneeded(engine, this::mayBeNeeded)) {
          swept.remove(engine);
        }
      }
    }
  }

  /** An attempt is needed unless a newer one answers searches; one of a generation that is not. */
  private boolean mayBeNeeded(IndexId id) {
    var generation = new GenerationId(id.collection(), id.generation());
    boolean isKnown =
        collections.there(id.collection()).isPresent()
            && !collections.unused(id.collection()).contains(generation);
    return isNeeded(generation)
        || (isKnown
            && tended.stream()
                .flatMap(collection -> collection.indexes().stream())
                .filter(index -> index.generation().id().equals(generation))
                .noneMatch(index -> index.isReady() && index.attempt() > id.attempt()))
        || tended.stream()
            .flatMap(collection -> collection.indexes().stream())
            .anyMatch(index ->
                index.generation().id().equals(generation) && index.attempt() == id.attempt());
  }

  private void persist(OpenCollection collection) {
    List<LiveIndex> before = collection.indexes();
    long known = collection.stored().sequence();
    boolean allReady = true;
    for (LiveIndex index : before) {
      allReady &= index.isReady();
      long persisted = index.persist();
      // What keeps nothing is filled from the record, in which removed items are not.
      known = collection.stored().engine().lasts() ? Math.min(known, persisted) : known;
    }
    if (replicas.areShared()) {
      known = Math.min(known, collection.stored().sequence() - TOLD_TO_OTHERS);
    }
    if (allReady && known > 0) {
      forgetRemovals(collection, before, known);
    }
  }

  /** An index that began to catch up meanwhile may have read what a removal removes. */
  private void forgetRemovals(OpenCollection collection, List<LiveIndex> before, long known) {
    collection.exclusively(() -> {
      if (collection.indexes().equals(before)) {
        transaction.executeWithoutResult(
            _ -> items.forgetRemovals(collection.stored().number(), known));
      }
    });
  }

  /** Persists and closes all of them. */
  @Override
  public void close() throws InterruptedException {
    stop.countDown(); // no interrupt, which would close files that are written
    tending.join();
    opening.shutdown();
    for (OpenCollection collection : tended) {
      for (LiveIndex index : collection.indexes()) {
        index.persist();
        index.close(() -> {});
      }
    }
  }
}
