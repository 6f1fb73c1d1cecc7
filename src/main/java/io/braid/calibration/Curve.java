package io.braid.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How much likelier a score is of a match than of another item, by score; it never falls as scores
 * rise.
 */
public final class Curve {
  /** Deviations by which matches are assumed to score above others. */
  private static final int ASSUMED_LIFT = 3;

  /** Deviations below the others' mean, and above the matches', where the assumed curve ends. */
  private static final int ASSUMED_REACH = 3;

  /** Deviations from one edge of its bins to the next. */
  private static final double ASSUMED_STEP = 1.0 / 8;

  private final List<Double> edges;
  private final double[] ratios;

  /** Mean ratio of others' scores up to each bin. */
  private final double[] ratiosBelow;

  /**
   * Source: pool-adjacent-violators, Ayer et al., "An Empirical Distribution Function for Sampling
   * with Incomplete Information" (1955).
   *
   * @param matches probability of each bin among matches
   * @param others probability of each bin among others, above 0
   */
  Curve(List<Double> edges, double[] matches, double[] others) {
    this.edges = edges;
    this.ratios = isotonic(matches, others);
    this.ratiosBelow = new double[ratios.length];
    double sum = 0;
    double weight = 0;
    for (int bin = 0; bin < ratios.length; bin++) {
      sum += others[bin] * ratios[bin];
      weight += others[bin];
      ratiosBelow[bin] = sum / weight;
    }
  }

  /** As if others scored normally about a mean, and matches three deviations above them. */
  static Curve assumed(double mean, double deviation) {
    int numEdges = (int) ((ASSUMED_LIFT + 2 * ASSUMED_REACH) / ASSUMED_STEP);
    var edges = new ArrayList<Double>();
    var matches = new double[numEdges + 1];
    var others = new double[numEdges + 1];
    for (int bin = 0; bin <= numEdges; bin++) {
      double z = bin * ASSUMED_STEP - ASSUMED_REACH; // of others, at the middle of the bin
      matches[bin] = Math.exp(-(z - ASSUMED_LIFT) * (z - ASSUMED_LIFT) / 2);
      others[bin] = Math.exp(-z * z / 2);
      if (bin < numEdges) {
        edges.add(mean + deviation * (z + ASSUMED_STEP / 2));
      }
    }
    double scale = DoubleStream.of(others).sum();
    return new Curve(
        edges,
        DoubleStream.of(matches).map(density -> density / scale).toArray(),
        DoubleStream.of(others).map(density -> density / scale).toArray());
  }

  /** Bins that are pooled until their ratios rise. */
  private record Pool(double matches, double others, int bins) {
    double ratio() {
      return matches / others;
    }

    Pool with(Pool next) {
      return new Pool(matches + next.matches, others + next.others, bins + next.bins);
    }
  }

  private static double[] isotonic(double[] matches, double[] others) {
    var pools = new ArrayList<Pool>();
    for (int bin = 0; bin < matches.length; bin++) {
      var pool = new Pool(matches[bin], others[bin], 1);
      while (!pools.isEmpty() && pools.getLast().ratio() >= pool.ratio()) {
        pool = pools.removeLast().with(pool);
      }
      pools.add(pool);
    }
    var ratios = new double[matches.length];
    int bin = 0;
    for (Pool pool : pools) {
      for (int i = 0; i < pool.bins(); i++) {
        ratios[bin++] = pool.ratio();
      }
    }
    return ratios;
  }

  /** P(score | match) / P(score | another item), at least 0. */
  public double ratio(double score) {
    return ratios[ScoreSample.bin(edges, score)];
  }

  /** The mean ratio of other items whose score is not above the bin of this one. */
  public double meanRatioUpTo(double score) {
    return ratiosBelow[ScoreSample.bin(edges, score)];
  }

  /**
   * A point of the curve, for people to look at.
   *
   * @param score from which on the ratio holds
   */
  public record Point(double score, double ratio) {}

  /** Where the curve rises. */
  public List<Point> points() {
    var points = new ArrayList<Point>();
    for (int bin = 1; bin < ratios.length; bin++) {
      if (ratios[bin] > ratios[bin - 1]) {
        points.add(new Point(edges.get(bin - 1), ratios[bin]));
      }
    }
    return points;
  }
}
