package io.braid.retrieval;

import io.braid.model.ModelService;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Brings an open collection up to what the database says: after a failure that may have been none,
 * and to what other replicas have made of it.
 */
@Component
class CollectionFollower implements OpenCollection.Follower {
  private final CollectionRepository collections;
  private final ReindexRepository reindexes;
  private final Indexes indexes;
  private final ModelService models;

  CollectionFollower(
      CollectionRepository collections,
      ReindexRepository reindexes,
      Indexes indexes,
      ModelService models) {
    this.collections = collections;
    this.reindexes = reindexes;
    this.indexes = indexes;
    this.models = models;
  }

  @Override
  public void follow(OpenCollection collection) {
    Optional<StoredCollection> now = collections.there(collection.stored().number());
    if (now.isEmpty()) {
      collection.markDropped();
      return;
    }
    LiveIndex searched = searched(collection, now.get());
    LiveIndex next = next(collection, now.get()).orElse(null);
    collection.indexes().stream()
        .filter(index -> index != searched && index != next)
        .filter(index -> collection.rebuilt().filter(index::equals).isEmpty())
        .forEach(index -> indexes.discard(collection, index));
    collection.adopt(now.get(), searched, next);
  }

  private LiveIndex searched(OpenCollection collection, StoredCollection now) {
    return Stream.of(Optional.of(collection.searched()), collection.next())
        .flatMap(Optional::stream)
        .filter(index -> isSearched(index, now))
        .findFirst()
        .orElseGet(() -> opened(collection, now, now.searched(), now.version()));
  }

  /** Whether it is the one to search; of engines of this process any is, of its generation. */
  private static boolean isSearched(LiveIndex index, StoredCollection now) {
    return index.generation().id().equals(now.searched())
        && (!now.engine().isRemote() || index.attempt() == now.attempt());
  }

  /** What makes the generation of a re-index that runs. */
  private Optional<LiveIndex> next(OpenCollection collection, StoredCollection now) {
    return reindexes
        .last(now.number())
        .filter(Reindex::isRunning)
        .map(reindex ->
            next(collection, reindex.generationId())
                .orElseGet(
                    () -> opened(collection, now, reindex.generationId(), reindex.version())));
  }

  private static Optional<LiveIndex> next(OpenCollection collection, GenerationId generation) {
    return collection.next().filter(index -> index.generation().id().equals(generation));
  }

  private LiveIndex opened(
      OpenCollection collection, StoredCollection now, GenerationId generation, int version) {
    LiveIndex made =
        indexes.make(now.engine(), generation, models.resolve(now.model(), Optional.of(version)));
    indexes.open(collection, made);
    return made;
  }
}
