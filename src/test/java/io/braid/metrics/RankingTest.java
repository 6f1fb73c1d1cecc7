package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.IntVector;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {
  /** In the directions of 0, 45, 90 and 180 degrees, at lengths that must not matter. */
  private static final Embeddings CANDIDATES = Embeddings.of(2, 5, 0, .1f, .1f, 0, 1, -9, 0);

  @Test
  void aRankIsTheNumberOfMoreSimilarCandidates() {
    Embeddings right = Embeddings.of(2, 2, 0, 2, 0, 2, 0, 2, 0);
    assertThat(Ranking.ranks(right, CANDIDATES, IntVector.range(4)))
        .isEqualTo(IntVector.of(0, 1, 2, 3));
  }

  @Test
  void aQueryNeedNotStandWhereItsCandidateDoes() {
    Embeddings up = Embeddings.of(2, 0, 3, 0, 3);
    assertThat(Ranking.ranks(up, CANDIDATES, IntVector.of(2, 0))).isEqualTo(IntVector.of(0, 2));
  }

  @Test
  void oneThatIsAsSimilarDoesNotCount() {
    Embeddings same = Embeddings.of(2, .3f, .7f, .3f, .7f, .3f, .7f);
    Embeddings query = Embeddings.of(2, .9f, .1f);
    assertThat(Ranking.ranks(query, same, IntVector.of(1))).isEqualTo(IntVector.of(0));
  }

  @Test
  void equalCandidatesTieToTheLastBitAcrossBlocks() {
    Embeddings some = RepresentationTest.random(ColumnBlock.ROWS - 7, 13, 3);
    Embeddings twice =
        some.select(
            IntVector.of(IntStream.range(0, 2 * some.rows()).map(i -> i % some.rows()).toArray()));
    Embeddings queries = RepresentationTest.random(some.rows(), 13, 4);
    IntVector once = Ranking.ranks(queries, some, IntVector.range(some.rows()));
    assertThat(Ranking.ranks(queries, twice, IntVector.range(some.rows())))
        .isEqualTo(IntVector.of(once.stream().map(rank -> 2 * rank).toArray()));
  }

  @Test
  void aVectorOfNoLengthIsSimilarToNothing() {
    Embeddings zero = Embeddings.of(2, 0, 0);
    assertThat(Ranking.ranks(zero, CANDIDATES, IntVector.of(3))).isEqualTo(IntVector.of(0));
    // Cosine 1e-20 / 1e-8 with itself, less than that with a longer one of its direction.
    Embeddings tiny = Embeddings.of(1, 1e-10f);
    assertThat(Ranking.ranks(tiny, Embeddings.of(1, 1e-10f, 1), IntVector.of(0)))
        .isEqualTo(IntVector.of(1));
  }

  @Test
  void theMedianIsTheLowerOneAndRecallCountsRanksBelowK() {
    assertThat(Ranking.of(IntVector.of(9, 0, 4, 10))).isEqualTo(new Ranking(4, 0.25, 0.5, 0.75));
    assertThat(Ranking.of(IntVector.of(7, 5, 6))).isEqualTo(new Ranking(6, 0, 0, 1));
  }

  @Test
  void rankingsAreAveragedNumberByNumber() {
    Ranking mean = Ranking.mean(List.of(new Ranking(2, 0, .5, 1), new Ranking(5, .5, .5, 1)));
    assertThat(mean).isEqualTo(new Ranking(3.5, .25, .5, 1));
  }

  @Test
  void whatCannotBeRankedIsRefused() {
    assertThatThrownBy(() -> Ranking.of(IntVector.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ranking.ranks(CANDIDATES, CANDIDATES, IntVector.of(0, 1, 2, 4)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Embeddings.of(2, 1, Float.NaN))
        .hasMessage("embedding 0: element 1 is NaN");
  }

  @Test
  void unitRowsHaveLengthOneUnlessTheyHaveNone() {
    Embeddings unit = Embeddings.of(2, 3, 4, 0, 0).unit();
    assertThat(unit.get(0, 0)).isCloseTo(.6, within(1e-15));
    assertThat(unit.select(IntVector.of(1, 0)).get(1, 1)).isCloseTo(.8, within(1e-15));
    assertThat(unit.get(1, 0)).isZero();
  }
}
