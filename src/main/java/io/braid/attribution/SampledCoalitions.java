package io.braid.attribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The coalitions that arise where players come one after the other, in some random orders.
 *
 * <p>Source: orders in pairs, each with its reverse, after Mitchell et al., "Sampling Permutations
 * for Shapley Value Estimation" (arXiv:2104.12199).
 *
 * @param chains an order and its reverse, in turn
 */
record SampledCoalitions(List<String> players, List<Set<String>> all, List<Chain> chains)
    implements Coalitions {
  /** Orders that are drawn; as many are their reverses. */
  private static final int ORDERS = 16;

  /** The same coalitions for the same number of players, so that a question has one answer. */
  private static final long SEED = 43;

  /**
   * Players that come in an order.
   *
   * @param order numbers of the players
   * @param coalitions numbers of the coalitions of the first 0, 1, 2… of them
   */
  record Chain(List<Integer> order, List<Integer> coalitions) {
    Chain {
      order = List.copyOf(order);
      coalitions = List.copyOf(coalitions);
    }

    /** What a player adds to those before him. */
    double contribution(int player, double[] values) {
      int place = order.indexOf(player);
      return values[coalitions.get(place + 1)] - values[coalitions.get(place)];
    }
  }

  static SampledCoalitions of(List<String> players) {
    List<List<Integer>> orders = orders(players.size());
    var numbers = new LinkedHashMap<Set<String>, Integer>();
    for (List<Integer> order : orders) {
      for (int length = 0; length < players.size(); length++) {
        numbers.putIfAbsent(first(length, order, players), numbers.size());
      }
    }
    numbers.put(Set.copyOf(players), numbers.size()); // who are all comes last
    List<Chain> chains =
        orders.stream()
            .map(order ->
                new Chain(
                    order,
                    IntStream.rangeClosed(0, players.size())
                        .mapToObj(length ->
                            Objects.requireNonNull(numbers.get(first(length, order, players))))
                        .toList()))
            .toList();
    return new SampledCoalitions(List.copyOf(players), List.copyOf(numbers.keySet()), chains);
  }

  private static List<List<Integer>> orders(int numPlayers) {
    var random = new Random(SEED);
    var orders = new ArrayList<List<Integer>>();
    for (int drawn = 0; drawn < ORDERS; drawn++) {
      var order = new ArrayList<>(IntStream.range(0, numPlayers).boxed().toList());
      Collections.shuffle(order, random);
      orders.add(List.copyOf(order));
      orders.add(List.copyOf(order.reversed()));
    }
    return orders;
  }

  private static Set<String> first(int number, List<Integer> order, List<String> players) {
    return order.subList(0, number).stream()
        .map(players::get)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Means over orders; their standard errors over the pairs of an order and its reverse. */
  @Override
  public Shares shares(IntToDoubleFunction value) {
    double[] values = IntStream.range(0, all.size()).mapToDouble(value).toArray();
    var shares = new LinkedHashMap<String, Double>();
    var errors = new LinkedHashMap<String, Double>();
    for (int player = 0; player < players.size(); player++) {
      double sum = 0;
      double squares = 0;
      for (int pair = 0; pair < ORDERS; pair++) {
        double of =
            (chains.get(2 * pair).contribution(player, values)
                    + chains.get(2 * pair + 1).contribution(player, values))
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
}
