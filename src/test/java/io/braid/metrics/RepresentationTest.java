package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RepresentationTest {
  private static final Embeddings CORNERS = Embeddings.of(2, 0, 0, 1, 0, 0, 1);

  @Test
  void alignmentIsTheMeanSquaredDistance() {
    Embeddings moved = Embeddings.of(2, 0, 0, 1, 2, 3, 1);
    assertThat(Representation.alignment(CORNERS, moved)).isEqualTo((0 + 4 + 9) / 3.0);
    assertThat(Representation.alignment(CORNERS, CORNERS)).isZero();
  }

  @Test
  void uniformityIsOverUnorderedPairs() {
    double mean = (Math.exp(-2) + Math.exp(-2) + Math.exp(-4)) / 3;
    assertThat(Representation.uniformityPaper(CORNERS)).isCloseTo(mean, within(1e-15));
    assertThat(Representation.uniformity(CORNERS)).isCloseTo(Math.log(mean), within(1e-15));
  }

  @Test
  void uniformityOfOnePointIsZero() {
    assertThat(Representation.uniformity(Embeddings.of(3, 1, 2, 3, 1, 2, 3))).isZero();
  }

  @Test
  void uniformityIsFiniteHoweverFarApartTheyAre() {
    Embeddings far = Embeddings.of(1, 0, 100, 300);
    assertThat(Representation.uniformity(far)).isCloseTo(-20_000 - Math.log(3), within(1e-9));
    assertThat(Representation.uniformityPaper(far)).isZero();
  }

  @Test
  void blocksChangeNothing() {
    Embeddings x = random(2 * ColumnBlock.ROWS + 5, 11, 1);
    double sum = 0;
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < i; j++) {
        double square = 0;
        for (int d = 0; d < x.dim(); d++) {
          square += Math.pow((double) x.get(i, d) - x.get(j, d), 2);
        }
        sum += Math.exp(-2 * square);
      }
    }
    double pairs = x.rows() * (x.rows() - 1) / 2.0;
    assertThat(Representation.uniformity(x)).isCloseTo(Math.log(sum / pairs), within(1e-12));
  }

  @Test
  void whatHasNoPairOrNoPartnerIsRefused() {
    assertThatThrownBy(() -> Representation.uniformity(Embeddings.of(2, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Representation.alignment(CORNERS, Embeddings.of(2, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Embeddings random(int rows, int dim, long seed) {
    var random = new Random(seed);
    var elements = new float[rows * dim];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) (random.nextGaussian() / Math.sqrt(dim));
    }
    return Embeddings.of(dim, elements);
  }
}
