package io.braid.retrieval;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.springframework.stereotype.Component;

/**
 * Some items of a collection by chance: those whose ids have the smallest hashes. So they are drawn
 * evenly whatever was changed how often, and the same of a collection that is restored elsewhere.
 */
@Component
class ItemSample {
  private final ItemRepository items;

  ItemSample(ItemRepository items) {
    this.items = items;
  }

  private record Hashed(long hash, String id) {
    static Hashed of(String id) {
      return new Hashed(mixed(id), id);
    }

    /** FNV-1a, and the last step of SplitMix64, which spreads what ids have in common. */
    private static long mixed(String id) {
      long hash = 0xcbf29ce484222325L;
      for (int i = 0; i < id.length(); i++) {
        hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
      }
      hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
      hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
      return hash ^ (hash >>> 31);
    }
  }

  /** So many at most, by id. */
  List<StoredItem> draw(GenerationId generation, int most) {
    var smallest = new PriorityQueue<Hashed>(Comparator.comparingLong(Hashed::hash).reversed());
    items.ids(
        generation,
        id -> {
          smallest.add(Hashed.of(id));
          if (smallest.size() > most) {
            smallest.remove();
          }
        });
    return items.find(generation, smallest.stream().map(Hashed::id).toList()).values().stream()
        .sorted(Comparator.comparing(item -> item.item().id()))
        .toList();
  }
}
