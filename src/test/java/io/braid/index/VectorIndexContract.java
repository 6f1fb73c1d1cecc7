package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Vector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every index must do. Each implementation has a test class that extends this one. */
abstract class VectorIndexContract {
  private static final int ALL = 10_000;

  final RandomEntries entries = new RandomEntries(1);
  final BruteForce expected = new BruteForce();
  VectorIndex index;
  private long sequence;

  abstract VectorIndex emptyIndex() throws Exception;

  /** How often a change is made and looked for, while others look too. */
  int rounds() {
    return 150;
  }

  @BeforeEach
  void open() throws Exception {
    index = emptyIndex();
  }

  @AfterEach
  void close() {
    index.close();
  }

  void apply(Change... changes) {
    apply(List.of(changes));
  }

  void apply(List<Change> changes) {
    index.apply(changes, sequence += changes.size());
    expected.apply(changes);
  }

  static Change put(String id, Vector vector, String... present) {
    return new Change.Put(new Entry(id, Map.of("fusion", vector), List.of(present), Metadata.NONE));
  }

  static Search exact(int k, Vector... queries) {
    return new Search("fusion", List.of(queries), k, Optional.empty(), true);
  }

  static Search approximate(int k, Vector... queries) {
    return new Search("fusion", List.of(queries), k, Optional.empty(), false);
  }

  static Search filtered(Search search, Filter filter) {
    return new Search(
        search.target(), search.queries(), search.k(), Optional.of(filter), search.isExact());
  }

  List<String> found(Search search) {
    return index.search(search).getFirst().stream().map(Hit::id).toList();
  }

  List<Change> random(int count) {
    return IntStream.range(0, count)
        .<Change>mapToObj(i -> new Change.Put(entries.entry("item " + i)))
        .toList();
  }

  @Test
  void anEmptyIndexFindsNothing() {
    assertThat(index.count()).isZero();
    assertThat(index.search(approximate(3, entries.vector(), entries.vector())))
        .containsExactly(List.of(), List.of());
    assertThat(index.search(exact(3))).isEmpty();
    assertThat(index.search(filtered(exact(3, entries.vector()), new Filter.Exists("a"))))
        .containsExactly(List.of());
  }

  @Test
  void findsTheNearestByCosineWithTheirModalities() {
    apply(
        put("east", Vector.of(1, 0), "rna", "image"),
        put("north", Vector.of(0, 1)),
        put("west", Vector.of(-1, 0), "image"));
    assertThat(index.search(approximate(3, Vector.of(0, 1), Vector.of(-1, 0))))
        .containsExactly(
            List.of(
                new Hit("north", 1, List.of()),
                new Hit("east", 0, List.of("rna", "image")),
                new Hit("west", 0, List.of("image"))),
            List.of(
                new Hit("west", 1, List.of("image")),
                new Hit("north", 0, List.of()),
                new Hit("east", -1, List.of("rna", "image"))));
  }

  @Test
  void findsNoMoreThanKAndAllThereAreWhereTheyAreFewer() {
    apply(random(20));
    for (int k : new int[] {1, 5, 19, 20, 21, ALL}) {
      expected.check(index, exact(k, entries.vector()));
      expected.check(index, approximate(k, entries.vector(), entries.vector()));
    }
  }

  @Test
  void equalScoresComeById() {
    var changes = new ArrayList<Change>();
    for (int i = 0; i < 200; i++) {
      changes.add(put("%03d".formatted(i * 7 % 200), Vector.of(i % 2 == 0 ? 1 : 0, i % 2)));
      if (i % 60 == 59) {
        apply(changes);
        changes.clear();
        index.count(); // so that Lucene has several segments
      }
    }
    apply(changes);
    List<String> inOrder =
        IntStream.iterate(0, i -> i < 200, i -> i + 2)
            .mapToObj(i -> "%03d".formatted(i * 7 % 200))
            .sorted()
            .toList();
    for (int k : new int[] {1, 7, 33, 99}) {
      assertThat(found(exact(k, Vector.of(1, 0)))).isEqualTo(inOrder.subList(0, k));
    }
  }

  @Test
  void eachTargetHasItsOwnVectorsAndItemsThatLackThem() {
    apply(random(60));
    for (String target : RandomEntries.TARGETS) {
      expected.check(
          index, new Search(target, List.of(entries.vector()), ALL, Optional.empty(), false));
    }
    assertThat(
            index.search(new Search("none", List.of(entries.vector()), 3, Optional.empty(), false)))
        .containsExactly(List.of());
    assertThat(index.count()).isEqualTo(60);
  }

  @Test
  void anItemTakesThePlaceOfTheOneWithItsIdAndGoesWhenRemoved() {
    apply(put("a", Vector.of(1, 0), "rna"), put("b", Vector.of(0, 1)));
    apply(put("a", Vector.of(0, 1), "image"));
    assertThat(index.search(exact(9, Vector.of(0, 1))).getFirst())
        .containsExactly(new Hit("a", 1, List.of("image")), new Hit("b", 1, List.of()));
    apply(new Change.Remove("a"), new Change.Remove("never there"));
    assertThat(found(exact(9, Vector.of(1, 0)))).containsExactly("b");
    assertThat(index.count()).isEqualTo(1);
    apply(new Change.Put(new Entry("b", Map.of(), List.of(), Metadata.NONE)));
    assertThat(found(exact(9, Vector.of(1, 0)))).isEmpty();
    assertThat(index.count()).isEqualTo(1);
    apply(put("a", Vector.of(1, 0)), put("b", Vector.of(1, 0)), new Change.Remove("b"));
    assertThat(found(exact(9, Vector.of(1, 0)))).containsExactly("a");
    apply(new Change.Remove("a"));
    assertThat(found(approximate(9, Vector.of(1, 0)))).isEmpty();
    assertThat(index.count()).isZero();
  }

