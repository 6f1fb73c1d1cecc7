package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.IntVector;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which samples are tested on, which modalities are dropped, and what is left says of columns. */
class SplitTest {
  @TempDir Path folder;

  private StoredDataset tables(int samples, String... labels) {
    var upload =
        new Upload(folder)
            .schema(
                """
                modalities: [{name: g, type: tabular}, {name: h, type: tabular}]
                labels: [{name: kind, type: classification}]
                """);
    var g = new StringBuilder("id,A,B\n");
    var h = new StringBuilder("id,C\n");
    var kinds = new StringBuilder("id,kind\n");
    for (int i = 0; i < samples; i++) {
      g.append("s%d,%d,%s\n".formatted(i, i, i % 2 == 0 ? "" : Integer.toString(i)));
      if (i % 2 == 0) {
        h.append("s%d,1\n".formatted(i));
      }
      if (labels.length > 0) {
        kinds.append("s%d,%s\n".formatted(i, labels[i % labels.length]));
      }
    }
    return upload
        .csv("g", g.toString())
        .csv("h", h.toString())
        .csv("labels", kinds.toString())
        .read();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 20})
  void noPartIsEmpty(int samples) {
    try (StoredDataset dataset = tables(samples, "a", "b")) {
      for (double fraction : new double[] {0.001, 0.15, 0.999}) {
        Split split = Split.of(dataset, fraction, 1);
        assertThat(split.train().size()).isPositive();
        assertThat(split.test().size()).isPositive();
        assertThat(split.train().size() + split.test().size()).isEqualTo(samples);
      }
    }
  }

  @Test
  void oneSampleIsTrainedOn() {
    try (StoredDataset dataset = tables(1, "a")) {
      assertThat(Split.of(dataset, 0.15, 1)).isEqualTo(new Split(IntVector.of(0), IntVector.of()));
    }
  }

  @Test
  void eachClassKeepsItsShareAndSoDoSamplesWithoutOne() {
    try (StoredDataset dataset = tables(400, "a", "b", "b", "")) {
      Split split = Split.of(dataset, 0.15, 43);
      assertThat(split.test().size()).isEqualTo(60);
      assertThat(split.test().stream().filter(s -> s % 4 == 0).count()).isEqualTo(15);
      assertThat(split.test().stream().filter(s -> s % 4 == 3).count()).isEqualTo(15);
    }
  }

  @Test
  void eachModalityIsDroppedByItself() {
    try (StoredDataset dataset = tables(1000)) {
      long[] kept = ModalSparsity.draw(dataset, 0.4, 43);
      long g = IntStream.range(0, 1000).filter(s -> (kept[s] & 1) == 1).count();
      long h = IntStream.range(0, 1000).filter(s -> (kept[s] & 2) == 2).count();
      long both = IntStream.range(0, 1000).filter(s -> kept[s] == 3).count();
      assertThat(g).isBetween(550L, 650L); // 600 expected, 15 a deviation
      assertThat(h).isBetween(255L, 345L); // 300 of the 500 that are there
      assertThat(both).isBetween(140L, 220L); // 180
      assertThat(ModalSparsity.draw(dataset, 0, 43))
          .isEqualTo(IntStream.range(0, 1000).mapToLong(s -> s % 2 == 0 ? 3 : 1).toArray());
      assertThat(ModalSparsity.draw(dataset, 0.4, 44)).isNotEqualTo(kept);
    }
  }

  @Test
  void whatOneSampleKeepsDoesNotRestOnWhatOthersHave() {
    try (StoredDataset dataset = tables(100);
        StoredDataset other = tables(100, "a")) {
      assertThat(ModalSparsity.draw(dataset, 0.5, 1)).isEqualTo(ModalSparsity.draw(other, 0.5, 1));
    }
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: g, type: tabular}, {name: h, type: tabular}]")
            .csv("g", "id,A\na,1\nb,\nc,1\nd,1\n")
            .csv("h", "id,A\na,1\nc,1\n");
    var whole =
        new Upload(folder)
            .schema("modalities: [{name: g, type: tabular}, {name: h, type: tabular}]")
            .csv("g", "id,A\na,1\nb,1\nc,1\nd,1\n")
            .csv("h", "id,A\na,1\nb,1\nc,1\nd,1\n");
    try (StoredDataset less = upload.read();
        StoredDataset more = whole.read()) {
      for (long seed = 0; seed < 50; seed++) {
        long[] ofLess = ModalSparsity.draw(less, 0.5, seed);
        long[] ofMore = ModalSparsity.draw(more, 0.5, seed);
        assertThat(ofLess).containsExactly(ofMore[0], 0, ofMore[2], ofMore[3] & 1);
      }
    }
  }

  @Test
  void statisticsAreOfTheCellsThatAreKept() {
    try (StoredDataset dataset = tables(10)) {
      var kept = new long[10];
      kept[1] = 1;
      kept[2] = 3;
      kept[5] = 1;
      kept[7] = 2; // which it does not have
      kept[9] = 1; // but is not among the samples
      var samples = IntVector.of(1, 2, 3, 5, 7);
      var g = ColumnStatistics.of(dataset, 0, samples, kept);
      assertThat(g.count(0)).isEqualTo(3);
      assertThat(g.mean(0)).isCloseTo(8 / 3.0, within(1e-12));
      assertThat(g.deviation(0)).isCloseTo(Math.sqrt(26 / 9.0), within(1e-12));
      assertThat(g.count(1)).isEqualTo(2);
      assertThat(g.mean(1)).isEqualTo(3);
      assertThat(g.deviation(1)).isEqualTo(2);
      var h = ColumnStatistics.of(dataset, 1, samples, kept);
      assertThat(h.count(0)).isEqualTo(1);
      assertThat(h.deviation(0)).isZero();
      assertThat(dataset.constantColumns()).containsExactly(new ConstantColumn("h", "C", 1));
    }
  }

  @Test
  void statisticsOfASequenceAreOverItsSteps() {
    var upload =
        new Upload(folder)
            .schema("modalities: [{name: s, type: sequence, max_length: 2}]")
            .csv("s", "id,t,c0,c1\na,0,1,5\na,1,3,\na,2,99,99\nb,0,2,7\n");
    try (StoredDataset dataset = upload.read()) {
      var s = ColumnStatistics.of(dataset, 0, IntVector.range(2), new long[] {1, 1});
      assertThat(s.count(0)).isEqualTo(3);
      assertThat(s.mean(0)).isEqualTo(2);
      assertThat(s.deviation(0)).isCloseTo(Math.sqrt(2 / 3.0), within(1e-12));
      assertThat(s.mean(1)).isEqualTo(6);
    }
  }
}
