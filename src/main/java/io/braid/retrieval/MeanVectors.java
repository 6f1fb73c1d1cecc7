package io.braid.retrieval;

import io.braid.encoder.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The mean vector of a collection's items: with it a query's mean score is known at once. */
@Component
class MeanVectors {
  /** Most items that it is the mean of all of. */
  private static final int ALL = 10_000;

  /** Items by chance that it is the mean of, where there are more. */
  private static final int SOME = 1024;

  /** Items that are read at once. */
  private static final int AT_ONCE = 1000;

  /** Changes, as a part of the items, after which it is computed anew. */
  private static final double STALE = 0.05;

  private final ItemSample sample;
  private final ItemRepository items;
  private final Map<Key, Known> known = new ConcurrentHashMap<>();

  MeanVectors(ItemSample sample, ItemRepository items) {
    this.sample = sample;
    this.items = items;
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
        (collection.items() <= ALL ? all(generation) : some(collection, generation))
            .flatMap(embedded -> Optional.ofNullable(embedded.vectors().get(target)).stream())
            .toList();
    if (vectors.isEmpty()) {
      return Optional.empty();
    }
    Vector mean = Vector.mean(vectors);
    known.put(key, new Known(generation, collection.sequence(), collection.items(), mean));
    return Optional.of(mean);
  }

  private Stream<Embedded> all(GenerationId generation) {
    var all = new ArrayList<Embedded>();
    String after = "";
    List<Map.Entry<String, Embedded>> page;
    do {
      page = items.embedded(generation, after, AT_ONCE);
      for (var item : page) {
        all.add(item.getValue());
        after = item.getKey();
      }
    } while (page.size() == AT_ONCE);
    return all.stream();
  }

  private Stream<Embedded> some(StoredCollection collection, GenerationId generation) {
    return sample.draw(collection, generation, SOME).stream().map(StoredItem::embedded);
  }

  /** A collection was dropped. */
  void forget(long collection) {
    known.keySet().removeIf(key -> key.collection() == collection);
  }
}
