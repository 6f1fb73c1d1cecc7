package io.braid.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/** The documents that a filter lets a search find, worked out once for all of its queries. */
final class Allowed extends Query {
  /** Those of a segment, by its number, none of which is deleted or lacks the vector. */
  private final List<FixedBitSet> documents = new ArrayList<>();

  private final List<Integer> counts = new ArrayList<>();

  private Allowed() {}

  static Allowed of(Filter filter, String vectorField, IndexSearcher searcher) throws IOException {
    var query =
        new BooleanQuery.Builder()
            .add(LuceneFilters.compile(filter), Occur.FILTER)
            .add(new FieldExistsQuery(vectorField), Occur.FILTER)
            .build();
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    var allowed = new Allowed();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FixedBitSet found = documents(weight, leaf);
      allowed.documents.add(found);
      allowed.counts.add(found.cardinality());
    }
    return allowed;
  }

  private static FixedBitSet documents(Weight weight, LeafReaderContext leaf) throws IOException {
    var documents = new FixedBitSet(leaf.reader().maxDoc());
    Scorer scorer = weight.scorer(leaf);
    if (scorer == null) {
      return documents;
    }
    DocIdSetIterator iterator = scorer.iterator();
    if (iterator.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      iterator.intoBitSet(DocIdSetIterator.NO_MORE_DOCS, documents, 0);
    }
    Bits live = leaf.reader().getLiveDocs();
    if (live != null) {
      live.applyMask(documents, 0);
    }
    return documents;
  }

  long count() {
    return counts.stream().mapToLong(Integer::longValue).sum();
  }

  DocIdSetIterator in(LeafReaderContext leaf) {
    return new BitSetIterator(documents.get(leaf.ord), counts.get(leaf.ord));
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
        return ConstantScoreScorerSupplier.fromIterator(
            in(leaf), score(), scoreMode, leaf.reader().maxDoc());
      }

      @Override
      public boolean isCacheable(LeafReaderContext leaf) {
        return false;
      }
    };
  }

  @Override
  public String toString(String field) {
    return "allowed";
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
