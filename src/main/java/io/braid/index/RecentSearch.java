package io.braid.index;

import io.braid.encoder.Vector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A search among a few changes, one by one, and in a searcher that does not show them. */
final class RecentSearch {
  /** The same search where the changes are not shown. */
  interface Earlier {
    List<List<Hit>> run(Search search) throws IOException;
  }

  private RecentSearch() {}

  /**
   * @param recent at most one an item
   */
  static List<List<Hit>> run(Search search, List<Change> recent, Earlier earlier)
      throws IOException {
    List<List<Hit>> before = earlier.run(search);
    if (recent.isEmpty()) {
      return before;
    }
    var changed = recent.stream().map(Change::id).collect(Collectors.toSet());
    List<Entry> entries = matching(search, recent);
    var found = new ArrayList<List<Hit>>();
    for (int i = 0; i < before.size(); i++) {
      Vector query = search.queries().get(i);
      var hits = new ArrayList<>(before.get(i));
      if (hits.removeIf(hit -> changed.contains(hit.id())) && before.get(i).size() == search.k()) {
        // What was changed stood before others, but no more than there are changes.
        hits = new ArrayList<>(earlier.run(wider(search, query, recent.size())).getFirst());
        hits.removeIf(hit -> changed.contains(hit.id()));
      }
      for (Entry entry : entries) {
        hits.add(hit(query, entry, search.target()));
      }
      hits.sort(Hit.ORDER);
      found.add(List.copyOf(hits.subList(0, Math.min(search.k(), hits.size()))));
    }
    return found;
  }

  private static List<Entry> matching(Search search, List<Change> recent) {
    return recent.stream()
        .<Entry>mapMulti((change, put) -> {
          if (change instanceof Change.Put(var entry)) {
            put.accept(entry);
          }
        })
        .filter(entry -> entry.vectors().containsKey(search.target()))
        .filter(entry ->
            search.filter().isEmpty()
                || search.filter().get().test(entry.present(), entry.metadata()))
        .toList();
  }

  private static Search wider(Search search, Vector query, int by) {
    return new Search(
        search.target(), List.of(query), search.k() + by, search.filter(), search.isExact());
  }

  private static Hit hit(Vector query, Entry entry, String target) {
    return new Hit(
        entry.id(),
        LuceneSearch.cosine(query, Objects.requireNonNull(entry.vectors().get(target))),
        entry.present());
  }
}
