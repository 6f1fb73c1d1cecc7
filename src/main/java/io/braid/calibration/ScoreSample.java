package io.braid.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Collects scores of matches and others, then counts them in bins that both of them fill. */
public final class ScoreSample {
  /** Parts of equal number into which matches are cut by some of the edges, and others by some. */
  private static final int PARTS = 30;

  /** Parts of the others' scores below further edges: few of them are as high as matches. */
  private static final double[] TAIL = {0.9, 0.99, 0.999, 0.9999, 0.99999};

  /** Of cosines of others, where there are none: that of random vectors of a hundred elements. */
  private static final double UNKNOWN_DEVIATION = 0.1;

  /** Edges lie half of this below a multiple of it, where a score's last bits change nothing. */
  private static final double ROUNDING = 1e-6;

  /** Most scores from which edges are told. */
  private static final int MAX_SORTED = 1_000_000;

  private static final class Scores {
    private final Growing matches = new Growing();
    private final Growing others = new Growing();
  }

  /** Numbers, of which there are millions. */
  private static final class Growing {
    private float[] numbers = new float[16];
    private int size;

    void add(double number) {
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
      }
      numbers[size++] = (float) number;
    }

    /** The first, and each so many after it. */
    DoubleStream every(int step) {
      return IntStream.iterate(0, i -> i < size, i -> i + step).mapToDouble(i -> numbers[i]);
    }
  }

  private final Map<Pair, Scores> scores = new LinkedHashMap<>();

  /** Notes the score of a sample's subset and its own stored form. */
  public void addMatch(Pair pair, double score) {
    of(pair).matches.add(score);
  }

  /** Notes the score of a sample's subset and the stored form of another. */
  public void addOther(Pair pair, double score) {
    of(pair).others.add(score);
  }

  private Scores of(Pair pair) {
    return scores.computeIfAbsent(pair, _ -> new Scores());
  }

  /** Counts what was noted so far. */
  public ScoreCounts count() {
    double[] others = some(of -> of.others);
    List<Double> edges = edges(some(of -> of.matches), others);
    var pairs = new ArrayList<ScoreCounts.OfPair>();
    scores.forEach((pair, of) ->
        pairs.add(
            new ScoreCounts.OfPair(
                pair, histogram(of.matches, edges), histogram(of.others, edges))));
    double mean = Arrays.stream(others).average().orElse(0);
    double variance =
        Arrays.stream(others).map(score -> (score - mean) * (score - mean)).average().orElse(0);
    return new ScoreCounts(
        edges, pairs, mean, variance > 0 ? Math.sqrt(variance) : UNKNOWN_DEVIATION);
  }

  /** Evenly some of the scores of all pairs, a million at most, ascending. */
  private double[] some(Function<Scores, Growing> part) {
    long all = scores.values().stream().mapToLong(of -> part.apply(of).size).sum();
    int step = (int) (all / MAX_SORTED + 1);
    return scores.values().stream()
        .flatMapToDouble(of -> part.apply(of).every(step))
        .sorted()
        .toArray();
  }

  private static List<Double> edges(double[] matches, double[] others) {
    var edges = DoubleStream.builder();
    for (double[] all : List.of(matches, others)) {
      for (int i = 1; i < PARTS; i++) {
        quantile(all, (double) i / PARTS).forEach(edges);
      }
    }
    for (double tail : TAIL) {
      quantile(others, tail).forEach(edges);
    }
    return edges.build().sorted().distinct().boxed().toList();
  }

  private static DoubleStream quantile(double[] sorted, double part) {
    return sorted.length == 0
        ? DoubleStream.empty()
        : DoubleStream.of(justBelow(sorted[(int) (part * sorted.length)]));
  }

  /** So that the same score, but for its last bits, falls into the same bin. */
  private static double justBelow(double score) {
    return Math.floor(score / ROUNDING) * ROUNDING - ROUNDING / 2;
  }

  private static List<Integer> histogram(Growing scores, List<Double> edges) {
    var counts = new Integer[edges.size() + 1];
    Arrays.fill(counts, 0);
    scores.every(1).forEach(score -> counts[bin(edges, score)]++);
    return List.of(counts);
  }

  /** Number of edges at or below a score. */
  static int bin(List<Double> edges, double score) {
    int low = 0;
    int high = edges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (edges.get(middle) <= score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