  @Test
  void changesMayBeSeenAgain() {
    var changes = new ArrayList<>(random(50));
    changes.add(new Change.Remove("item 3"));
    apply(changes);
    apply(changes.subList(20, changes.size()));
    apply(changes);
    assertThat(index.count()).isEqualTo(49);
    expected.check(index, exact(ALL, entries.vector()));
  }

  @Test
  void anySequenceOfChangesLeavesWhatAMapWouldHold() {
    var random = new Random(2);
    for (int round = 0; round < 60; round++) {
      var changes = new ArrayList<Change>();
      for (int i = random.nextInt(12); i > 0; i--) {
        String id = "item " + random.nextInt(40);
        changes.add(
            random.nextInt(3) == 0 ? new Change.Remove(id) : new Change.Put(entries.entry(id)));
      }
      apply(changes);
      if (random.nextInt(10) == 0) {
        index.persist();
      }
      var queries = List.of(entries.vector(), entries.vector());
      String target = RandomEntries.TARGETS.get(round % 3);
      var filter = Optional.of(entries.filter(2)).filter(_ -> random.nextBoolean());
      expected.check(
          index, new Search(target, queries, 1 + random.nextInt(50), filter, random.nextBoolean()));
      if (random.nextInt(10) == 0) {
        assertThat(index.count()).isEqualTo(expected.count());
      }
    }
  }

  @Test
  void filtersMeanWhatTheySay() {
    apply(random(300));
    for (int i = 0; i < 600; i++) {
      var search = filtered(exact(ALL, entries.vector()), entries.filter(3));
      var ids = new HashSet<>(found(search));
      assertThat(ids).as("%s", search.filter()).isEqualTo(expected.matching(search));
    }
    for (int i = 0; i < 100; i++) {
      expected.check(index, filtered(approximate(5, entries.vector()), entries.filter(2)));
    }
  }

  @Test
  void aSearchSeesEveryChangeThatWasMadeBeforeItBegan() throws Exception {
    apply(random(200));
    Vector far = Vector.of(1, 0, 0, 0, 0, 0, 0, 0);
    apply(put("changing", far, "0"));
    var latest = new AtomicInteger();
    var done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      var searchers = new ArrayList<Future<?>>();
      for (int thread = 0; thread < 4; thread++) {
        searchers.add(
            threads.submit(() -> {
              while (!done.get()) {
                int seen = latest.get();
                Hit hit = index.search(approximate(1, far)).getFirst().getFirst();
                assertThat(Integer.parseInt(hit.present().getFirst())).isGreaterThanOrEqualTo(seen);
              }
            }));
      }
      try {
        for (int i = 1; i <= rounds(); i++) {
          var changes = new ArrayList<Change>(random(i % 5 == 0 ? 300 : 1)); // crowds at times
          changes.add(put("changing", far, Integer.toString(i)));
          apply(changes);
          latest.set(i);
          assertThat(index.search(approximate(1, far)).getFirst())
              .containsExactly(new Hit("changing", 1, List.of(Integer.toString(i))));
        }
      } finally {
        done.set(true);
      }
      for (var searcher : searchers) {
        searcher.get();
      }
    }
  }

  @Test
  void longTextsAreFilteredByToo() {
    var random = new Random(4); // so that no engine can make it short
    String text =
        random
            .ints(8000, 'a', 'z')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    Metadata metadata =
        new Metadata(
            Map.of("note", Set.of(new Value.Text(text)), text, Set.of(new Value.Flag(true))));
    apply(
        new Change.Put(
            new Entry("long", Map.of("fusion", Vector.of(1, 0)), List.of("rna"), metadata)),
        put("none", Vector.of(1, 0)));
    Search all = exact(9, Vector.of(1, 0));
    assertThat(found(filtered(all, new Filter.In("note", Set.of(new Value.Text(text))))))
        .containsExactly("long");
    assertThat(found(filtered(all, new Filter.In("note", Set.of(new Value.Text(text + "z"))))))
        .isEmpty();
    assertThat(found(filtered(all, new Filter.Exists(text)))).containsExactly("long");
  }

  @Test
  void findsNearlyWhatExactSearchFinds() {
    var vectors = new ClusteredVectors(50, 16, 0.5, 3);
    var changes = new ArrayList<Change>();
    for (int i = 0; i < 4000; i++) {
      Metadata metadata = new Metadata(Map.of("i", Set.of(new Value.Numeric(i % 100))));
      changes.add(
          new Change.Put(
              new Entry("" + i, Map.of("fusion", vectors.next()), List.of("rna"), metadata)));
      if (i == 2500 || i == 3300) {
        apply(changes); // in segments, of an engine that has them
        changes.clear();
        index.count();
      }
    }
    for (int i = 0; i < 4000; i += 9) {
      changes.add(new Change.Remove("" + i));
    }
    apply(changes);
    Vector[] queries = Stream.generate(vectors::next).limit(100).toArray(Vector[]::new);
    Search open = approximate(10, queries);
    assertThat(expected.recall(index, open)).isGreaterThan(0.95);
    for (double below : new double[] {90, 50, 5, 1}) {
      assertThat(expected.recall(index, filtered(open, below(below)))).isGreaterThan(0.95);
      expected.check(index, filtered(exact(10, queries), below(below)));
    }
    expected.check(index, exact(10, queries));
    expected.checkHits(index, approximate(3000, queries[0]));
  }

  private static Filter below(double number) {
    return new Filter.NumberRange(
        "i", Optional.empty(), Optional.of(new Filter.Bound<>(number, false)));
  }
}
