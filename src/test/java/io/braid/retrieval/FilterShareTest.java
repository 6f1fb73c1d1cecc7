package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.encoder.Output;
import io.braid.index.Filter;
import io.braid.index.Value;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterShareTest {
  private static final GenerationId FIRST = new GenerationId(1, 1);
  private static final Filter NORTH = new Filter.In("site", Set.of(new Value.Text("north")));
  private static final Filter HAS_B = new Filter.Present("b");
  private static final Filter ANY = new Filter.All(List.of());
  private static final Filter NONE = new Filter.Any(List.of());

  @TempDir private Path folder;
  private ItemDatabase database;
  private FilterShare share;

  @BeforeEach
  void open() {
    database = new ItemDatabase(folder);
    share = new FilterShare(new ItemSample(database.items()));
  }

  /** Puts items from one number to another. */
  private void put(GenerationId generation, int from, int to, List<String> present, String site) {
    List<String> ids = IntStream.range(from, to).mapToObj(Integer::toString).toList();
    database.put(generation, ids, present, "{\"site\": \"" + site + "\"}");
  }

  private static StoredCollection collection(long sequence, long items) {
    return new StoredCollection(
        1,
        "patients",
        "model",
        1,
        Engine.TORCH,
        Set.of(Output.FUSION),
        1,
        IndexAttempts.FIRST,
        sequence,
        items,
        1,
        Instant.EPOCH);
  }

  private double of(long sequence, long items, Filter filter) {
    return share.of(collection(sequence, items), FIRST, filter);
  }

  @Test
  void ofFewItemsItIsThePartThatPasses() {
    put(FIRST, 0, 30, List.of("a"), "north");
    put(FIRST, 30, 99, List.of("a", "b"), "south");
    assertThat(of(99, 99, NORTH)).isCloseTo(0.30, within(0.01));
    assertThat(of(99, 99, HAS_B)).isCloseTo(0.70, within(0.01));
    assertThat(of(99, 99, new Filter.Not(NORTH))).isCloseTo(0.70, within(0.01));
  }

  @Test
  void ofManyItemsItIsAboutThePartThatPasses() {
    put(FIRST, 0, 1000, List.of("a", "b"), "north");
    put(FIRST, 1000, 5000, List.of("a"), "south");
    assertThat(of(5000, 5000, NORTH)).isCloseTo(0.2, within(0.05));
    assertThat(of(5000, 5000, HAS_B)).isCloseTo(0.2, within(0.05));
  }

  @Test
  void itIsOneWhereAllPassAndNeverZero() {
    put(FIRST, 0, 50, List.of("a"), "north");
    assertThat(of(50, 50, ANY)).isEqualTo(1);
    assertThat(of(50, 50, NONE)).isPositive().isLessThan(0.03);
    assertThat(share.of(collection(0, 0), new GenerationId(2, 1), NORTH)).isPositive();
  }

  @Test
  void itemsAreLookedAtAgainOnceMoreThanATwentiethHasChanged() {
    put(FIRST, 0, 100, List.of("a"), "south");
    double before = of(100, 100, NORTH);
    put(FIRST, 0, 5, List.of("a"), "north");
    assertThat(of(105, 100, NORTH)).isEqualTo(before);
    put(FIRST, 5, 6, List.of("a"), "north");
    assertThat(of(106, 100, NORTH)).isCloseTo(0.06, within(0.01));
  }

  @Test
  void itemsOfAnotherGenerationAreLookedAtAgain() {
    put(FIRST, 0, 100, List.of("a"), "north");
    assertThat(of(100, 100, HAS_B)).isLessThan(0.02);
    var second = new GenerationId(1, 2);
    put(second, 0, 100, List.of("a", "b"), "north");
    assertThat(share.of(collection(100, 100), second, HAS_B)).isEqualTo(1);
  }

  @Test
  void eachCollectionHasItsOwn() {
    put(FIRST, 0, 50, List.of("a"), "north");
    var other = new GenerationId(2, 1);
    put(other, 0, 50, List.of("a"), "south");
    assertThat(of(50, 50, NORTH)).isEqualTo(1);
    StoredCollection same = collection(50, 50);
    var second =
        new StoredCollection(
            2,
            "others",
            same.model(),
            1,
            same.engine(),
            same.keep(),
            1,
            IndexAttempts.FIRST,
            50,
            50,
            1,
            Instant.EPOCH);
    assertThat(share.of(second, other, NORTH)).isLessThan(0.03);
    assertThat(of(50, 50, NORTH)).isEqualTo(1);
  }

  @Test
  void whatIsForgottenIsLookedAtAgain() {
    put(FIRST, 0, 100, List.of("a"), "south");
    assertThat(of(100, 100, NORTH)).isLessThan(0.02);
    put(FIRST, 0, 5, List.of("a"), "north");
    share.forget(1);
    assertThat(of(105, 100, NORTH)).isCloseTo(0.05, within(0.01));
  }
}
