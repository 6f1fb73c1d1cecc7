package io.braid.embedding;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * How often each subset of modalities came. Those after the first {@value #MAX_SUBSETS} are counted
 * together: clients must not be able to fill memory with them.
 */
public final class SubsetCounts {
  /** What subsets are counted as that come too late. */
  public static final String OTHER = "other";

  private static final int MAX_SUBSETS = 64;

  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

  /**
   * Counts a subset.
   *
   * @return what it was counted as
   */
  public String add(String subset, long times) {
    String name = counts.containsKey(subset) || counts.size() < MAX_SUBSETS ? subset : OTHER;
    counts.computeIfAbsent(name, _ -> new AtomicLong()).addAndGet(times);
    return name;
  }

  /** Counts by subset. */
  public Map<String, Long> all() {
    return counts.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, subset -> subset.getValue().get()));
  }

  /** The name of a subset: its modalities in the order they are given, {@code gene+protein}. */
  public static String name(List<String> modalities) {
    return String.join("+", modalities);
  }
}
