package io.braid.calibration;

import io.braid.calibration.Pair.Relation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * A {@link Curve} for every pair of subsets: how often matches score as rarely as others do. Where
 * a pair was seen rarely its matches are mixed with those of pairs of the same sizes with as many
 * modalities in common, and these with those of all pairs: as if {@value #LEANING} matches of each
 * had been drawn from there. Pairs of equal subsets, where a match is the same vector twice, tell
 * nothing of other pairs.
 */
public final class Calibration {
  /** Matches of a pair that weigh as much as what pairs like it say. */
  private static final double LEANING = 20;

  /** Fewest matches of unequal subsets, and fewest samples, of which curves are made. */
  private static final int MIN_MATCHES = 50;

  private static final int MIN_SAMPLES = 25;

  /** Added to the others of each bin, so that none is impossible. */
  private static final double PSEUDO_COUNT = 1;

  private final ScoreCounts counts;
  private final Curve pooled;
  private final Map<Pair, Curve> curves = new HashMap<>();

  /**
   * @param counts of fewer than {@value #MIN_MATCHES} matches or {@value #MIN_SAMPLES} samples
   *     there is one curve alone, which takes matches to score three deviations above others
   */
  public Calibration(ScoreCounts counts) {
    this.counts = counts;
    if (!isMeasured()) {
      this.pooled = Curve.assumed(counts.mean(), counts.deviation());
      return;
    }
    int bins = counts.pairs().stream().mapToInt(of -> of.matches().size()).max().orElse(1);
    bins = Math.max(bins, counts.all().matches().size());
    double[] all = normalized(histogram(counts.all(), bins));
    this.pooled = curve(counts.all(), all);
    var related = new HashMap<Relation, double[]>();
    for (ScoreCounts.OfPair of : counts.pairs()) {
      double[] histogram = histogram(of, bins);
      related.merge(of.pair().relation(), histogram, Calibration::sum);
    }
    for (ScoreCounts.OfPair of : counts.pairs()) {
      double[] like = related.getOrDefault(of.pair().relation(), new double[bins]);
      if (DoubleStream.of(like).sum() > 0) {
        double[] own = histogram(of, bins);
        curves.put(of.pair(), curve(of, leaning(own, leaning(like, all))));
      }
    }
  }

  /** Whether its curves are made of matches that were seen. */
  public boolean isMeasured() {
    return counts.samples() >= MIN_SAMPLES && counts.all().numMatches() >= MIN_MATCHES;
  }

  public ScoreCounts counts() {
    return counts;
  }

  /** Whether matches of a pair, or of pairs like it, were seen; else it has the pooled curve. */
  public boolean knows(Pair pair) {
    return curves.containsKey(pair);
  }

  /** Of a pair, or of all. */
  public Curve curve(Pair pair) {
    return curves.getOrDefault(pair, pooled);
  }

  /** Of all pairs of unequal subsets together. */
  public Curve pooled() {
    return pooled;
  }

  /** Matches by bin; with few others the last bin has those of all that are rarer. */
  private static double[] histogram(ScoreCounts.OfPair of, int bins) {
    var histogram = new double[bins];
    for (int bin = 0; bin < of.matches().size(); bin++) {
      histogram[bin] = of.matches().get(bin);
    }
    return histogram;
  }

  private static double[] sum(double[] a, double[] b) {
    var sum = new double[a.length];
    Arrays.setAll(sum, bin -> a[bin] + b[bin]);
    return sum;
  }

  private static double[] normalized(double[] counts) {
    double sum = Math.max(1, DoubleStream.of(counts).sum());
    return DoubleStream.of(counts).map(count -> count / sum).toArray();
  }

  /**
   * @param matches counts by bin
   * @param like probabilities of bins
   * @return probabilities of bins
   */
  private static double[] leaning(double[] matches, double[] like) {
    double number = DoubleStream.of(matches).sum() + LEANING;
    var mixed = new double[like.length];
    Arrays.setAll(mixed, bin -> (matches[bin] + LEANING * like[bin]) / number);
    return mixed;
  }

  /**
   * @param matches probabilities of bins, maybe more than the pair can tell apart
   */
  private static Curve curve(ScoreCounts.OfPair of, double[] matches) {
    int last = of.edges().size();
    double[] told = Arrays.copyOf(matches, last + 1);
    for (int bin = last + 1; bin < matches.length; bin++) {
      told[last] += matches[bin];
    }
    double[] others = of.others().stream().mapToDouble(n -> n + PSEUDO_COUNT).toArray();
    return new Curve(of.edges(), told, normalized(others));
  }
}
