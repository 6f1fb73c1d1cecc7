package io.braid.index;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NRTCachingDirectory;

/**
 * An index in a folder, by Lucene: approximate, by a graph of neighbours in every segment, where
 * that costs less than looking at all that may be found. The vectors and graphs are read through
 * the page cache, outside the heap.
 */
public final class LuceneIndex implements VectorIndex {
  /** Heap that changes may take before they go to the disk, MiB. */
  private static final double BUFFER = 64;

  /**
   * Largest segment that a change or a merge leaves in memory until it is persisted, and how much
   * of them, MiB: so that single changes, with searches between them, make no files.
   */
  private static final double SMALL = 5;

  private static final double ALL_SMALL = 64;

  static {
    // Who reads filters limits them; one that Lucene refuses would count as a broken index.
    IndexSearcher.setMaxClauseCount(1 << 20);
  }

  /** Of what {@link #persist} writes beside the documents. */
  private static final String FORMAT = "1";

  private final Directory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final BackgroundMerges merges;
  private final Tuning tuning;

  /** Counts what a new searcher would see that an old one does not. */
  private final AtomicLong news;

  /** How much of it the current searcher sees. */
  private volatile long seen;

  private final ReentrantLock reopening = new ReentrantLock();
  private final ReentrantLock persisting = new ReentrantLock();
  private volatile long applied;
  private volatile long persisted;

  private LuceneIndex(
      Directory directory,
      IndexWriter writer,
      BackgroundMerges merges,
      AtomicLong news,
      Tuning tuning,
      long sequence)
      throws IOException {
    this.directory = directory;
    this.writer = writer;
    this.merges = merges;
    this.news = news;
    this.tuning = tuning;
    this.searchers = new SearcherManager(writer, new SearcherFactory());
    this.applied = sequence;
    this.persisted = sequence;
  }

  /**
   * Opens the index of a folder, or makes one.
   *
   * @throws DamagedIndexException where the folder holds something else, or an index that is
   *     damaged; what is seen only later is thrown later
   */
  public static LuceneIndex open(Path folder) {
    return open(folder, Tuning.DEFAULT);
  }

  static LuceneIndex open(Path folder, Tuning tuning) {
    Directory directory = null;
    IndexWriter writer = null;
    try {
      Files.createDirectories(folder);
      directory = new NRTCachingDirectory(new MMapDirectory(folder), SMALL, ALL_SMALL);
      var news = new AtomicLong();
      var merges = new BackgroundMerges(news::incrementAndGet);
      boolean isNew = !DirectoryReader.indexExists(directory);
      writer = new IndexWriter(directory, config(merges));
      long sequence = isNew ? 0 : sequence(writer);
      return new LuceneIndex(directory, writer, merges, news, tuning, sequence);
    } catch (IOException | RuntimeException e) {
      try (Directory _ = directory) {
        if (writer != null) {
          writer.rollback();
        }
      } catch (IOException | RuntimeException again) {
        e.addSuppressed(again);
      }
      // Lucene's word for a format that this version does not have.
      throw e instanceof IllegalArgumentException
          ? new DamagedIndexException("the index cannot be read: " + e.getMessage(), e)
          : failure(e);
    }
  }

  private static IndexWriterConfig config(BackgroundMerges merges) {
    return new IndexWriterConfig()
        .setCodec(LuceneVectors.CODEC)
        .setRAMBufferSizeMB(BUFFER)
        .setMergeScheduler(merges);
  }

  private static long sequence(IndexWriter writer) {
    String format = "";
    long sequence = 0;
    for (var entry : writer.getLiveCommitData()) {
      switch (entry.getKey()) {
        case "format" -> format = entry.getValue();
        case "sequence" -> sequence = Long.parseLong(entry.getValue());
        default -> {}
      }
    }
    if (!format.equals(FORMAT)) {
      throw new DamagedIndexException("format '" + format + "', not " + FORMAT);
    }
    return sequence;
  }

  @Override
  public void apply(List<Change> changes, long sequence) {
    merges.check();
    try {
      for (Change change : changes) {
        switch (change) {
          case Change.Put(var entry) ->
              writer.updateDocument(LuceneFields.id(entry.id()), LuceneDocuments.document(entry));
          case Change.Remove(var id) -> writer.deleteDocuments(LuceneFields.id(id));
        }
      }
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
    applied = sequence;
    news.incrementAndGet();
  }

  @Override
  public List<List<Hit>> search(Search search) {
    return read(searcher -> LuceneSearch.run(search, searcher, tuning));
  }

  @Override
  public long count() {
    return read(searcher -> (long) searcher.getIndexReader().numDocs());
  }

  private interface Reading<T> {
    T read(IndexSearcher searcher) throws IOException;
  }

  private <T> T read(Reading<T> reading) {
    merges.check();
    try {
      showNews();
      IndexSearcher searcher = searchers.acquire();
      try {
        return reading.read(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
  }

  /** Searches that wait here share what the first of them opens. */
  private void showNews() {
    long wanted = news.get();
    if (seen >= wanted) {
      return;
    }
    reopening.lock();
    try {
      if (seen < wanted) {
        long latest = news.get();
        // In a thread that nobody interrupts, which would close the files that it writes.
        CompletableFuture.runAsync(this::reopen, Thread::startVirtualThread).join();
        seen = latest;
      }
    } finally {
      reopening.unlock();
    }
  }

  private void reopen() {
    try {
      searchers.maybeRefreshBlocking();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void persist() {
    persisting.lock();
    try {
      merges.check();
      long sequence = applied;
      writer.setLiveCommitData(
          Map.of("format", FORMAT, "sequence", Long.toString(sequence)).entrySet());
      writer.commit();
      persisted = sequence;
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    } finally {
      persisting.unlock();
    }
  }

  @Override
  public long persisted() {
    return persisted;
  }

  @Override
  public void close() {
    try (directory) {
      searchers.close();
      writer.rollback();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to throw for a failure: whether deleting the folder would help is what matters. */
  static RuntimeException failure(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof UncheckedIOException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case CorruptIndexException _,
          IndexFormatTooOldException _,
          IndexFormatTooNewException _,
          IndexNotFoundException _,
          NoSuchFileException _,
          FileNotFoundException _,
          EOFException _ ->
          new DamagedIndexException("the index cannot be read: " + cause.getMessage(), cause);
      case IOException e -> new UncheckedIOException(e);
      case RuntimeException e -> e;
      default -> new IllegalStateException("the index is broken", cause);
    };
  }
}
