package io.braid.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Of hits that are drawn, 1 or 0, or few enough to be added up by hand. */
class ModalityWorthTest {
  private static final int SAMPLES = 400;
  private static final int SEEDS = 10;

  private final Random random = new Random(5);

  private double[] hits(double chance) {
    return random.doubles(SAMPLES).map(x -> x < chance ? 1 : 0).toArray();
  }

  /** One in five of them is the other way round. */
  private double[] changed(double[] hits) {
    double[] changes = hits(0.2);
    return samples(i -> Math.abs(hits[i] - changes[i]));
  }

  private static double[] samples(IntToDoubleFunction number) {
    return IntStream.range(0, SAMPLES).mapToDouble(number).toArray();
  }

  private static double number(ModalityWorth worth, long seed, String name) {
    var hits = (Map<?, ?>) worth.of(0, seed, () -> {}).getOrDefault("hits", Map.of());
    return hits.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /**
   * The interval is about 1.96 standard errors of the mean of {@code gains} to either side. Within
   * 10 %: hits come in steps of 3 %, the bootstrap's chance is 1 %, and 90 % would be 16 % less.
   */
  private static void assertInterval(ModalityWorth worth, double[] gains) {
    double mean = Arrays.stream(gains).average().orElseThrow();
    double square = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
    double half = 1.96 * Math.sqrt(square / gains.length / gains.length);
    double low = 0;
    double high = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      low += number(worth, seed, "low") / SEEDS;
      high += number(worth, seed, "high") / SEEDS;
    }
    assertThat(number(worth, 0, "gain")).isCloseTo(mean, within(1e-12));
    assertThat((high - low) / 2).isCloseTo(half, within(0.1 * half));
    assertThat((high + low) / 2).isCloseTo(mean, within(0.1 * half));
  }

  /** Of two means that are not of the same samples it would be half as wide again. */
  @Test
  void theIntervalIsThatOfEachSamplesOwnGain() {
    double[] without = hits(0.3);
    double[] with = changed(without);
    var worth = new ModalityWorth(SAMPLES);
    worth.add(2, "hits", without);
    worth.add(3, "hits", with);
    assertInterval(worth, samples(i -> with[i] - without[i]));
  }

  @Test
  void ofSeveralPairsASamplesGainIsTheirMean() {
    double[] without = hits(0.3);
    double[] with = changed(without);
    double[] alsoWithout = changed(with);
    double[] alsoWith = hits(0.8);
    var worth = new ModalityWorth(SAMPLES);
    worth.add(2, "hits", without);
    worth.add(3, "hits", with);
    worth.add(4, "hits", alsoWithout);
    worth.add(5, "hits", alsoWith);
    assertInterval(worth, samples(i -> (with[i] - without[i] + alsoWith[i] - alsoWithout[i]) / 2));
  }

  /** Draws of its own for each pair would make it narrower, by a factor of 1.4. */
  @Test
  void thePairsShareTheirSamples() {
    double[] without = hits(0.3);
    double[] with = changed(without);
    var once = new ModalityWorth(SAMPLES);
    once.add(2, "hits", without);
    once.add(3, "hits", with);
    var twice = new ModalityWorth(SAMPLES);
    twice.add(2, "hits", without);
    twice.add(3, "hits", with);
    twice.add(4, "hits", without);
    twice.add(5, "hits", with);
    for (String name : new String[] {"low", "high"}) {
      assertThat(number(twice, 1, name)).isCloseTo(number(once, 1, name), within(1e-12));
    }
  }

  @Test
  void onlySamplesWithBothNumbersCount() {
    double[] without = hits(0.3);
    double[] with = changed(without);
    double[] both = samples(i -> with[i] - without[i]);
    Arrays.fill(without, 0, 100, Double.NaN);
    Arrays.fill(with, 300, 400, Double.NaN);
    var worth = new ModalityWorth(SAMPLES);
    worth.add(2, "hits", without);
    worth.add(3, "hits", with);
    assertInterval(worth, Arrays.copyOfRange(both, 100, 300));
    assertThat(number(worth, 1, "samples")).isEqualTo(200);
  }

  @Test
  void eachPairWeighsTheSameHoweverManySamplesItCompares() {
    double none = Double.NaN;
    var worth = new ModalityWorth(4);
    worth.add(0b010, "hits", new double[] {1, 0, 0, none});
    worth.add(0b011, "hits", new double[] {1, 1, none, 1}); // of two: from 1/2 to 1
    worth.add(0b100, "hits", new double[] {0, 0, 0, 1});
    worth.add(0b101, "hits", new double[] {0, 1, 0, 1}); // of four: from 1/4 to 1/2
    worth.add(0b110, "hits", new double[] {1, 1, 1, none});
    worth.add(0b111, "hits", new double[] {none, none, none, 1}); // of none
    worth.add(0b001, "hits", new double[] {1, 1, 1, 1}); // of which there is no pair
    assertThat(number(worth, 1, "without")).isEqualTo(0.375);
    assertThat(number(worth, 1, "with")).isEqualTo(0.75);
    assertThat(number(worth, 1, "gain")).isEqualTo(0.375);
    assertThat(number(worth, 1, "samples")).as("of some pair").isEqualTo(4);
  }

  @Test
  void whereNoSampleCanBeComparedNothingIsTold() {
    double none = Double.NaN;
    var worth = new ModalityWorth(2);
    worth.add(2, "hits", new double[] {1, none});
    worth.add(3, "hits", new double[] {none, 1});
    worth.add(2, "errors", new double[] {7, 7});
    worth.add(3, "errors", new double[] {5, 5});
    assertThat(worth.of(0, 1, () -> {})).containsOnlyKeys("errors");
    assertThat(worth.of(1, 1, () -> {})).as("no subset is without it").isEmpty();
  }

  /** A modality that says nothing of the others must not look as if it did. */
  @Test
  void whatAddsNothingIsWorthNothing() {
    double[] hits = hits(0.5);
    var worth = new ModalityWorth(SAMPLES);
    worth.add(1, "hits", hits(0.5));
    worth.add(2, "hits", hits);
    // With the first one as many hit, of those that have a number.
    double[] same = hits.clone();
    Arrays.fill(same, 0, 100, Double.NaN);
    worth.add(3, "hits", same);
    for (String name : new String[] {"gain", "low", "high"}) {
      assertThat(number(worth, 1, name)).as(name).isEqualTo(0.0);
    }
  }
}
