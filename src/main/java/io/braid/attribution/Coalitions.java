package io.braid.attribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The coalitions whose values tell what each player contributes: all of them for up to {@value
 * #MOST_EXACT} players, those of some random orders of the players for more.
 *
 * <p>Source: Shapley, "A Value for n-Person Games" (1953); orders in pairs, each with its reverse,
 * after Mitchell et al., "Sampling Permutations for Shapley Value Estimation" (arXiv:2104.12199).
 */
public final class Coalitions {
  /** Most players whose every coalition is valued. */
  public static final int MOST_EXACT = 8;

  /** Orders that are drawn for more players; as many are their reverses. */
  private static final int ORDERS = 16;

  /** The same coalitions for the same number of players, so that a question has one answer. */
  private static final long SEED = 43;

  private final List<String> players;
  private final List<Set<String>> all;

  /** Numbers of the coalitions of the first 0, 1, 2… players of each order; empty where exact. */
  private final List<List<Integer>> chains;

  /** The orders of the chains, by numbers of players. */
  private final List<List<Integer>> orders;

  private Coalitions(
      List<String> players,
      List<Set<String>> all,
      List<List<Integer>> orders,
      List<List<Integer>> chains) {
    this.players = players;
    this.all = List.copyOf(all);
    this.orders = orders;
    this.chains = chains;
  }

  public static Coalitions of(List<String> players) {
    return players.size() <= MOST_EXACT ? exact(players) : sampled(players);
  }

  /** The number of a coalition has bit i where player i is in it. */
  private static Coalitions exact(List<String> players) {
    var all = new ArrayList<Set<String>>();
    for (int members = 0; members < 1 << players.size(); members++) {
      var coalition = new LinkedHashSet<String>();
      for (int i = 0; i < players.size(); i++) {
        if ((members >> i & 1) == 1) {
          coalition.add(players.get(i));
        }
      }
      all.add(Collections.unmodifiableSet(coalition));
    }
    return new Coalitions(players, all, List.of(), List.of());
  }

  private static Coalitions sampled(List<String> players) {
    var random = new Random(SEED);
    var orders = new ArrayList<List<Integer>>();
    for (int drawn = 0; drawn < ORDERS; drawn++) {
      var order = new ArrayList<Integer>();
      for (int i = 0; i < players.size(); i++) {
        order.add(i);
      }
      Collections.shuffle(order, random);
      orders.add(List.copyOf(order));
      orders.add(List.copyOf(order.reversed()));
    }
    var numbers = new LinkedHashMap<Set<String>, Integer>();
    var chains = new ArrayList<List<Integer>>();
    Set<String> everyone = Set.copyOf(players);
    for (List<Integer> order : orders) {
      var chain = new ArrayList<Integer>();
      for (int length = 0; length < players.size(); length++) {
        var coalition = new LinkedHashSet<String>();
        order.subList(0, length).forEach(player -> coalition.add(players.get(player)));
        chain.add(numbers.computeIfAbsent(Set.copyOf(coalition), _ -> numbers.size()));
      }
      chains.add(chain);
    }
    int last = numbers.size();
    numbers.put(everyone, last);
    chains.forEach(chain -> chain.add(last));
    return new Coalitions(players, List.copyOf(numbers.keySet()), orders, chains);
  }

  /** Those to be valued: that of nobody first, that of all players last. */
  public List<Set<String>> all() {
    return all;
  }

  /**
   * What each player contributes.
   *
   * @param value of coalition i of {@link #all}
   */
  public Shares shares(IntToDoubleFunction value) {
    double[] values = IntStream.range(0, all.size()).mapToDouble(value).toArray();
    return chains.isEmpty() ? exactShares(values) : sampledShares(values);
  }

  /** Of player i: the sum over coalitions S without i of |S|! (n-|S|-1)! / n! (v(S+i) - v(S)). */
  private Shares exactShares(double[] values) {
    int n = players.size();
    var shares = new LinkedHashMap<String, Double>();
    for (int i = 0; i < n; i++) {
      double share = 0;
      for (int members = 0; members < values.length; members++) {
        if ((members >> i & 1) == 0) {
          share +=
              weight(Integer.bitCount(members), n) * (values[members | 1 << i] - values[members]);
        }
      }
      shares.put(players.get(i), share);
    }
    return new Shares(shares, Map.of());
  }

  /** size! (n-size-1)! / n!, which is 1 / (n C(n-1,size)). */
  private static double weight(int size, int n) {
    double weight = 1.0 / n;
    for (int i = 0; i < size; i++) {
      weight *= (i + 1.0) / (n - 1 - i);
    }
    return weight;
  }

  /** Means over orders; their standard errors over the pairs of an order and its reverse. */
  private Shares sampledShares(double[] values) {
    var shares = new LinkedHashMap<String, Double>();
    var errors = new LinkedHashMap<String, Double>();
    for (int player = 0; player < players.size(); player++) {
      double sum = 0;
      double squares = 0;
      for (int pair = 0; pair < ORDERS; pair++) {
        double of =
            (contribution(player, 2 * pair, values) + contribution(player, 2 * pair + 1, values))
                / 2;
        sum += of;
        squares += of * of;
      }
      double mean = sum / ORDERS;
      double variance = Math.max(0, squares / ORDERS - mean * mean) * ORDERS / (ORDERS - 1);
      shares.put(players.get(player), mean);
      errors.put(players.get(player), Math.sqrt(variance / ORDERS));
    }
    return new Shares(shares, errors);
  }

  private double contribution(int player, int order, double[] values) {
    int place = orders.get(order).indexOf(player);
    List<Integer> chain = chains.get(order);
    return values[chain.get(place + 1)] - values[chain.get(place)];
  }
}
