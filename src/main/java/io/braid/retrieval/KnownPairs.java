package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Pair;
import io.braid.calibration.Posterior;
import io.braid.calibration.Reliability;
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
import java.util.stream.IntStream;

/**
 * What stored samples tell of scores: a subset of a sample against what is stored of it, or of
 * others. Which pairs are drawn is decided by a seed.
 */
final class KnownPairs {
  /** Most matches that are drawn, and fewest of each pair of subsets. */
  private static final int MATCHES = 20_000;

  private static final int FEWEST_OF_PAIR = 4;

  /** Others that each query is compared with. */
  private static final int OTHERS = 60;

  /** Most subsets of queries, and of items, that are drawn. */
  static final int MOST_SUBSETS = 64;

  /** Queries by which the calibration is tried. */
  private static final int TRIED = 2000;

  /** Hits of each of them that are looked at. */
  private static final int HITS = 10;

  private final List<KnownSample> samples;
  private final List<List<String>> queries;
  private final List<List<String>> forms;
  private final Random random;

  /**
   * @param forms subsets that items of the collection have, the most common first
   */
  KnownPairs(List<KnownSample> samples, List<List<String>> forms, long seed) {
    this.samples = List.copyOf(samples);
    this.random = new Random(seed);
    this.forms = forms.subList(0, Math.min(forms.size(), MOST_SUBSETS));
    var subsets = new TreeSet<List<String>>(Comparator.comparing(List<String>::toString));
    samples.forEach(sample -> subsets.addAll(sample.fusions().keySet()));
    var some = new ArrayList<>(subsets);
    Collections.shuffle(some, random);
    some.sort(Comparator.comparing(subset -> subset.size() > 1)); // single modalities first
    this.queries = List.copyOf(some.subList(0, Math.min(some.size(), MOST_SUBSETS)));
  }

  /** Scores of all of them. */
  ScoreCounts count() {
    return count(samples);
  }

  private ScoreCounts count(List<KnownSample> among) {
    var scores = new ScoreSample();
    Map<List<String>, List<KnownSample>> having = new HashMap<>();
    for (List<String> form : forms) {
      having.put(form, among.stream().filter(sample -> sample.has(form)).toList());
    }
    int numPairs = Math.max(1, queries.size() * forms.size());
    int most = Math.max(FEWEST_OF_PAIR, MATCHES / numPairs);
    for (List<String> query : queries) {
      List<KnownSample> asking = among.stream().filter(sample -> sample.has(query)).toList();
      for (List<String> form : forms) {
        List<KnownSample> stored = having.getOrDefault(form, List.of());
        var pair = new Pair(query, form);
        for (KnownSample sample :
            draw(asking.stream().filter(one -> one.has(form)).toList(), most)) {
          scores.addMatch(pair, sample.fusion(query).dot(sample.fusion(form)));
        }
        List<KnownSample> others = draw(stored, OTHERS);
        for (KnownSample sample : draw(asking, most)) {
          for (KnownSample other : others) {
            if (other != sample) {
              scores.addOther(pair, sample.fusion(query).dot(other.fusion(form)));
            }
          }
        }
      }
    }
    return scores.count();
  }

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

  /**
   * How well confidences come true of samples that they are not made of: each half of the samples
   * is tried with the scores of the other half, among all samples as they are stored.
   */
  Reliability reliability() {
    var hits = new Reliability.Sample();
    for (int half = 0; half < 2; half++) {
      var calibration = new Calibration(count(half(1 - half)));
      List<KnownSample> tried = half(half);
      for (int i = 0; i < TRIED / 2 && !tried.isEmpty(); i++) {
        KnownSample sample = tried.get(random.nextInt(tried.size()));
        tryOut(calibration, sample, hits);
      }
    }
    return hits.measure();
  }

  private List<KnownSample> half(int half) {
    var of = new ArrayList<KnownSample>();
    for (int i = half; i < samples.size(); i += 2) {
      of.add(samples.get(i));
    }
    return of;
  }

  /** Asks by some subset of a sample, which is stored with all or some of what it has. */
  private void tryOut(Calibration calibration, KnownSample sample, Reliability.Sample hits) {
    List<List<String>> subsets = queries.stream().filter(sample::has).toList();
    List<String> query = subsets.get(random.nextInt(subsets.size()));
    List<String> stored =
        random.nextBoolean() ? sample.modalities() : subsets.get(random.nextInt(subsets.size()));
    var ratios = new ArrayList<Double>();
    int own = -1;
    for (KnownSample other : samples) {
      boolean isOwn = other == sample;
      own = isOwn ? ratios.size() : own;
      List<String> form = isOwn ? stored : other.modalities();
      double score = sample.fusion(query).dot(other.fusion(form));
      ratios.add(calibration.curve(new Pair(query, form)).ratio(score));
    }
    List<Double> told = Posterior.probabilities(ratios, 0);
    int match = own;
    IntStream.range(0, told.size())
        .boxed()
        .sorted(Comparator.comparing(told::get).reversed())
        .limit(HITS)
        .forEach(i -> hits.add(told.get(i), i == match));
  }
}
