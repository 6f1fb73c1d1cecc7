package io.braid.index;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;

/**
 * What searches see of a Lucene index: a state of it, and the few changes since.
 *
 * <p>That none is missed rests on three orders. The writer has a change before it counts as one.
 * Opening reads the number of the last change, then opens, then lets go of the changes up to that
 * number. A search takes the changes, then a searcher: it may show some of them already, or newer
 * ones, but lacks none that is not among them.
 */
final class LuceneSearchers implements Closeable {
  /** A use of a searcher beside changes that it may not show, at most one an item. */
  interface Reading<T> {
    T read(IndexSearcher searcher, List<Change> recent) throws IOException;
  }

  private final SearcherManager searchers;
  private final RecentChanges recent;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile boolean isMerged;

  /**
   * @param maxRecentChanges as in {@link Tuning}
   */
  LuceneSearchers(IndexWriter writer, int maxRecentChanges) throws IOException {
    this.searchers = new SearcherManager(writer, new SearcherFactory());
    this.recent = new RecentChanges(maxRecentChanges);
  }

  /** The writer has these changes: what is read from now on sees them. */
  void changed(List<Change> changes) {
    recent.add(changes);
  }

  /** The writer has merged segments, which are faster to search than what they were made of. */
  void merged() {
    isMerged = true;
  }

  /** Of the changes that are made while it reads it may see any. */
  <T> T read(Reading<T> reading) throws IOException {
    List<Change> changes = recent();
    IndexSearcher searcher = searchers.acquire();
    try {
      return reading.read(searcher, changes);
    } finally {
      searchers.release(searcher);
    }
  }

  /** Of documents, all changes made. */
  long count() throws IOException {
    opening.lock();
    try {
      open();
    } finally {
      opening.unlock();
    }
    return read((searcher, _) -> (long) searcher.getIndexReader().numDocs());
  }

  /** Changes to be looked at beside the searcher that is acquired next. */
  private List<Change> recent() {
    long wanted = recent.last();
    // Before changes are forgotten, one search opens the next searcher while others go on.
    if ((recent.areMany() || isMerged) && opening.tryLock()) {
      try {
        open();
      } finally {
        opening.unlock();
      }
    }
    var unseen = recent.unseen(wanted);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    opening.lock(); // those that wait here share what the first of them opens
    try {
      if (recent.unseen(wanted).isEmpty()) {
        open();
      }
      return recent.unseen(wanted).orElseThrow();
    } finally {
      opening.unlock();
    }
  }

  /** Opens a searcher that shows all changes up to now; to be called holding {@link #opening}. */
  private void open() {
    long number = recent.last();
    isMerged = false;
    // In a thread that nobody interrupts, which would close the files that it writes.
    CompletableFuture.runAsync(this::refresh, Thread::startVirtualThread).join();
    recent.shown(number);
  }

  private void refresh() {
    try {
      searchers.maybeRefreshBlocking();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) { // not of what is searched for
      throw new IllegalStateException("no searcher can be opened", e);
    }
  }

  @Override
  public void close() throws IOException {
    searchers.close();
  }
}
