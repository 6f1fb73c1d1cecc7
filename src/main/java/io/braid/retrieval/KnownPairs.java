package io.braid.retrieval;

import io.braid.calibration.Pair;
import io.braid.calibration.ScoreCounts;
import io.braid.calibration.ScoreSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * What stored samples tell of scores: a subset of a sample against what is stored of it, or of
 * others. What is drawn is decided by a seed; one sequence of random numbers serves all calls, so
 * it depends on their order too.
 */
final class KnownPairs {
  /** Most matches that are drawn, but for {@link #MIN_OF_PAIR}. */
  private static final int MAX_MATCHES = 20_000;

  /** Matches of each pair of subsets that are drawn anyway. */
  private static final int MIN_OF_PAIR = 4;

  /**
   * Others that each query is compared with anyway. The more there are, the better is seen how
   * rarely one comes near by chance, which counts in a large collection.
   */
  private static final int MIN_OTHERS = 200;

  /** Most others that each query is compared with. */
  private static final int MAX_OTHERS = 1000;

  /** Multiplications that all comparisons may take, but for {@link #MIN_OTHERS}. */
  private static final long MAX_MULTIPLICATIONS = 2_000_000_000L;

  /** Most subsets of queries, and of items, that are drawn. */
  static final int MAX_SUBSETS = 64;

  private final List<List<String>> queries;
  private final List<List<String>> forms;
  private final Random random;

  /**
   * @param forms subsets that items of the collection have, the most common first
   */
  KnownPairs(List<KnownSample> samples, List<List<String>> forms, long seed) {
    this.random = new Random(seed);
    this.forms = forms.subList(0, Math.min(forms.size(), MAX_SUBSETS));
    var subsets = new TreeSet<List<String>>(Comparator.comparing(List<String>::toString));
    samples.forEach(sample -> subsets.addAll(sample.fusions().keySet()));
    var some = new ArrayList<>(subsets);
    Collections.shuffle(some, random);
    some.sort(Comparator.comparing(subset -> subset.size() > 1)); // single modalities first
    this.queries = List.copyOf(some.subList(0, Math.min(some.size(), MAX_SUBSETS)));
  }

  /** Subsets that ask. */
  List<List<String>> queries() {
    return queries;
  }

  /** Scores of pairs among some of the samples. */
  ScoreCounts count(List<KnownSample> among) {
    var scores = new ScoreSample();
    Map<List<String>, List<KnownSample>> having = new HashMap<>();
    for (List<String> form : forms) {
      having.put(form, among.stream().filter(sample -> sample.has(form)).toList());
    }
    int numPairs = Math.max(1, queries.size() * forms.size());
    int most = Math.max(MIN_OF_PAIR, MAX_MATCHES / numPairs);
    for (List<String> query : queries) {
      List<KnownSample> asking = among.stream().filter(sample -> sample.has(query)).toList();
      for (List<String> form : forms) {
        List<KnownSample> stored = having.getOrDefault(form, List.of());
        var pair = new Pair(query, form);
        for (KnownSample sample :
            draw(asking.stream().filter(one -> one.has(form)).toList(), most)) {
          scores.addMatch(pair, sample.fusion(query).dot(sample.fusion(form)));
        }
        List<KnownSample> others = draw(stored, maxOthers(asking));
        for (KnownSample sample : draw(asking, most)) {
          for (KnownSample other : others) {
            if (other != sample) {
              scores.addOther(pair, sample.fusion(query).dot(other.fusion(form)));
            }
          }
        }
      }
    }
    return scores.count(among.size());
  }

  private static int maxOthers(List<KnownSample> asking) {
    int dim = asking.isEmpty() ? 1 : asking.getFirst().dimension();
    return (int) Math.clamp(MAX_MULTIPLICATIONS / MAX_MATCHES / dim, MIN_OTHERS, MAX_OTHERS);
  }

  /** All of them, or so many of more; the same sample may be among these twice. */
  private List<KnownSample> draw(List<KnownSample> from, int most) {
    if (from.size() <= most) {
      return from;
    }
    var drawn = new ArrayList<KnownSample>();
    for (int i = 0; i < most; i++) {
      drawn.add(from.get(random.nextInt(from.size())));
    }
    return drawn;
  }
}
