package io.braid.index;

import io.braid.encoder.Vector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** A search among a few changes, one by one, and among everything else by another way. */
final class RecentSearch {
  /** Searches a state that may lack the changes. */
  interface Older {
    List<List<Hit>> run(Search search) throws IOException;
  }

  private RecentSearch() {}

  /**
   * @param recent at most one an item
   */
  static List<List<Hit>> run(Search search, List<Change> recent, Older older) throws IOException {
    if (recent.isEmpty()) {
      return older.run(search);
    }
    var changed = recent.stream().map(Change::id).collect(Collectors.toSet());
    List<List<Hit>> found = unchanged(search, search.k(), changed, older);
    List<Entry> entries = matching(search, recent);
    var results = new ArrayList<List<Hit>>();
    for (int i = 0; i < found.size(); i++) {
      var hits = new ArrayList<>(found.get(i));
      float[] query = search.queries().get(i).toArray();
      for (Entry entry : entries) {
        Vector vector = Objects.requireNonNull(entry.vectors().get(search.target()));
        hits.add(new Hit(entry.id(), LuceneSearch.cosine(query, vector), entry.present()));
      }
      hits.sort(Hit.ORDER);
      results.add(List.copyOf(hits.subList(0, Math.min(search.k(), hits.size()))));
    }
    return results;
  }

  /**
   * The nearest of each query among what has not changed: at least as many as the search wants, if
   * there are.
   *
   * @param k how many to look for at first: among them may be some that have changed
   */
  private static List<List<Hit>> unchanged(Search search, int k, Set<String> changed, Older older)
      throws IOException {
    var results = new ArrayList<List<Hit>>();
    var tooFew = new ArrayList<Integer>();
    int hidden = 0;
    for (List<Hit> found : older.run(with(search, search.queries(), k))) {
      List<Hit> hits = found.stream().filter(hit -> !changed.contains(hit.id())).toList();
      if (found.size() == k && hits.size() < search.k()) {
        tooFew.add(results.size());
        hidden = Math.max(hidden, k - hits.size());
      }
      results.add(hits);
    }
    if (!tooFew.isEmpty()) {
      List<Vector> queries = tooFew.stream().map(search.queries()::get).toList();
      List<List<Hit>> more =
          unchanged(with(search, queries, search.k()), search.k() + 2 * hidden, changed, older);
      for (int i = 0; i < more.size(); i++) {
        results.set(tooFew.get(i), more.get(i));
      }
    }
    return results;
  }

  private static Search with(Search search, List<Vector> queries, int k) {
    return new Search(search.target(), queries, k, search.filter(), search.isExact());
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
}
