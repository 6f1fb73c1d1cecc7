package io.braid.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last changes of an index, while they are few. Opening a searcher that shows a change costs
 * milliseconds of a core; so searches look at a few changes one by one, beside a searcher that does
 * not show them. Where changes come in crowds they are forgotten here, and the next search opens
 * one.
 */
final class RecentChanges {
  /** Of what is held, about. */
  private static final long MAX_BYTES = 4 << 20;

  private record Numbered(long number, Change change) {}

  private final int maxChanges;
  private final Map<String, Numbered> byId = new HashMap<>();
  private long bytes;

  /** Number of the last change. */
  private long last;

  /** Up to which change the current searcher shows all. */
  private long shown;

  /** Up to which change some are not held. */
  private long forgotten;

  /**
   * @param maxChanges how many are held, one an item
   */
  RecentChanges(int maxChanges) {
    this.maxChanges = maxChanges;
  }

  /** Changes that searchers show that are opened from now on. */
  synchronized void add(List<Change> changes) {
    for (Change change : changes) {
      last++;
      Numbered before = byId.put(change.id(), new Numbered(last, change));
      bytes += bytes(change) - (before == null ? 0 : bytes(before.change));
      if (byId.size() > maxChanges || bytes > MAX_BYTES) {
        byId.clear();
        bytes = 0;
        forgotten = last;
      }
    }
  }

  /** Of the heap, about: numbers of the vectors, names and values of the metadata. */
  private static long bytes(Change change) {
    if (!(change instanceof Change.Put(var entry))) {
      return 0;
    }
    long elements = entry.vectors().values().stream().mapToLong(vector -> vector.size()).sum();
    long metadata =
        entry.metadata().fields().entrySet().stream()
            .mapToLong(field -> field.getKey().length() + 64L * field.getValue().size())
            .sum();
    return Float.BYTES * elements + metadata;
  }

  synchronized long last() {
    return last;
  }

  /** A searcher has taken the place of the one before, opened when {@link #last} was this. */
  synchronized void shown(long number) {
    shown = number;
    byId.values().removeIf(each -> each.number <= number);
    bytes = byId.values().stream().mapToLong(each -> bytes(each.change)).sum();
  }

  /** Whether a searcher should be opened before changes are forgotten. */
  synchronized boolean areMany() {
    return byId.size() > maxChanges / 2 || bytes > MAX_BYTES / 2;
  }

  /**
   * Changes that a search must look at beside a searcher that is acquired after this call, the last
   * of each item; absent where it must open one first.
   *
   * @param wanted the change up to which it must see all
   */
  synchronized Optional<List<Change>> unseen(long wanted) {
    if (shown >= forgotten) {
      return Optional.of(byId.values().stream().map(Numbered::change).toList());
    }
    return shown >= wanted ? Optional.of(List.of()) : Optional.empty();
  }
}
