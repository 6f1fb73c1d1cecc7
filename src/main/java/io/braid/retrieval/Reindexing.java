package io.braid.retrieval;

import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.Replicas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Re-indexes collections in the background: embeds every stored sample with another version into a
 * new generation, and searches that once it has them all. What was done stands in the database, so
 * a run that was cut off goes on where it was.
 */
@Component
class Reindexing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reindexing.class);

  /** Samples that are embedded at once. */
  private static final int AT_ONCE = 64;

  /** Failures one after the other, after which it is given up. */
  private static final int MAX_FAILURES = 5;

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final CollectionRepository collections;
  private final ReindexRepository reindexes;
  private final ItemRepository items;
  private final IndexAttempts attempts;
  private final Indexes indexes;
  private final Embedder embedder;
  private final Leftovers leftovers;
  private final ModelService models;
  private final TransactionTemplate transaction;
  private final Replicas replicas;

  /** Generations that this process makes. */
  private final Set<GenerationId> underway = ConcurrentHashMap.newKeySet();

  private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
  private final ExecutorService runs =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("re-index-", 1).factory());

  Reindexing(
      CollectionRepository collections,
      ReindexRepository reindexes,
      ItemRepository items,
      IndexAttempts attempts,
      Indexes indexes,
      Embedder embedder,
      Leftovers leftovers,
      ModelService models,
      TransactionTemplate transaction,
      Replicas replicas) {
    this.collections = collections;
    this.reindexes = reindexes;
    this.items = items;
    this.attempts = attempts;
    this.indexes = indexes;
    this.embedder = embedder;
    this.leftovers = leftovers;
    this.models = models;
    this.transaction = transaction;
    this.replicas = replicas;
  }

  /** A collection's last re-index; 404 where it never had one. */
  Reindex last(OpenCollection collection) {
    return reindexes
        .last(collection.stored().number())
        .orElseThrow(() ->
            new BraidException(
                ProblemKind.NOT_FOUND,
                "collection '%s' was never re-indexed".formatted(collection.stored().name())));
  }

  /** Items that a re-index has embedded so far. */
  long done(Reindex reindex) {
    return !reindex.isRunning() ? reindex.done() : items.embeddings(reindex.generationId());
  }

  /**
   * Begins to re-index a collection.
   *
   * @param idempotencyKey the same key with the same version gives the run that it began
   */
  Reindex begin(OpenCollection collection, int version, Optional<String> idempotencyKey) {
    return models.whileUnchanged(() ->
        collection.exclusively(() ->
            idempotencyKey
                .flatMap(key -> earlier(collection, version, key))
                .orElseGet(() -> beginNew(collection, version, idempotencyKey))));
  }

  private Optional<Reindex> earlier(OpenCollection collection, int version, String key) {
    Optional<Reindex> earlier = reindexes.find(collection.stored().number(), key);
    if (earlier.isPresent() && earlier.get().version() != version) {
      throw conflict(
          "Idempotency-Key '%s' was used for version %d".formatted(key, earlier.get().version()));
    }
    return earlier;
  }

  private Reindex beginNew(
      OpenCollection collection, int version, Optional<String> idempotencyKey) {
    StoredCollection stored = collection.stored();
    ModelVersion by = resolve(stored, version);
    if (collection.next().isPresent()) {
      throw conflict(
          "collection '%s' is being re-indexed; cancel that first".formatted(stored.name()));
    }
    items
        .withoutSample(stored.number())
        .ifPresent(id -> {
          throw conflict(
              ("collection '%s' has items that came as embeddings, such as '%s', which no other"
                      + " version can embed; delete them, or put them with their modalities")
                  .formatted(stored.name(), id));
        });
    Reindex begun =
        Objects.requireNonNull(
            transaction.execute(_ -> {
              var reindex =
                  new Reindex(
                      stored.number(),
                      collections.nextGeneration(stored.number()),
                      stored.version(),
                      version,
                      Reindex.State.RUNNING,
                      Optional.empty(),
                      idempotencyKey,
                      now(),
                      Optional.empty(),
                      0,
                      0);
              reindexes.insert(reindex);
              attempts.begin(reindex.generationId());
              return reindex;
            }));
    LiveIndex next = indexes.make(collection.stored().engine(), begun.generationId(), by);
    collection.begin(next);
    indexes.open(collection, next);
    log.info("collection '{}' is re-indexed with version {}", stored.name(), version);
    goOn(collection);
    return begun;
  }

  private ModelVersion resolve(StoredCollection stored, int version) {
    try {
      return models.resolve(stored.model(), Optional.of(version));
    } catch (BraidException e) {
      throw BraidException.invalid(List.of(new Fault("/version", String.valueOf(e.getMessage()))));
    }
  }

  /**
   * Runs the re-index that a collection has begun, in the background, in the replica that leads.
   */
  void goOn(OpenCollection collection) {
    collection
        .next()
        .map(LiveIndex::generation)
        .filter(generation -> replicas.isLeader() && underway.add(generation.id()))
        .ifPresent(generation -> runs.execute(() -> runOnce(collection, generation)));
  }

  private void runOnce(OpenCollection collection, Generation generation) {
    try {
      run(collection, generation);
    } finally {
      underway.remove(generation.id());
    }
  }

  private void run(OpenCollection collection, Generation generation) {
    int failures = 0;
    boolean isOver = false;
    while (!isOver && !runs.isShutdown() && replicas.isLeader()) {
      try {
        isOver = !embedAll(collection, generation) || finish(collection, generation);
        failures = 0;
        if (!isOver) {
          pause();
        }
      } catch (InterruptedException e) {
        return; // the service stops; the next start goes on
      } catch (RuntimeException | Error e) {
        boolean isForGood = e instanceof BraidException b && b.kind() == ProblemKind.INVALID;
        if (collection.isDropped() || runs.isShutdown()) {
          return;
        }
        if (!isForGood) {
          log.warn(
              "a re-index of collection '{}' fails, and is tried again",
              collection.stored().name(),
              e);
        }
        if (isForGood || ++failures == MAX_FAILURES) {
          fail(collection, generation, String.valueOf(e.getMessage()));
          return;
        }
        pause();
      }
    }
  }

  /** Embeds what the generation has nothing of; false where it is given up. */
  private boolean embedAll(OpenCollection collection, Generation generation) {
    String after = "";
    while (!runs.isShutdown()) {
      List<StoredItem> some = items.withoutEmbedding(generation.id(), after, AT_ONCE);
      if (some.isEmpty()) {
        return true;
      }
      List<Embedded> embedded =
          embedder.embed(
              generation.version(),
              collection.stored().keep(),
              some.stream().map(Reindexing::raw).toList(),
              embedder.inTurn());
      if (!collection.putNext(generation, some, embedded)) {
        return false;
      }
      after = some.getLast().item().id();
    }
    return false;
  }

  private static NewItem raw(StoredItem stored) {
    Item item = stored.item();
    return new NewItem(
        item.id(),
        "item '" + item.id() + "': /modalities",
        item.metadata(),
        new NewItem.Raw(item.sample().orElseThrow()));
  }

  /** Searches the generation from now on; false where it does not yet have all items. */
  private boolean finish(OpenCollection collection, Generation generation)
      throws InterruptedException {
    Optional<LiveIndex> next = collection.next(generation);
    while (next.isPresent()
        && !next.get().isReady()
        && !collection.isDropped()
        && !runs.isShutdown()) {
      Thread.sleep(20);
      next = collection.next(generation);
    }
    next.ifPresent(LiveIndex::persist);
    return collection.exclusively(() -> {
      StoredCollection stored = collection.stored();
      if (collection.next(generation).isEmpty()) {
        return true; // given up
      }
      if (items.embeddings(generation.id()) != stored.items()) {
        return false;
      }
      indexes.retire(collection.searched());
      LiveIndex before = collection.switchToNext(now -> switched(now, generation));
      indexes.discard(collection, before, leftovers::wake);
      log.info(
          "collection '{}' is searched with version {} now",
          stored.name(),
          generation.version().version());
      return true;
    });
  }

  private StoredCollection switched(StoredCollection stored, Generation generation) {
    var switched =
        stored.switched(
            generation, attempts.searched(generation.id()), items.bytes(generation.id()));
    transaction.executeWithoutResult(_ -> {
      collections.switchTo(switched);
      end(stored, generation, Reindex.State.SUCCEEDED, Optional.empty());
    });
    return switched;
  }

  /** Gives a running re-index up, for good; the old version is searched on. */
  void fail(OpenCollection collection, Generation generation, String why) {
    giveUp(collection, generation, Reindex.State.FAILED, Optional.of(why));
  }

  /** Stops a running re-index; 409 where none runs. */
  Reindex cancel(OpenCollection collection) {
    Reindex last = last(collection);
    LiveIndex next =
        collection
            .next()
            .filter(_ -> last.isRunning())
            .orElseThrow(
                () -> conflict("no re-index runs; the last one is %s".formatted(last.state())));
    giveUp(collection, next.generation(), Reindex.State.CANCELLED, Optional.empty());
    return last(collection);
  }

  private void giveUp(
      OpenCollection collection, Generation generation, Reindex.State state, Optional<String> why) {
    collection.exclusively(() -> {
      collection
          .next(generation)
          .ifPresent(next -> {
            end(collection.stored(), generation, state, why);
            collection.giveUpNext();
            indexes.discard(collection, next, leftovers::wake);
            log.info(
                "the re-index of collection '{}' has {}{}",
                collection.stored().name(),
                state == Reindex.State.FAILED ? "failed: " : "been cancelled",
                why.orElse(""));
          });
    });
  }

  private void end(
      StoredCollection collection,
      Generation generation,
      Reindex.State state,
      Optional<String> why) {
    transaction.executeWithoutResult(
        _ -> reindexes.end(collection, generation.id(), state, why, now()));
  }

  private Instant now() {
    return clock.instant();
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static BraidException conflict(String message) {
    return new BraidException(ProblemKind.CONFLICT, message);
  }

  /** Stops what runs; the next start goes on with it. */
  @Override
  public void close() throws InterruptedException {
    runs.shutdown(); // no interrupt, which would close files that an index writes
    runs.awaitTermination(10, TimeUnit.SECONDS);
  }
}
