package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Vector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index by Lucene where what a test changes is seen beside an older searcher. */
class RecentChangesTest extends VectorIndexContract {
  @TempDir Path folder;

  @Override
  VectorIndex emptyIndex() {
    return LuceneIndex.open(folder, new Tuning(40, 0, 256));
  }

  @Test
  void findsWhatComesNextWhereMuchOfTheNearestHasChanged() {
    apply(random(200));
    index.count(); // a searcher shows them
    Vector query = entries.vector();
    List<Hit> nearest = index.search(approximate(60, query)).getFirst();
    for (int i = 0; i < 60; i++) {
      String id = nearest.get(i).id();
      apply(i % 2 == 0 ? new Change.Remove(id) : put(id, entries.vector()));
      expected.check(index, approximate(10, query));
      expected.check(index, exact(10, query, entries.vector()));
    }
  }

  @Test
  void holdsTheLastChangeOfEachItemUntilASearcherShowsIt() {
    var recent = new RecentChanges(4);
    var removed = new Change.Remove("a");
    recent.add(List.of(put("a", Vector.of(1, 0)), put("b", Vector.of(1, 0)), removed));
    assertThat(recent.unseen(3).orElseThrow()).hasSize(2).contains(removed);
    var last = put("c", Vector.of(1, 0));
    recent.add(List.of(last));
    recent.shown(3);
    assertThat(recent.unseen(4)).contains(List.of(last));
    recent.shown(4);
    assertThat(recent.unseen(4)).contains(List.of());
  }

  @Test
  void whereTooMuchHasChangedASearcherIsToBeOpened() {
    var recent = new RecentChanges(4);
    assertThat(recent.areMany()).isFalse();
    recent.add(removals(0, 3));
    assertThat(recent.areMany()).isTrue();
    recent.add(removals(3, 6));
    assertThat(recent.unseen(6)).isEmpty();
    recent.shown(4);
    assertThat(recent.unseen(6)).isEmpty();
    assertThat(recent.unseen(4)).as("for one that began before").contains(List.of());
    recent.shown(6);
    assertThat(recent.unseen(6).orElseThrow()).hasSizeLessThan(2);
    recent.add(removals(6, 8));
    assertThat(recent.unseen(8).orElseThrow()).containsAll(removals(6, 8));
  }

  @Test
  void fewerLongVectorsAreHeld() {
    var recent = new RecentChanges(1000);
    var changes = new ArrayList<Change>();
    Vector vector = Vector.of(new float[1 << 18]);
    for (int i = 0; i < 5; i++) {
      changes.add(new Change.Put(new Entry("" + i, Map.of("a", vector), List.of(), Metadata.NONE)));
    }
    recent.add(changes.subList(0, 4));
    assertThat(recent.unseen(4).orElseThrow()).hasSize(4);
    recent.add(changes.subList(4, 5));
    assertThat(recent.unseen(5)).isEmpty();
  }

  private static List<Change> removals(int from, int to) {
    return IntStream.range(from, to).<Change>mapToObj(i -> new Change.Remove("" + i)).toList();
  }
}
