package io.braid.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Collects scores of matches and others, then counts those of each pair in bins by how rare a score
 * is among the others of that pair.
 */
public final class ScoreSample {
  /** Parts of the others that reach the edges of bins. */
  private static final List<Double> RARITIES =
      List.of(
          0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 7e-3,
          5e-3, 3e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5);

  /** If more others than these share the highest bin, as equal ones do, one more is above them. */
  private static final int MAX_HIGHEST = 10;

  private static final Pair ALL = new Pair(List.of(), List.of());

  /** Of cosines of others, where there are none: that of random vectors of a hundred elements. */
  private static final double UNKNOWN_DEVIATION = 0.1;

  /** Of cosines; more than the last bits in which two sums of the same differ. */
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

    double[] sorted() {
      return every(1).sorted().toArray();
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

  /**
   * Counts what was noted so far.
   *
   * @param samples how many samples the matches are of
   */
  public ScoreCounts count(int samples) {
    var pairs = new ArrayList<ScoreCounts.OfPair>();
    scores.forEach((pair, of) -> {
      if (of.others.size > 0) {
        pairs.add(counted(pair, of.matches.sorted(), of.others.sorted()));
      }
    });
    double[] matches = ofUnequal(of -> of.matches);
    double[] others = ofUnequal(of -> of.others);
    double mean = Arrays.stream(others).average().orElse(0);
    double variance =
        Arrays.stream(others).map(score -> (score - mean) * (score - mean)).average().orElse(0);
    return new ScoreCounts(
        pairs,
        counted(ALL, matches, others),
        samples,
        mean,
        variance > 0 ? Math.sqrt(variance) : UNKNOWN_DEVIATION);
  }

  /** Evenly some of the scores of all pairs of unequal subsets, a million at most, ascending. */
  private double[] ofUnequal(Function<Scores, Growing> part) {
    List<Growing> all =
        scores.entrySet().stream()
            .filter(entry -> !entry.getKey().isSame() || entry.getKey().equals(ALL))
            .map(entry -> part.apply(entry.getValue()))
            .toList();
    int step = (int) (all.stream().mapToLong(one -> one.size).sum() / MAX_SORTED + 1);
    return all.stream().flatMapToDouble(one -> one.every(step)).sorted().toArray();
  }

  /**
   * @param matches ascending
   * @param others ascending
   */
  private static ScoreCounts.OfPair counted(Pair pair, double[] matches, double[] others) {
    var edges = new ArrayList<Double>();
    for (double rarity : RARITIES) {
      int reaching = (int) (rarity * others.length);
      if (reaching > 0) {
        edges.add(justBelow(others[others.length - reaching]));
      }
    }
    if (others.length > MAX_HIGHEST
        && bin(edges, others[others.length - 1 - MAX_HIGHEST]) == edges.size()) {
      edges.add(justBelow(others[others.length - 1]) + 2 * ROUNDING); // just above
    }
    return new ScoreCounts.OfPair(pair, edges, histogram(matches, edges), histogram(others, edges));
  }

  /** So that the same score, but for its last bits, falls into the same bin. */
  private static double justBelow(double score) {
    return Math.floor(score / ROUNDING) * ROUNDING - ROUNDING / 2;
  }

  private static List<Integer> histogram(double[] scores, List<Double> edges) {
    var counts = new Integer[edges.size() + 1];
    Arrays.fill(counts, 0);
    for (double score : scores) {
      counts[bin(edges, score)]++;
    }
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
