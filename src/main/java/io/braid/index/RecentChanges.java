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
  /** Elements of the vectors that are held, together: 4 MiB. */
  private static final long MOST_ELEMENTS = 1 << 20;

  private record Numbered(long number, Change change) {}

  private final int most;
  private final Map<String, Numbered> byId = new HashMap<>();
  private long elements;

  /** Number of the last change. */
  private long last;

  /** Up to which change the current searcher shows all. */
  private long shown;

  /** Up to which change some are not held. */
  private long forgotten;

  /**
   * @param most how many changes are held, one an item
   */
  RecentChanges(int most) {
    this.most = most;
  }

  /** Changes that searchers show that are opened from now on. */
  synchronized void add(List<Change> changes) {
    for (Change change : changes) {
      last++;
      elements += elements(change);
      byId.put(change.id(), new Numbered(last, change));
      if (byId.size() > most || elements > MOST_ELEMENTS) {
        byId.clear();
        elements = 0;
        forgotten = last;
      }
    }
  }

  private static long elements(Change change) {
    return change instanceof Change.Put(var entry)
        ? entry.vectors().values().stream().mapToLong(vector -> vector.size()).sum()
        : 0;
  }

  synchronized long last() {
    return last;
  }

  /** A searcher has taken the place of the one before, opened when {@link #last} was this. */
  synchronized void shown(long number) {
    shown = number;
    byId.values().removeIf(each -> each.number <= number);
    elements = byId.values().stream().mapToLong(each -> elements(each.change)).sum();
  }

  /** Whether a searcher should be opened before changes are forgotten. */
  synchronized boolean areMany() {
    return byId.size() > most / 2 || elements > MOST_ELEMENTS / 2;
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
