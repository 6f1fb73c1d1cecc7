package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemSampleTest {
  private static final List<String> A = List.of("a");
  private static final GenerationId FIRST = new GenerationId(1, 1);

  @TempDir private Path folder;
  private ItemDatabase database;
  private ItemSample sample;

  @BeforeEach
  void open() {
    database = new ItemDatabase(folder);
    sample = new ItemSample(database.items());
  }

  private static List<String> ids(int number) {
    return IntStream.range(0, number).mapToObj("patient-%05d"::formatted).toList();
  }

  private void put(GenerationId generation, List<String> ids) {
    database.put(generation, ids, A, "{}");
  }

  private List<String> draw(GenerationId generation, int most) {
    return sample.draw(generation, most).stream().map(item -> item.item().id()).toList();
  }

  @Test
  void asManyItemsAsAreAskedForAreDrawnEachOnceByTheirIds() {
    put(FIRST, ids(1500));
    List<String> drawn = draw(FIRST, 1100);
    assertThat(drawn).hasSize(1100).doesNotHaveDuplicates().isSorted();
    assertThat(ids(1500)).containsAll(drawn);
  }

  @Test
  void allItemsAreDrawnWhereThereAreNotMore() {
    put(FIRST, ids(20));
    assertThat(draw(FIRST, 20)).isEqualTo(ids(20));
    assertThat(draw(FIRST, 21)).isEqualTo(ids(20));
    assertThat(draw(new GenerationId(2, 1), 20)).isEmpty();
  }

  @Test
  void itemsAreDrawnEvenlyThoughTheirIdsAreCounted() {
    put(FIRST, ids(10_000));
    List<Integer> drawn =
        draw(FIRST, 1000).stream().map(id -> Integer.parseInt(id.substring(8))).toList();
    for (int divisor : new int[] {1, 10, 100, 1000}) {
      for (int digit = 0; digit < 10; digit++) {
        int expected = digit;
        assertThat(drawn.stream().filter(id -> id / divisor % 10 == expected))
            .as("with %d at the place of %d", digit, divisor)
            .hasSizeBetween(70, 130); // 100, give or take 9
      }
    }
  }

  @Test
  void theSameItemsAreDrawnInWhicheverOrderTheyCameAndHoweverOftenTheyChanged() {
    var other = new GenerationId(2, 1);
    put(FIRST, ids(1000));
    put(other, ids(1000).stream().sorted(Comparator.reverseOrder()).toList());
    put(other, ids(1000).subList(300, 500));
    assertThat(draw(other, 100)).isEqualTo(draw(FIRST, 100));
  }

  @Test
  void fewItemsAreAmongThoseOfALargerSample() {
    put(FIRST, ids(1000));
    assertThat(draw(FIRST, 200)).containsAll(draw(FIRST, 50));
  }

  @Test
  void onlyItemsOfTheGenerationAreDrawnWithWhatItHasOfThem() {
    var second = new GenerationId(1, 2);
    put(FIRST, ids(100));
    database.put(second, ids(100).subList(0, 40), List.of("a", "b"), "{}");
    put(new GenerationId(2, 1), List.of("another"));
    assertThat(sample.draw(second, 100))
        .hasSize(40)
        .allMatch(item -> item.embedded().present().equals(List.of("a", "b")));
    assertThat(sample.draw(FIRST, 100))
        .hasSize(100)
        .allMatch(item -> item.embedded().present().equals(A));
  }
}
