package io.braid.retrieval;

import io.braid.index.EngineAwayException;
import io.braid.store.Replicas;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks after the indexes that are open: what they hold is persisted now and then, one that has
 * failed is opened anew, and what is left over goes. Each engine has a thread, so that one that
 * does not answer holds up no other.
 */
@Component
class IndexTending implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IndexTending.class);

  /** How often they are looked after: what a crash makes the next start catch up with. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Rounds after which a remote engine is looked through for what is left over. */
  private static final int SWEEP = 120;

  /** Longest wait, at the end, for an engine that does not answer. */
  private static final Duration END = Duration.ofSeconds(5);

  /** Removals among the last so many changes stay in the record, for replicas that lag. */
  private static final long KEPT_FOR_REPLICAS = 100_000;

  private final Indexes indexes;
  private final ItemRepository items;
  private final TransactionTemplate transaction;
  private final Replicas replicas;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Tender> tenders;

  /** The thread that looks after the indexes of an engine. */
  private record Tender(Engine engine, Thread thread) {}

  IndexTending(
      Indexes indexes,
      IndexStores stores,
      ItemRepository items,
      TransactionTemplate transaction,
      Replicas replicas) {
    this.indexes = indexes;
    this.items = items;
    this.transaction = transaction;
    this.replicas = replicas;
    this.tenders =
        stores.engines().stream()
            .map(engine ->
                new Tender(
                    engine,
                    Thread.ofPlatform().daemon().name("tend-" + engine).start(() -> tend(engine))))
            .toList();
  }

  private void tend(Engine engine) {
    try {
      for (int round = 0; !stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS); round++) {
        if (round % SWEEP == 0) {
          indexes.mayHaveLeftovers(engine);
        }
        indexes.sweep(engine);
        for (OpenCollection collection : indexes.tended()) {
          if (collection.stored().engine() == engine) {
            tend(collection);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tend(OpenCollection collection) {
    try {
      if (!collection.isDropped()) {
        replaceBroken(collection);
        persist(collection);
      }
    } catch (EngineAwayException e) {
      log.debug("the index of a collection is looked after later", e);
    } catch (RuntimeException | Error e) {
      if (!collection.isDropped()) { // else it was just now
        log.error("the index of a collection is not looked after", e);
      }
    }
  }

  private void replaceBroken(OpenCollection collection) {
    collection
        .rebuilt()
        .filter(LiveIndex::isBroken)
        .ifPresent(index -> {
          collection.endRebuild();
          log.warn("the index of collection '{}' was not rebuilt", collection.stored().name());
          indexes.discard(collection, index);
        });
    collection.indexes().stream()
        .filter(LiveIndex::isBroken)
        .forEach(index -> indexes.openAnew(collection, index));
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
      known = Math.min(known, collection.stored().sequence() - KEPT_FOR_REPLICAS);
    }
    if (allReady && known > 0) {
      forgetRemovals(collection, before, known);
    }
  }

  /**
   * Forgets removals up to a number, unless an index was opened meanwhile: it may have read an item
   * before its removal.
   */
  private void forgetRemovals(OpenCollection collection, List<LiveIndex> before, long known) {
    collection.exclusively(() -> {
      if (collection.indexes().equals(before)) {
        transaction.executeWithoutResult(
            _ -> items.forgetRemovals(collection.stored().number(), known));
      }
    });
  }

  /** Returns when none is looked after any more, but for those of engines that do not answer. */
  @Override
  public void close() throws InterruptedException {
    stop.countDown(); // no interrupt, which would close files that are written
    for (Tender tender : tenders) {
      if (tender.engine().isRemote()) {
        tender.thread().join(END);
      } else {
        tender.thread().join();
      }
    }
  }
}
