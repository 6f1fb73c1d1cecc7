package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.calibration.Pair;
import io.braid.calibration.ScoreCounts;
import io.braid.encoder.Vector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnownPairsTest {
  private static final List<String> A = List.of("a");
  private static final List<String> B = List.of("b");
  private static final List<String> BOTH = List.of("a", "b");

  /** Samples of which all subsets have the same vector, at right angles to that of others. */
  private static List<KnownSample> orthogonal(int number, List<String> modalities) {
    return IntStream.range(0, number)
        .mapToObj(i -> {
          var axis = new float[number];
          axis[i] = 1;
          Vector vector = Vector.of(axis);
          return new KnownSample(
              modalities,
              HiddenVectors.subsets(modalities).stream()
                  .collect(Collectors.toMap(Function.identity(), _ -> vector)));
        })
        .toList();
  }

  private static List<KnownSample> noisy(int number, int dim, List<String> modalities) {
    return new HiddenVectors(dim, Map.of("a", 1.0, "b", 1.0))
        .draw(number, modalities, new Random(5));
  }

  private static ScoreCounts count(List<KnownSample> samples, List<List<String>> forms, long seed) {
    return new KnownPairs(samples, forms, seed).count(samples);
  }

  private static ScoreCounts.OfPair of(ScoreCounts counts, List<String> query, List<String> item) {
    return counts.pairs().stream()
        .filter(of -> of.pair().equals(new Pair(query, item)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(query + " against " + item + " was not counted"));
  }

  private static long numOthers(ScoreCounts.OfPair of) {
    return of.others().stream().mapToLong(Integer::longValue).sum();
  }

  @Test
  void aMatchIsASamplesSubsetAgainstItsOwnFormAndAnotherAgainstThatOfAnother() {
    ScoreCounts counts = count(orthogonal(80, BOTH), List.of(BOTH, A), 1);
    assertThat(counts.pairs()).hasSize(6);
    for (ScoreCounts.OfPair of : counts.pairs()) {
      assertThat(of.numMatches()).as("%s", of.pair()).isEqualTo(80);
      assertThat(numOthers(of)).as("%s", of.pair()).isEqualTo(80 * 79);
      assertThat(of.matches().getLast()).as("matches that score 1").isEqualTo(80);
      assertThat(of.others().getLast()).as("others that score 1").isZero();
    }
    assertThat(counts.mean()).as("of the scores of others").isZero();
  }

  @Test
  void scoresAreThoseOfTheFormThatIsStored() {
    Vector east = Vector.of(1, 0);
    Vector north = Vector.of(0, 1);
    var one = new KnownSample(BOTH, Map.of(A, east, B, north, BOTH, east));
    var other = new KnownSample(BOTH, Map.of(A, north, B, east, BOTH, east));
    ScoreCounts counts = count(List.of(one, other), List.of(A, B), 1);
    assertThat(of(counts, A, A).matches().getLast()).isEqualTo(2);
    assertThat(of(counts, A, B).matches().getLast()).isZero();
    assertThat(of(counts, A, A).edges()).as("others score 0").allMatch(edge -> edge < 0.5);
    assertThat(of(counts, A, B).edges()).as("others score 1").allMatch(edge -> edge > 0.5);
  }

  @Test
  void onlySamplesThatHaveBothSubsetsMatch() {
    var samples = new ArrayList<KnownSample>();
    samples.addAll(noisy(30, 8, BOTH));
    samples.addAll(noisy(20, 8, A));
    samples.addAll(noisy(10, 8, B));
    ScoreCounts counts = count(samples, List.of(BOTH, A, B), 1);
    assertThat(of(counts, A, BOTH).numMatches()).isEqualTo(30);
    assertThat(of(counts, A, A).numMatches()).isEqualTo(50);
    assertThat(of(counts, A, B).numMatches()).isEqualTo(30);
    assertThat(of(counts, B, B).numMatches()).isEqualTo(40);
    assertThat(numOthers(of(counts, A, B)))
        .as("who lacks the form that is stored asks too, and finds others")
        .isEqualTo(50 * 40 - 30);
  }

  @Test
  void onlySamplesThatAreAskedForAreCounted() {
    List<KnownSample> samples = orthogonal(80, BOTH);
    var pairs = new KnownPairs(samples, List.of(BOTH), 1);
    ScoreCounts counts = pairs.count(samples.subList(0, 30));
    assertThat(of(counts, A, BOTH).numMatches()).isEqualTo(30);
    assertThat(numOthers(of(counts, A, BOTH))).isEqualTo(30 * 29);
    assertThat(pairs.count(List.of()).pairs()).isEmpty();
  }

  @Test
  void nobodyIsComparedWithMoreThanAThousandOthersNorLongVectorsWithMoreThanTwoHundred() {
    int number = 1200;
    ScoreCounts shortOnes = count(noisy(number, 8, A), List.of(A), 1);
    assertThat(numOthers(of(shortOnes, A, A))).isEqualTo(number * 1000 - 1000); // but with himself
    ScoreCounts longOnes = count(noisy(number, 600, A), List.of(A), 1);
    assertThat(numOthers(of(longOnes, A, A))).isEqualTo(number * 200 - 200);
  }

  @Test
  void twentyThousandMatchesAtMostAreDrawnTheSameNumberOfEachPair() {
    List<String> three = List.of("a", "b", "c");
    List<KnownSample> samples = noisy(700, 4, three);
    ScoreCounts counts = count(samples, HiddenVectors.subsets(three), 1);
    assertThat(counts.pairs()).hasSize(49);
    assertThat(counts.pairs()).allMatch(of -> of.numMatches() == 20_000 / 49);
  }

  @Test
  void whatIsDrawnIsDecidedByTheSeed() {
    List<KnownSample> samples = noisy(1200, 8, BOTH);
    List<List<String>> forms = List.of(BOTH, A);
    assertThat(count(samples, forms, 3)).isEqualTo(count(samples, forms, 3));
    assertThat(count(samples, forms, 3)).isNotEqualTo(count(samples, forms, 4));
  }

  @Test
  void everySubsetThatSomeSampleHasAsks() {
    List<KnownSample> samples =
        Stream.of(noisy(3, 4, List.of("a", "b")), noisy(3, 4, List.of("b", "c")))
            .flatMap(List::stream)
            .toList();
    assertThat(new KnownPairs(samples, List.of(), 1).queries())
        .containsExactlyInAnyOrder(A, B, List.of("c"), List.of("a", "b"), List.of("b", "c"));
  }

  @Test
  void ofVeryManySubsetsSomeAskButEachSingleModalityDoes() {
    List<String> seven = List.of("a", "b", "c", "d", "e", "f", "g"); // 127 subsets
    List<KnownSample> samples = noisy(2, 4, seven);
    List<List<String>> queries = new KnownPairs(samples, List.of(), 1).queries();
    assertThat(queries).hasSize(KnownPairs.MAX_SUBSETS).doesNotHaveDuplicates();
    assertThat(queries).containsAll(seven.stream().map(List::of).toList());
    List<List<String>> withAnotherSeed = new KnownPairs(samples, List.of(), 2).queries();
    assertThat(new HashSet<>(withAnotherSeed)).isNotEqualTo(new HashSet<>(queries));
  }

  @Test
  void ofVeryManyFormsTheMostCommonAreCounted() {
    List<String> seven = List.of("a", "b", "c", "d", "e", "f", "g");
    List<List<String>> forms = HiddenVectors.subsets(seven);
    ScoreCounts counts = count(noisy(2, 4, seven), forms, 1);
    assertThat(counts.pairs().stream().map(of -> of.pair().item()).distinct())
        .containsExactlyInAnyOrderElementsOf(forms.subList(0, KnownPairs.MAX_SUBSETS));
  }
}
