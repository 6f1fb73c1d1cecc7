package io.braid.retrieval;

import io.braid.encoder.Vector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The mean vector of a collection's items: with it a query's mean score is known at once. */
@Component
class MeanVectors implements CollectionMemory {
  /** Most items that it is the mean of all of. */
  private static final int MAX_WHOLE = 10_000;

  /** Items by chance that it is the mean of, where there are more. */
  private static final int SAMPLED = 1024;

  /** Items that are read at once. */
  private static final int AT_ONCE = 1000;

  private final ItemSample sample;
  private final ItemRepository items;
  private final Map<Key, Known> known = new ConcurrentHashMap<>();

  MeanVectors(ItemSample sample, ItemRepository items) {
    this.sample = sample;
    this.items = items;
  }

  private record Key(long collection, String target) {}

  private record Known(AsOf asOf, Vector mean) {}

  /** Of the vectors that a search of a target compares; not at unit length. */
  Optional<Vector> of(StoredCollection collection, GenerationId generation, String target) {
    var key = new Key(collection.number(), target);
    Known before = known.get(key);
    if (before != null && before.asOf().holds(collection, generation)) {
      return Optional.of(before.mean());
    }
    Optional<Vector> mean =
        collection.items() <= MAX_WHOLE ? all(generation, target) : some(generation, target);
    mean.ifPresent(one -> known.put(key, new Known(AsOf.now(collection, generation), one)));
    return mean;
  }

  private Optional<Vector> all(GenerationId generation, String target) {
    double[] sum = {};
    long count = 0;
    String after = "";
    List<Map.Entry<String, Embedded>> page;
    do {
      page = items.embedded(generation, after, AT_ONCE);
      for (var item : page) {
        after = item.getKey();
        Optional<Vector> found = item.getValue().vector(target);
        if (found.isPresent()) {
          Vector vector = found.get();
          sum = count++ == 0 ? new double[vector.size()] : sum;
          for (int i = 0; i < sum.length; i++) {
            sum[i] += vector.get(i);
          }
        }
      }
    } while (page.size() == AT_ONCE);
    if (count == 0) {
      return Optional.empty();
    }
    var mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / count);
    }
    return Optional.of(Vector.of(mean));
  }

  private Optional<Vector> some(GenerationId generation, String target) {
    List<Vector> vectors =
        sample.draw(generation, SAMPLED).stream()
            .flatMap(item -> item.embedded().vector(target).stream())
            .toList();
    return vectors.isEmpty() ? Optional.empty() : Optional.of(Vector.mean(vectors));
  }

  @Override
  public void forget(long collection) {
    known.keySet().removeIf(key -> key.collection() == collection);
  }
}
