package io.braid.retrieval;

import io.braid.index.EngineAwayException;
import io.braid.index.IndexId;
import io.braid.index.VectorIndex;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.Replicas;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Opens the indexes of collections in the background, makes them anew, and closes them. */
@Component
class Indexes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Indexes.class);

  /** Indexes of an engine that open at once. */
  private static final int OPENING = 2;

  /** How long another replica may take to make an index anew. */
  private static final Duration LONGEST_REBUILD = Duration.ofDays(2);

  /** How long an index stays that other replicas may still search. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final IndexStores stores;
  private final IndexAttempts attempts;
  private final CollectionRepository collections;
  private final ItemRepository items;
  private final TransactionTemplate transaction;
  private final Replicas replicas;
  private final Set<OpenCollection> all = ConcurrentHashMap.newKeySet();

  /** Those that were opened again from their files after a failure. */
  private final Set<LiveIndex> reopened = ConcurrentHashMap.newKeySet();

  /** Generations that are not searched any more but by searches that began before. */
  private final Set<GenerationId> retired = ConcurrentHashMap.newKeySet();

  /** Remote engines in which something may be left over. */
  private final Set<Engine> unswept = ConcurrentHashMap.newKeySet();

  /** The last attempt that was given in this process, at an index of its own. */
  private final AtomicInteger lastAttempt = new AtomicInteger(IndexAttempts.FIRST);

  /** Of each engine, so that one that does not answer holds up no other. */
  private final Map<Engine, ScheduledExecutorService> background = new EnumMap<>(Engine.class);

  Indexes(
      IndexStores stores,
      IndexAttempts attempts,
      CollectionRepository collections,
      ItemRepository items,
      TransactionTemplate transaction,
      Replicas replicas) {
    this.stores = stores;
    this.attempts = attempts;
    this.collections = collections;
    this.items = items;
    this.transaction = transaction;
    this.replicas = replicas;
    for (Engine engine : Engine.values()) {
      background.put(
          engine,
          Executors.newScheduledThreadPool(
              OPENING, Thread.ofPlatform().daemon().name("index-" + engine + "-", 1).factory()));
    }
  }

  /** The index of a generation, not yet opened; what there is of it is taken up. */
  LiveIndex make(Engine engine, GenerationId generation, ModelVersion version) {
    int attempt =
        engine.isRemote()
            ? attempts.searched(generation)
            : stores.newestAttempt(engine, generation);
    return new LiveIndex(new Generation(generation, version), attempt);
  }

  /** Opens an index of a collection in the background. */
  void open(OpenCollection collection, LiveIndex index) {
    open(collection, index, () -> {});
  }

  private void open(OpenCollection collection, LiveIndex index, Runnable whenReady) {
    inBackground(collection.stored().engine(), () -> openNow(collection, index, whenReady));
  }

  private void inBackground(Engine engine, Runnable what) {
    Objects.requireNonNull(background.get(engine)).execute(what);
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
    public VectorIndex openIndex() {
      Engine engine = collection.stored().engine();
      return stores.open(engine, id(index));
    }

    @Override
    public long recordedSequence() {
      return collections
          .there(collection.stored().number())
          .map(StoredCollection::sequence)
          .orElse(0L);
    }

    @Override
    public long knownSequence() {
      return collection.stored().sequence();
    }

    @Override
    public long forgottenSequence() {
      return collections.forgotten(collection.stored().number());
    }

    @Override
    public long begunAt() {
      return collection.stored().engine().isRemote()
          ? attempts.begunAt(index.generation().id(), index.attempt())
          : 0;
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
    public void caughtUp() {
      whenReady.run();
    }
  }

  /** From now on a collection's indexes are looked after. */
  void tend(OpenCollection collection) {
    all.add(collection);
  }

  /** Collections whose indexes are looked after. */
  Set<OpenCollection> tended() {
    return Collections.unmodifiableSet(all);
  }

  /** A collection was dropped: its indexes go. */
  void forget(OpenCollection collection) {
    all.remove(collection);
    collection.indexes().forEach(index -> discard(collection, index));
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
   * Closes an index that is not wanted any more when the last search on it is over, and deletes
   * what there is of it: in a remote engine by and by.
   *
   * @param then is run after that
   */
  void discard(OpenCollection collection, LiveIndex index, Runnable then) {
    reopened.remove(index);
    Engine engine = collection.stored().engine();
    index.close(() -> {
      if (engine.isRemote()) {
        Objects.requireNonNull(background.get(engine))
            .schedule(
                () -> delete(engine, index, then),
                replicas.areShared() ? GRACE.toMillis() : 0,
                TimeUnit.MILLISECONDS);
      } else {
        delete(engine, index, then);
      }
    });
  }

  private void delete(Engine engine, LiveIndex index, Runnable then) {
    IndexId id = id(index);
    try {
      stores.delete(engine, id);
    } catch (EngineAwayException e) {
      mayHaveLeftovers(engine);
      log.warn("engine {}: index {} is deleted later: {}", engine, id, e.getMessage());
    } catch (RuntimeException e) {
      mayHaveLeftovers(engine);
      log.warn("engine {}: index {} stays for now", engine, id, e);
    } finally {
      retired.remove(index.generation().id());
      then.run();
    }
  }

  void discard(OpenCollection collection, LiveIndex index) {
    discard(collection, index, () -> {});
  }

  /** Makes the index that is searched anew from the record; the old one is searched until then. */
  void rebuild(OpenCollection collection) {
    Generation generation = collection.searched().generation();
    Engine engine = collection.stored().engine();
    try {
      int attempt = reserveEmptyAttempt(engine, generation.id());
      if (rebuild(collection, new LiveIndex(generation, attempt))) {
        log.info("the index of collection '{}' is being rebuilt", collection.stored().name());
      }
    } catch (EngineAwayException e) {
      throw new BraidException(
          ProblemKind.UNAVAILABLE, "the engine of the collection does not answer; try again");
    }
  }

  private boolean rebuild(OpenCollection collection, LiveIndex after) {
    boolean isBegun = collection.beginRebuild(after);
    if (isBegun) {
      open(
          collection,
          after,
          () ->
              discard(
                  collection, collection.takeOver(after, () -> markSearched(collection, after))));
    }
    return isBegun;
  }

  /** An attempt that was never made before; nothing is there of it. */
  private int reserveEmptyAttempt(Engine engine, GenerationId generation) {
    if (!engine.isRemote()) {
      int newest = stores.newestAttempt(engine, generation);
      return lastAttempt.updateAndGet(last -> Math.max(last, newest) + 1);
    }
    int next = attempts.reserve(generation);
    stores.delete(engine, id(generation, next)); // what a restored record does not know of
    return next;
  }

  /** Notes that an index is searched from now on; false where by now a later attempt is. */
  private boolean markSearched(OpenCollection collection, LiveIndex after) {
    return !collection.stored().engine().isRemote()
        || Boolean.TRUE.equals(
            transaction.execute(_ -> attempts.switchTo(after.generation().id(), after.attempt())));
  }

  /**
   * Puts another in the place of a broken one: of the same files where they may be sound, and of
   * the record alone where they are damaged or have failed twice. What others may search too is
   * given up only where it is damaged, and goes when another is ready.
   */
  void openAnew(OpenCollection collection, LiveIndex broken) {
    boolean isSecond = reopened.remove(broken);
    Engine engine = collection.stored().engine();
    LiveIndex.Failure failure = broken.failure().orElseThrow();
    boolean isFromRecord =
        switch (failure) {
          case DAMAGED -> true;
          case AWAY, NO_ROOM -> false;
          case OTHER -> isSecond && !engine.isRemote();
        };
    int attempt = isFromRecord ? anotherAttempt(engine, broken) : broken.attempt();
    var after = new LiveIndex(broken.generation(), attempt, failure == LiveIndex.Failure.AWAY);
    if (!collection.replace(
        broken, after, () -> !isFromRecord || markSearched(collection, after))) {
      return;
    }
    if (isFromRecord && engine.isRemote()) {
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
  private int anotherAttempt(Engine engine, LiveIndex broken) {
    GenerationId generation = broken.generation().id();
    int searched = engine.isRemote() ? attempts.searched(generation) : broken.attempt();
    return searched > broken.attempt() ? searched : reserveEmptyAttempt(engine, generation);
  }

  /** Something may be left over in an engine, which {@link #sweep} is to look for. */
  void mayHaveLeftovers(Engine engine) {
    unswept.add(engine);
  }

  /** Deletes what was left in a remote engine, if anything may be. */
  void sweep(Engine engine) {
    if (engine.isRemote() && replicas.isLeader() && unswept.remove(engine)) {
      if (!stores.deleteUnneeded(engine, this::mayBeNeeded)) {
        unswept.add(engine);
      }
    }
  }

  /**
   * The attempt that is searched is needed where its generation is, and so is one that another
   * replica may be making; whatever is open here is, too.
   */
  private boolean mayBeNeeded(IndexId id) {
    GenerationId generation = GenerationId.of(id);
    if (isNeeded(generation) || isOpen(id)) {
      return true;
    }
    boolean isGenerationNeeded =
        collections.there(id.collection()).isPresent()
            && !collections.unused(id.collection()).contains(generation);
    int searched = attempts.searched(generation);
    return isGenerationNeeded
        && (id.attempt() == searched
            || (replicas.areShared()
                && id.attempt() > searched
                && attempts.isBegunAfter(
                    generation, id.attempt(), Instant.now().minus(LONGEST_REBUILD))));
  }

  private boolean isOpen(IndexId id) {
    return all.stream()
        .flatMap(collection -> collection.indexes().stream())
        .anyMatch(index -> id(index).equals(id));
  }

  /** What there is of an index. */
  static IndexId id(LiveIndex index) {
    return id(index.generation().id(), index.attempt());
  }

  private static IndexId id(GenerationId generation, int attempt) {
    return new IndexId(generation.collection(), generation.number(), attempt);
  }

  /** Closes all of them; those of this process persist what they hold. */
  @Override
  public void close() {
    background.values().forEach(ExecutorService::shutdown);
    for (OpenCollection collection : all) {
      for (LiveIndex index : collection.indexes()) {
        if (!collection.stored().engine().isRemote()) {
          index.persist(); // another is asked at the next start how far it is
        }
        index.close(() -> {});
      }
    }
  }
}
