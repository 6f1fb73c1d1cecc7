package io.braid.evaluation;

import io.braid.dataset.Presence;
import io.braid.embedding.SubsetCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The subsets of modalities that a version has seen in training, by its lineage. */
final class TrainedSubsets {
  /** Part of the traffic from which a subset is common, and samples from which that is told. */
  private static final double COMMON = 0.01;

  private static final long ENOUGH = 100;

  private final Map<String, Long> bySubset = new LinkedHashMap<>();

  /** Whether training left modalities out of what a sample has. */
  private final boolean drewSubsets;

  TrainedSubsets(Map<String, Object> lineage) {
    if (lineage.get("presence") instanceof Map<?, ?> presence) {
      presence.forEach((subset, samples) -> {
        if (samples instanceof Number number) {
          bySubset.put(subset.toString(), number.longValue());
        }
      });
    }
    this.drewSubsets =
        isAboveZero(lineage, "subset_views") || isAboveZero(lineage, "modality_dropout");
  }

  private static boolean isAboveZero(Map<String, Object> lineage, String key) {
    return lineage.get(key) instanceof Number number && number.doubleValue() > 0;
  }

  Map<String, Long> bySubset() {
    return bySubset;
  }

  /** A line for each subset that is common in traffic and was never trained on. */
  List<String> warnings(Map<String, Long> traffic) {
    long all = traffic.values().stream().mapToLong(Long::longValue).sum();
    var warnings = new ArrayList<String>();
    if (bySubset.isEmpty() || all < ENOUGH) {
      return warnings;
    }
    traffic.forEach((subset, samples) -> {
      if (samples >= COMMON * all && isUnseen(subset)) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "%.1f %% of the samples have %s alone, which %s; train with subset_views, or on"
                    + " such samples",
                100.0 * samples / all,
                subset,
                bySubset.size() < Presence.MAX_SUBSETS
                    ? "no training sample had"
                    : "is not among the %d subsets most common in training"
                        .formatted(bySubset.size())));
      }
    });
    return warnings;
  }

  /** Samples of subsets that were never trained on; 0 where it is not known which were. */
  long unseen(Map<String, Long> traffic) {
    return bySubset.isEmpty()
        ? 0
        : traffic.entrySet().stream()
            .filter(subset -> isUnseen(subset.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
  }

  private boolean isUnseen(String subset) {
    return !subset.equals(SubsetCounts.OTHER) && !isSeen(subset);
  }

  private boolean isSeen(String subset) {
    Set<String> names = Set.of(subset.split("\\+"));
    return bySubset.containsKey(subset)
        || (drewSubsets
            && bySubset.keySet().stream()
                .anyMatch(trained -> List.of(trained.split("\\+")).containsAll(names)));
  }
}
