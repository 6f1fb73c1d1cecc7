package io.braid.index;

import io.braid.encoder.Vector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.VectorScorer;

/** One search in one state of a Lucene index. */
final class LuceneSearch {
  private final IndexSearcher searcher;
  private final Tuning tuning;
  private final String field;
  private final int k;
  private final Optional<Allowed> allowed;

  /** Number of the target's vectors in each segment that has any, of deleted documents too. */
  private final List<Integer> segments = new ArrayList<>();

  /** Of how many vectors the search may find the items: at most so many without a filter. */
  private final long matching;

  private LuceneSearch(
      IndexSearcher searcher, Tuning tuning, String field, int k, Optional<Allowed> allowed)
      throws IOException {
    this.searcher = searcher;
    this.tuning = tuning;
    this.field = field;
    this.k = k;
    this.allowed = allowed;
    for (LeafReaderContext leaf : leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (values != null && values.size() > 0) {
        segments.add(values.size());
      }
    }
    this.matching =
        allowed
            .map(Allowed::count)
            .orElseGet(() -> segments.stream().mapToLong(Integer::longValue).sum());
  }

  static List<List<Hit>> run(Search search, IndexSearcher searcher, Tuning tuning)
      throws IOException {
    String field = LuceneFields.vector(search.target());
    Optional<Allowed> allowed =
        search.filter().isPresent()
            ? Optional.of(Allowed.of(search.filter().get(), field, searcher))
            : Optional.empty();
    var run = new LuceneSearch(searcher, tuning, field, search.k(), allowed);
    var hits = new ArrayList<List<Hit>>();
    for (Vector query : search.queries()) {
      hits.add(run.hits(query.toArray(), search.isExact()));
    }
    return hits;
  }

  private List<Hit> hits(float[] query, boolean isExact) throws IOException {
    if (matching == 0) {
      return List.of();
    }
    checkSize(query);
    if (!isExact && tuning.isGraphCheaper(k, segments, matching)) {
      long[] found = approximate(query);
      // Of documents that are deleted, or far from everything else, a graph may lead to too few.
      if (found.length >= Math.min(k, matching)) {
        return read(found);
      }
    }
    return read(exact(query));
  }

  private void checkSize(float[] query) {
    for (LeafReaderContext leaf : leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null) {
        checkSize(query.length, info.getVectorDimension());
      }
    }
  }

  private static void checkSize(int query, int vectors) {
    if (query != vectors) {
      throw new IllegalArgumentException(
          "a query of %d for vectors of %d".formatted(query, vectors));
    }
  }

  private long[] approximate(float[] query) throws IOException {
    int candidates = (int) Math.min(tuning.candidates(k), matching);
    var nearest = new Nearest(k);
    var knn = new KnnFloatVectorQuery(field, query, candidates, allowed.orElse(null));
    for (ScoreDoc found : searcher.search(knn, candidates).scoreDocs) {
      nearest.offer(found.doc, cosine(found.score));
    }
    return nearest.take();
  }

  private long[] exact(float[] query) throws IOException {
    var nearest = new Nearest(k);
    var buffer = new DocAndFloatFeatureBuffer();
    for (LeafReaderContext leaf : leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (values == null || values.size() == 0) {
        continue;
      }
      VectorScorer scorer = Objects.requireNonNull(values.scorer(query));
      DocIdSetIterator documents =
          allowed.isPresent()
              ? allowed.get().in(leaf)
              : DocIdSetIterator.all(leaf.reader().maxDoc());
      VectorScorer.Bulk scores = scorer.bulk(documents);
      scores.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, leaf.reader().getLiveDocs(), buffer);
      while (buffer.size > 0) {
        for (int i = 0; i < buffer.size; i++) {
          nearest.offer(leaf.docBase + buffer.docs[i], cosine(buffer.features[i]));
        }
        scores.nextDocsAndScores(
            DocIdSetIterator.NO_MORE_DOCS, leaf.reader().getLiveDocs(), buffer);
      }
    }
    return nearest.take();
  }

  /** What a search gives a vector as its score, -1 to 1. */
  static float cosine(float[] query, Vector vector) {
    checkSize(query.length, vector.size());
    return cosine(VectorSimilarityFunction.DOT_PRODUCT.compare(query, vector.toArray()));
  }

  /** Lucene's score of DOT_PRODUCT is (1 + cosine) / 2, and not below 0. */
  private static float cosine(float score) {
    return Math.min(2 * score - 1, 1);
  }

  private List<Hit> read(long[] items) throws IOException {
    Long[] forwards = Arrays.stream(items).boxed().toArray(Long[]::new);
    Arrays.sort(forwards, Comparator.comparingInt(Nearest::number)); // as doc values are read
    var hits = new ArrayList<Hit>(items.length);
    BinaryDocValues values = DocValues.emptyBinary();
    int start = 0;
    int end = 0;
    for (long item : forwards) {
      int number = Nearest.number(item);
      if (number >= end) {
        LeafReaderContext leaf = leaves().get(ReaderUtil.subIndex(number, leaves()));
        values = DocValues.getBinary(leaf.reader(), LuceneFields.HIT);
        start = leaf.docBase;
        end = start + leaf.reader().maxDoc();
      }
      if (!values.advanceExact(number - start)) {
        throw new IllegalStateException("a document without an id; this is a bug");
      }
      hits.add(LuceneDocuments.hit(values.binaryValue(), Nearest.score(item)));
    }
    hits.sort(Hit.ORDER);
    return hits.size() <= k ? hits : List.copyOf(hits.subList(0, k));
  }

  private List<LeafReaderContext> leaves() {
    return searcher.getIndexReader().leaves();
  }
}
