package io.braid.retrieval;

import io.braid.encoder.Vector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The mean vector of a collection's items: with it a query's mean score is known at once. */
@Component
class MeanVectors {
  /** Items that it is the mean of, at most. */
  private static final int ITEMS = 1024;

  /** Changes, as a part of the items, after which it is computed anew. */
  private static final double STALE = 0.05;

  private final ItemSample sample;
  private final Map<Key, Known> known = new ConcurrentHashMap<>();

  MeanVectors(ItemSample sample) {
    this.sample = sample;
  }

  private record Key(long collection, String target) {}

  /**
   * @param sequence number of the collection's last change then
   */
  private record Known(GenerationId generation, long sequence, long items, Vector mean) {
    boolean isOf(GenerationId searched, StoredCollection now) {
      return generation.equals(searched) && now.sequence() - sequence <= STALE * items;
    }
  }

  /** Of the vectors that a search of a target compares; not at unit length. */
  Optional<Vector> of(StoredCollection collection, GenerationId generation, String target) {
    var key = new Key(collection.number(), target);
    Known before = known.get(key);
    if (before != null && before.isOf(generation, collection)) {
      return Optional.of(before.mean());
    }
    List<Vector> vectors =
        sample.draw(collection, generation, ITEMS).stream()
            .flatMap(item -> Optional.ofNullable(item.embedded().vectors().get(target)).stream())
            .toList();
    if (vectors.isEmpty()) {
      return Optional.empty();
    }
    Vector mean = Vector.mean(vectors);
    known.put(key, new Known(generation, collection.sequence(), collection.items(), mean));
    return Optional.of(mean);
  }

  /** A collection was dropped. */
  void forget(long collection) {
    known.keySet().removeIf(key -> key.collection() == collection);
  }
}
