package io.braid.index;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;

/** What searches see of a Lucene index: a state of it, and the few changes since. */
final class LuceneSearchers implements Closeable {
  /** A use of a searcher and of the changes that it may not show, at most one an item. */
  interface Reading<T> {
    T read(IndexSearcher searcher, List<Change> unseen) throws IOException;
  }

  private final SearcherManager searchers;
  private final RecentChanges recent;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile boolean isMerged;

  /**
   * @param recentChanges as in {@link Tuning}
   */
  LuceneSearchers(IndexWriter writer, int recentChanges) throws IOException {
    this.searchers = new SearcherManager(writer, new SearcherFactory());
    this.recent = new RecentChanges(recentChanges);
  }

  /** Shows changes, which the writer has, to whatever is read from now on. */
  void show(List<Change> changes) {
    recent.add(changes);
  }

  /** Lets a search change over to merged segments. */
  void showMerged() {
    isMerged = true;
  }

  <T> T read(Reading<T> reading) throws IOException {
    List<Change> unseen = unseen();
    IndexSearcher searcher = searchers.acquire();
    try {
      return reading.read(searcher, unseen);
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

  /** To be looked at beside the searcher that is acquired next. */
  private List<Change> unseen() {
    long wanted = recent.last();
    // Before changes are forgotten, one search opens the next searcher while others go on.
    if ((recent.areMany() || isMerged) && opening.tryLock()) {
      try {
        open();
      } finally {
        opening.unlock();
      }
    }
    Optional<List<Change>> unseen = recent.unseen(wanted);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    opening.lock(); // those that wait here share what the first of them opens
    try {
      return recent
          .unseen(wanted)
          .orElseGet(() -> {
            open();
            return recent.unseen(wanted).orElseThrow();
          });
    } finally {
      opening.unlock();
    }
  }

  /** Opens a searcher that shows all changes up to now. */
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
    }
  }

  @Override
  public void close() throws IOException {
    searchers.close();
  }
}
