package io.braid.retrieval;

import io.braid.index.Filter;
import io.braid.index.Metadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** About what part of a collection's items a filter lets through, told by some of them. */
@Component
class FilterShare implements CollectionMemory {
  private static final int ITEMS = 1024;

  private final ItemSample sample;
  private final Map<Long, Known> known = new ConcurrentHashMap<>();

  FilterShare(ItemSample sample) {
    this.sample = sample;
  }

  private record Seen(List<String> present, Metadata metadata) {}

  private record Known(AsOf asOf, List<Seen> items) {}

  /** 0 to 1; never 0, for what passes may not be among those that are looked at. */
  double of(StoredCollection collection, GenerationId generation, Filter filter) {
    Known now = known.get(collection.number());
    if (now == null || !now.asOf().holds(collection, generation)) {
      now = read(collection, generation);
      known.put(collection.number(), now);
    }
    long passing =
        now.items().stream().filter(item -> filter.test(item.present(), item.metadata())).count();
    return (passing + 1.0) / (now.items().size() + 1);
  }

  private Known read(StoredCollection collection, GenerationId generation) {
    List<Seen> items =
        sample.draw(generation, ITEMS).stream()
            .map(item ->
                new Seen(
                    item.embedded().present(),
                    Metadata.of(Json.MAPPER.readTree(item.item().metadata()))))
            .toList();
    return new Known(AsOf.now(collection, generation), items);
  }

  @Override
  public void forget(long collection) {
    known.remove(collection);
  }
}
