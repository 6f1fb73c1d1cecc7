package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.encoder.Vector;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an index should hold and find: a map of items, all looked at in double precision. */
final class BruteForce {
  /** Of a score, whatever the order in which its products are added. */
  private static final double TOLERANCE = 1e-6;

  private final Map<String, Entry> items = new TreeMap<>();

  void apply(List<Change> changes) {
    for (Change change : changes) {
      switch (change) {
        case Change.Put(var entry) -> items.put(entry.id(), entry);
        case Change.Remove(var id) -> items.remove(id);
      }
    }
  }

  int count() {
    return items.size();
  }

  Set<String> ids() {
    return items.keySet();
  }

  /** Ids that a search may find. */
  Set<String> matching(Search search) {
    return items.values().stream()
        .filter(entry -> entry.vectors().containsKey(search.target()))
        .filter(entry ->
            search
                .filter()
                .map(filter -> filter.test(entry.present(), entry.metadata()))
                .orElse(true))
        .map(Entry::id)
        .collect(Collectors.toSet());
  }

  List<Hit> hits(Search search, int query) {
    return matching(search).stream()
        .map(items::get)
        .map(entry -> new Hit(entry.id(), (float) score(search, query, entry), entry.present()))
        .sorted(Hit.ORDER)
        .limit(search.k())
        .toList();
  }

  private static double score(Search search, int query, Entry entry) {
    Vector a = search.queries().get(query);
    Vector b = Objects.requireNonNull(entry.vectors().get(search.target()));
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += (double) a.get(i) * b.get(i);
    }
    return sum;
  }

  /** Holds an index to what it must find, but for neighbours in rank that score nearly the same. */
  void check(VectorIndex index, Search search) {
    List<List<Hit>> found = checkHits(index, search);
    for (int query = 0; query < found.size(); query++) {
      List<Hit> expected = hits(search, query);
      assertThat(found.get(query)).hasSameSizeAs(expected);
      for (int rank = 0; rank < expected.size(); rank++) {
        assertThat(found.get(query).get(rank).score())
            .isCloseTo(expected.get(rank).score(), within((float) TOLERANCE));
      }
    }
  }

  /** Holds hits to being what they say, in order, and as many as there can be. */
  List<List<Hit>> checkHits(VectorIndex index, Search search) {
    List<List<Hit>> found = index.search(search);
    assertThat(found).hasSameSizeAs(search.queries());
    Set<String> matching = matching(search);
    for (int query = 0; query < found.size(); query++) {
      List<Hit> hits = found.get(query);
      assertThat(hits).isSortedAccordingTo(Hit.ORDER);
      assertThat(hits).hasSize(Math.min(search.k(), matching.size()));
      assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates().isSubsetOf(matching);
      for (Hit hit : hits) {
        Entry entry = Objects.requireNonNull(items.get(hit.id()));
        assertThat(hit.present()).isEqualTo(entry.present());
        assertThat((double) hit.score()).isCloseTo(score(search, query, entry), within(TOLERANCE));
      }
    }
    return found;
  }

  /** Which part of the nearest items of all queries an index finds. */
  double recall(VectorIndex index, Search search) {
    List<List<Hit>> found = checkHits(index, search);
    double hit = 0;
    double all = 0;
    for (int query = 0; query < found.size(); query++) {
      Set<String> expected = new HashSet<>();
      hits(search, query).forEach(each -> expected.add(each.id()));
      all += expected.size();
      hit += found.get(query).stream().filter(each -> expected.contains(each.id())).count();
    }
    return hit / all;
  }
}
