package io.braid.attribution;

import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * The coalitions whose values tell what each player contributes: all of them for up to {@value
 * #MAX_EXACT} players, those of some random orders of the players for more.
 *
 * <p>Source: Shapley, "A Value for n-Person Games" (1953).
 */
public sealed interface Coalitions permits ExactCoalitions, SampledCoalitions {
  /** Most players whose every coalition is valued. */
  int MAX_EXACT = 8;

  static Coalitions of(List<String> players) {
    return players.size() <= MAX_EXACT
        ? ExactCoalitions.of(players)
        : SampledCoalitions.of(players);
  }

  /**
   * How many those of some players are: 2^n of up to {@value #MAX_EXACT} players; of more, at most
   * 2 + 32 (n - 1), which is found by drawing them.
   */
  static int number(List<String> players) {
    return players.size() <= MAX_EXACT
        ? 1 << players.size()
        : SampledCoalitions.of(players).all().size();
  }

  /** Those to be valued: that of nobody first, that of all players last. */
  List<Set<String>> all();

  /**
   * What each player contributes.
   *
   * @param value of coalition i of {@link #all}
   */
  Shares shares(IntToDoubleFunction value);
}
