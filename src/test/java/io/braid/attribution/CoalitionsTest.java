package io.braid.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoalitionsTest {
  private static List<String> players(int number) {
    return IntStream.range(0, number).mapToObj(i -> "m" + i).toList();
  }

  private static Shares shares(List<String> players, ToDoubleFunction<Set<String>> value) {
    Coalitions coalitions = Coalitions.of(players);
    return coalitions.shares(i -> value.applyAsDouble(coalitions.all().get(i)));
  }

  /** Any value for any coalition, the same one each time. */
  private static double random(Set<String> coalition) {
    return new Random(coalition.stream().mapToInt(String::hashCode).sum() * 31L).nextGaussian();
  }

  private static double share(Map<String, Double> shares, String player) {
    return Objects.requireNonNull(shares.get(player));
  }

  private static double sum(Map<String, Double> shares) {
    return shares.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void sharesAreMeansOverAllOrdersInWhichPlayersMayCome(int number) {
    var expected = new HashMap<String, Double>();
    int orders = addContributions(List.of(), players(number), expected);
    Shares shares = shares(players(number), CoalitionsTest::random);
    assertThat(List.copyOf(shares.byPlayer().keySet())).isEqualTo(players(number));
    assertThat(shares.errors()).isEmpty();
    shares
        .byPlayer()
        .forEach((player, share) ->
            assertThat(share).isCloseTo(share(expected, player) / orders, within(1e-12)));
  }

  /** Over all orders that begin so; how many there are. */
  private static int addContributions(
      List<String> come, List<String> others, Map<String, Double> sums) {
    if (others.isEmpty()) {
      return 1;
    }
    int orders = 0;
    for (String next : others) {
      var now = new ArrayList<>(come);
      now.add(next);
      int ofThese =
          addContributions(now, others.stream().filter(one -> !one.equals(next)).toList(), sums);
      double contribution = random(new HashSet<>(now)) - random(new HashSet<>(come));
      sums.merge(next, ofThese * contribution, Double::sum);
      orders += ofThese;
    }
    return orders;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 9, 12, 40})
  void sharesSumToWhatAllAreWorthAboveNobody(int number) {
    double whole = random(Set.copyOf(players(number))) - random(Set.of());
    assertThat(sum(shares(players(number), CoalitionsTest::random).byPlayer()))
        .isCloseTo(whole, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8, 9, 20})
  void playersThatOnlyAddGetWhatTheyAdd(int number) {
    Shares shares =
        shares(
            players(number),
            some -> some.stream().mapToInt(one -> Integer.parseInt(one.substring(1))).sum());
    for (int i = 0; i < number; i++) {
      assertThat(share(shares.byPlayer(), "m" + i)).isCloseTo(i, within(1e-9));
    }
    shares.errors().values().forEach(error -> assertThat(error).isLessThan(1e-6));
  }

  @Test
  void playersThatStandForEachOtherGetTheSame() {
    Shares shares =
        shares(
            players(4), some -> some.contains("m1") || some.contains("m2") ? 1 : some.size() / 8.0);
    assertThat(shares.byPlayer().get("m1")).isCloseTo(shares.byPlayer().get("m2"), within(1e-12));
    assertThat(shares.byPlayer().get("m0")).isCloseTo(shares.byPlayer().get("m3"), within(1e-12));
  }

  @Test
  void theSharesOfManyPlayersLieAboutAsFarOffAsTheirErrorsSay() {
    int number = 11;
    ToDoubleFunction<Set<String>> value = // players help each other, in pairs
        some -> {
          double sum = 0;
          for (int i = 0; i < number; i++) {
            for (int j = 0; j < i; j++) {
              boolean both = some.contains("m" + i) && some.contains("m" + j);
              sum += both ? (i * 7 + j * 3) % 5 : 0;
            }
          }
          return Math.sqrt(sum);
        };
    Shares shares = shares(players(number), value);
    double squares = 0;
    for (int i = 0; i < number; i++) {
      double error = share(shares.errors(), "m" + i);
      double off = share(shares.byPlayer(), "m" + i) - exact(number, i, value);
      assertThat(error).isPositive();
      squares += off * off / error / error;
    }
    assertThat(squares / number).isBetween(0.1, 4.0);
  }

  /** Share of a player by all coalitions of the others. */
  private static double exact(int number, int player, ToDoubleFunction<Set<String>> value) {
    double share = 0;
    for (int members = 0; members < 1 << number; members++) {
      if ((members >> player & 1) == 1) {
        continue;
      }
      var coalition = new HashSet<String>();
      for (int i = 0; i < number; i++) {
        if ((members >> i & 1) == 1) {
          coalition.add("m" + i);
        }
      }
      double before = value.applyAsDouble(coalition);
      int size = coalition.size();
      coalition.add("m" + player);
      share +=
          factorial(size)
              * factorial(number - 1 - size)
              / factorial(number)
              * (value.applyAsDouble(coalition) - before);
    }
    return share;
  }

  private static double factorial(int n) {
    return IntStream.rangeClosed(1, n).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  /** Above eight of at most 2 + 32 (n - 1), fewer since some are drawn twice. */
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "3, 8", "8, 256", "9, 174", "12, 298"})
  void theirNumberIsTold(int players, int expected) {
    assertThat(Coalitions.number(players(players))).isEqualTo(expected);
    assertThat(Coalitions.of(players(players)).all()).hasSize(expected);
  }

  @Test
  void manyPlayersNeedFewCoalitions() {
    assertThat(Coalitions.of(players(8)).all()).hasSize(256);
    assertThat(Coalitions.of(players(9)).all()).hasSizeLessThanOrEqualTo(2 + 32 * 8);
    assertThat(Coalitions.of(players(16)).all()).hasSizeLessThanOrEqualTo(2 + 32 * 15);
    assertThat(Coalitions.of(players(9)).all()).isEqualTo(Coalitions.of(players(9)).all());
  }
}
