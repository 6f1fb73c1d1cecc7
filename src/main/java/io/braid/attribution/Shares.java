package io.braid.attribution;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each player of a game contributes: Shapley shares, which sum to what all players are worth
 * above nobody.
 *
 * @param byPlayer in the order they were given
 * @param errors one standard error of each; empty where the shares are exact
 */
public record Shares(Map<String, Double> byPlayer, Map<String, Double> errors) {
  public Shares {
    byPlayer = Collections.unmodifiableMap(new LinkedHashMap<>(byPlayer));
    errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
  }

  /** The same among more players, of whom the others contribute nothing. */
  public Shares among(List<String> players) {
    var all = new LinkedHashMap<String, Double>();
    players.forEach(player -> all.put(player, byPlayer.getOrDefault(player, 0.0)));
    return new Shares(all, errors);
  }
}
