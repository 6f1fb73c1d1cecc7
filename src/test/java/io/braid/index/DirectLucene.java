package io.braid.index;

import io.braid.encoder.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.MMapDirectory;
import org.jspecify.annotations.Nullable;

/**
 * What one would write against Lucene's own API to search the index that {@link LuceneIndex} has
 * persisted in a folder: the same segments, the same number of candidates, a filter that was
 * compiled before, and the ids read from the same doc values. For the benchmark.
 */
public final class DirectLucene implements AutoCloseable {
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final String field;
  private final @Nullable Query filter;

  private DirectLucene(DirectoryReader reader, String field, @Nullable Query filter) {
    this.reader = reader;
    this.searcher = new IndexSearcher(reader);
    this.field = field;
    this.filter = filter;
  }

  public static DirectLucene open(Path folder, String target, @Nullable Filter filter)
      throws IOException {
    return new DirectLucene(
        DirectoryReader.open(new MMapDirectory(folder)),
        LuceneFields.vector(target),
        filter == null ? null : LuceneFilters.compile(filter));
  }

  public int segments() {
    return reader.leaves().size();
  }

  /** Ids of the nearest. */
  public List<String> search(Vector query, int k) throws IOException {
    var knn = new KnnFloatVectorQuery(field, query.toArray(), Tuning.DEFAULT.candidates(k), filter);
    var ids = new ArrayList<String>(k);
    for (ScoreDoc found : searcher.search(knn, k).scoreDocs) {
      var leaf = reader.leaves().get(ReaderUtil.subIndex(found.doc, reader.leaves()));
      var values = leaf.reader().getBinaryDocValues(LuceneFields.HIT);
      values.advanceExact(found.doc - leaf.docBase);
      ids.add(LuceneDocuments.hit(values.binaryValue(), found.score).id());
    }
    return ids;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
