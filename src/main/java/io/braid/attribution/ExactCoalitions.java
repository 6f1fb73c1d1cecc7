package io.braid.attribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * All coalitions of some players.
 *
 * @param all the number of a coalition has bit i where player i is in it
 */
record ExactCoalitions(List<String> players, List<Set<String>> all) implements Coalitions {
  static ExactCoalitions of(List<String> players) {
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
    return new ExactCoalitions(List.copyOf(players), List.copyOf(all));
  }

  /** Of player i: the sum over coalitions S without i of |S|! (n-|S|-1)! / n! (v(S+i) - v(S)). */
  @Override
  public Shares shares(IntToDoubleFunction value) {
    double[] values = IntStream.range(0, all.size()).mapToDouble(value).toArray();
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
}
