package io.braid.retrieval;

import io.braid.store.Replicas;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Deletes what no collection needs any more, a little at a time so that nobody waits: items of
 * dropped collections, and embeddings of generations that are not searched.
 */
@Component
class Leftovers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final CollectionRepository collections;
  private final ItemRepository items;
  private final Indexes indexes;
  private final Replicas replicas;
  private final Semaphore wakes = new Semaphore(1);
  private final Thread thread;

  Leftovers(
      CollectionRepository collections, ItemRepository items, Indexes indexes, Replicas replicas) {
    this.collections = collections;
    this.items = items;
    this.indexes = indexes;
    this.replicas = replicas;
    this.thread = Thread.ofPlatform().daemon().name("delete-leftovers").start(this::run);
  }

  /** There may be something to delete. */
  void wake() {
    wakes.release();
  }

  private void run() {
    try {
      while (true) {
        wakes.acquire();
        if (replicas.areShared()) {
          Thread.sleep(PAUSE); // searches of others may still need them
        }
        wakes.drainPermits();
        if (replicas.isLeader()) {
          delete();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete() throws InterruptedException {
    try {
      for (long number : collections.dropped()) {
        while (items.deleteItems(number) > 0) {
          Thread.sleep(1); // others write too
        }
        collections.delete(number);
      }
      for (StoredCollection collection : collections.all()) {
        for (GenerationId generation : collections.unused(collection.number())) {
          while (!indexes.isNeeded(generation) && items.deleteEmbeddings(generation) > 0) {
            Thread.sleep(1);
          }
        }
      }
    } catch (RuntimeException | Error e) {
      log.warn("what no collection needs any more stays for now", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
