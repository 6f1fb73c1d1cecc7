package io.braid.dataset;

import io.braid.modality.IntVector;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.IntToLongFunction;

/**
 * How many samples have which subset of modalities.
 *
 * @param bySubset the most common first; a subset as {@code gene+protein}, in schema order
 */
public record Presence(Map<String, Long> bySubset) {
  /** Subsets that are told; of more, the most common. */
  public static final int MAX_SUBSETS = 1000;

  public Presence {
    bySubset = Collections.unmodifiableMap(new LinkedHashMap<>(bySubset));
  }

  /** Of all samples of a dataset. */
  public static Presence of(StoredDataset dataset) {
    return of(dataset, IntVector.range(dataset.size()), sample -> present(dataset, sample));
  }

  /**
   * Of some samples, with what modal sparsity has left of them.
   *
   * @param kept bits of the modalities that a sample has
   */
  public static Presence of(StoredDataset dataset, IntVector samples, IntToLongFunction kept) {
    var counts = new HashMap<Long, Long>();
    samples.stream().forEach(sample -> counts.merge(kept.applyAsLong(sample), 1L, Long::sum));
    counts.remove(0L);
    var bySubset = new LinkedHashMap<String, Long>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<Long, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MAX_SUBSETS)
        .forEach(subset -> bySubset.put(name(dataset, subset.getKey()), subset.getValue()));
    return new Presence(bySubset);
  }

  private static long present(StoredDataset dataset, int sample) {
    long bits = 0;
    for (int m = 0; m < dataset.schema().size(); m++) {
      bits |= dataset.isPresent(sample, m) ? 1L << m : 0;
    }
    return bits;
  }

  private static String name(StoredDataset dataset, long bits) {
    var name = new StringJoiner("+");
    for (int m = 0; m < dataset.schema().size(); m++) {
      if ((bits >> m & 1) == 1) {
        name.add(dataset.schema().names().get(m));
      }
    }
    return name.toString();
  }
}
