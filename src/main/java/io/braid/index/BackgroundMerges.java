package io.braid.index;

import java.io.IOException;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.jspecify.annotations.Nullable;

/**
 * Merges segments beside searches, with a core in four. Merging graphs takes a core for seconds to
 * minutes, so more threads would be felt by searches; where changes come faster than they can be
 * merged, changes wait.
 */
final class BackgroundMerges extends ConcurrentMergeScheduler {
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 4);

  /** Merges that may be under way or wait for a thread before changes wait for them. */
  private static final int MAX_MERGES = THREADS + 5;

  private volatile Runnable whenMerged = () -> {};
  private volatile @Nullable Throwable failure;

  BackgroundMerges() {
    setMaxMergesAndThreads(MAX_MERGES, THREADS);
  }

  void whenMerged(Runnable action) {
    whenMerged = action;
  }

  @Override
  protected void doMerge(MergeSource source, OneMerge merge) throws IOException {
    super.doMerge(source, merge);
    whenMerged.run();
  }

  @Override
  protected void handleMergeException(Throwable failure) {
    this.failure = failure;
  }

  /** Throws where a merge has failed: what it was to merge may be unreadable, or the disk full. */
  void check() {
    Throwable failure = this.failure;
    if (failure != null) {
      throw LuceneIndex.failure(failure);
    }
  }
}
