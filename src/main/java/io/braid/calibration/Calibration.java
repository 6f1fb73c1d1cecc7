package io.braid.calibration;

import io.braid.calibration.Pair.Relation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Curve} for every pair of subsets. Where a pair was seen rarely its scores are mixed with
 * those of pairs of the same sizes with as many modalities in common, and these with those of all
 * pairs: as if {@value #LEANING} matches of each had been drawn from there. Scores of others are
 * mixed in the same proportion, so that where a pair has seen nothing its curve is theirs. Pairs of
 * equal subsets, where a match is the same vector twice, tell nothing of other pairs.
 */
public final class Calibration {
  /** Matches of a pair that weigh as much as what pairs like it say. */
  private static final double LEANING = 10;

  /** Added to each bin of all pairs together: no score is impossible. */
  private static final double PSEUDO_COUNT = 0.5;

  /** Fewest matches of all pairs from which curves are made. */
  private static final int MIN_MATCHES = 50;

  private final ScoreCounts counts;
  private final Curve pooled;
  private final Map<Relation, Curve> related = new HashMap<>();
  private final Map<Pair, Curve> curves = new HashMap<>();

  /**
   * @param counts with fewer than {@value #MIN_MATCHES} matches there is one curve alone, which
   *     takes matches to score three deviations above others
   */
  public Calibration(ScoreCounts counts) {
    this.counts = counts;
    if (!isMeasured()) {
      this.pooled = Curve.assumed(counts.mean(), counts.deviation());
      return;
    }
    var all = new Histograms(counts.bins());
    var byRelation = new HashMap<Relation, Histograms>();
    for (ScoreCounts.OfPair of : counts.pairs()) {
      if (!of.pair().isSame()) {
        all.add(of);
      }
      byRelation.computeIfAbsent(of.pair().relation(), _ -> new Histograms(counts.bins())).add(of);
    }
    Densities pooledDensities = all.densities();
    this.pooled = pooledDensities.curve(counts.edges());
    var densities = new HashMap<Relation, Densities>();
    byRelation.forEach((relation, histograms) -> {
      Densities of = histograms.leaningOn(pooledDensities);
      densities.put(relation, of);
      related.put(relation, of.curve(counts.edges()));
    });
    for (ScoreCounts.OfPair of : counts.pairs()) {
      var histograms = new Histograms(counts.bins());
      histograms.add(of);
      Densities like = densities.getOrDefault(of.pair().relation(), pooledDensities);
      curves.put(of.pair(), histograms.leaningOn(like).curve(counts.edges()));
    }
  }

  /** Whether its curves are made of matches that were seen. */
  public boolean isMeasured() {
    return counts.numMatches() >= MIN_MATCHES;
  }

  public ScoreCounts counts() {
    return counts;
  }

  /** Whether a pair, or pairs like it, were seen; else {@link #curve} is that of all pairs. */
  public boolean knows(Pair pair) {
    return curves.containsKey(pair) || related.containsKey(pair.relation());
  }

  /** Of a pair, or of those like it, or of all. */
  public Curve curve(Pair pair) {
    Curve own = curves.get(pair);
    return own != null ? own : related.getOrDefault(pair.relation(), pooled);
  }

  /** Of all pairs together. */
  public Curve pooled() {
    return pooled;
  }

  /** Probabilities of bins. */
  private record Densities(double[] matches, double[] others) {
    Curve curve(List<Double> edges) {
      return new Curve(edges, matches, others);
    }
  }

  private static final class Histograms {
    private final double[] matches;
    private final double[] others;

    Histograms(int bins) {
      this.matches = new double[bins];
      this.others = new double[bins];
    }

    void add(ScoreCounts.OfPair of) {
      for (int bin = 0; bin < matches.length; bin++) {
        matches[bin] += of.matches().get(bin);
        others[bin] += of.others().get(bin);
      }
    }

    Densities densities() {
      return new Densities(
          normalized(Arrays.stream(matches).map(n -> n + PSEUDO_COUNT).toArray()),
          normalized(Arrays.stream(others).map(n -> n + PSEUDO_COUNT).toArray()));
    }

    /**
     * Where no other was seen the pair's own histogram says nothing, however many matches it has.
     */
    Densities leaningOn(Densities like) {
      double number = Arrays.stream(matches).sum();
      double own = Arrays.stream(others).sum() == 0 ? 0 : number / (number + LEANING);
      return new Densities(
          mixed(own, normalized(matches), like.matches()),
          mixed(own, normalized(others), like.others()));
    }

    private static double[] mixed(double part, double[] own, double[] like) {
      var mixed = new double[own.length];
      Arrays.setAll(mixed, bin -> part * own[bin] + (1 - part) * like[bin]);
      return mixed;
    }

    private static double[] normalized(double[] counts) {
      double sum = Math.max(1, Arrays.stream(counts).sum());
      return Arrays.stream(counts).map(count -> count / sum).toArray();
    }
  }
}
