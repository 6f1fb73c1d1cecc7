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
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
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
  private final LuceneSearchers searchers;
  private final BackgroundMerges merges;
  private final Tuning tuning;

  private final ReentrantLock persisting = new ReentrantLock();
  private volatile long applied;
  private volatile long persisted;

  private LuceneIndex(
      Directory directory,
      IndexWriter writer,
      BackgroundMerges merges,
      Tuning tuning,
      long sequence)
      throws IOException {
    this.directory = directory;
    this.writer = writer;
    this.merges = merges;
    this.tuning = tuning;
    this.searchers = new LuceneSearchers(writer, tuning.maxRecentChanges());
    merges.whenMerged(searchers::merged);
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
      var merges = new BackgroundMerges();
      boolean isNew = !DirectoryReader.indexExists(directory);
      writer = new IndexWriter(directory, config(merges));
      long sequence = isNew ? 0 : sequence(writer);
      return new LuceneIndex(directory, writer, merges, tuning, sequence);
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
    searchers.changed(changes);
  }

  @Override
  public List<List<Hit>> search(Search search) {
    merges.check();
    try {
      return searchers.read((searcher, recent) ->
          RecentSearch.run(search, recent, each -> LuceneSearch.run(each, searcher, tuning)));
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
  }

  @Override
  public long count() {
    merges.check();
    try {
      return searchers.count();
    } catch (IOException | RuntimeException e) {
      throw failure(e);
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
