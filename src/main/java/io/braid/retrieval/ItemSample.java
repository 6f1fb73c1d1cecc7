package io.braid.retrieval;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.springframework.stereotype.Component;

/** Some items of a collection by chance, the same ones while it does not change. */
@Component
class ItemSample {
  private static final long SEED = 43;

  private final ItemRepository items;

  ItemSample(ItemRepository items) {
    this.items = items;
  }

  /**
   * All items where there are no more than so many, by id; else so many draws by the numbers of
   * changes, of which some come to the same item.
   */
  List<StoredItem> draw(StoredCollection collection, GenerationId generation, int most) {
    if (collection.items() <= most) {
      return items.list(generation, "", most);
    }
    var ids = new LinkedHashSet<String>();
    var random = new Random(SEED);
    for (int i = 0; i < most; i++) {
      long after = random.nextLong(collection.sequence());
      items.nextAfter(generation, after).ifPresent(ids::add);
    }
    return items.find(generation, ids).values().stream()
        .sorted(Comparator.comparing(item -> item.item().id()))
        .toList();
  }
}
