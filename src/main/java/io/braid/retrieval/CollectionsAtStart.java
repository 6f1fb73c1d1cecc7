package io.braid.retrieval;

import io.braid.index.IndexId;
import io.braid.model.ModelService;
import io.braid.store.Replicas;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Opens the collections that are there when the service starts, goes on with what was under way,
 * and deletes what nobody needs any more.
 */
@Component
class CollectionsAtStart {
  /** What another replica restores is not given up before. */
  private static final Duration LONGEST_RESTORE = Duration.ofDays(1);

  private final CollectionRepository repository;
  private final ReindexRepository reindexes;
  private final OpenCollections collections;
  private final Indexes indexes;
  private final IndexStores stores;
  private final Reindexing reindexing;
  private final ModelService models;

  CollectionsAtStart(
      CollectionRepository repository,
      ReindexRepository reindexes,
      OpenCollections collections,
      Indexes indexes,
      IndexStores stores,
      Reindexing reindexing,
      SnapshotService snapshots,
      Leftovers leftovers,
      ModelService models,
      Replicas replicas) {
    this.repository = repository;
    this.reindexes = reindexes;
    this.collections = collections;
    this.indexes = indexes;
    this.stores = stores;
    this.reindexing = reindexing;
    this.models = models;
    collections.exclusively(() -> {
      openAll(replicas);
      snapshots.deleteOfDropped();
    });
    leftovers.wake();
    replicas.everySecond(() -> {
      collections.all().forEach(reindexing::goOn);
      leftovers.wake();
    });
  }

  private void openAll(Replicas replicas) {
    Instant now = Instant.now();
    repository.dropIncoming(replicas.areShared() ? now.minus(LONGEST_RESTORE) : now);
    repository.all().forEach(this::add);
    var kept = new HashSet<IndexId>();
    for (OpenCollection collection : collections.all()) {
      collection.indexes().forEach(index -> kept.add(Indexes.id(index)));
    }
    stores.deleteUnneeded(Engine.LUCENE, kept::contains); // before any is opened
    for (OpenCollection collection : collections.all()) {
      collection.indexes().forEach(index -> indexes.open(collection, index));
      reindexing.goOn(collection);
    }
  }

  private void add(StoredCollection stored) {
    OpenCollection collection = collections.add(stored);
    reindexes
        .last(stored.number())
        .filter(Reindex::isRunning)
        .ifPresent(reindex ->
            collection.begin(
                indexes.make(
                    stored.engine(),
                    reindex.generationId(),
                    models.resolve(stored.model(), Optional.of(reindex.version())))));
  }
}
