package io.braid.embedding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Entries in the order they came. A device takes what is there the moment it asks, up to a budget
 * of tokens, whatever subsets of modalities they have; nothing waits for a batch to fill.
 */
final class BatchQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final LinkedList<QueueEntry> entries = new LinkedList<>();
  private long tokens;

  void add(Collection<QueueEntry> more) {
    lock.lock();
    try {
      more.forEach(entry -> {
        entry.queued();
        entries.add(entry);
        tokens += entry.size().tokens();
      });
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for an entry that was not dropped, and takes it with the later ones of its kind that fit
   * the budget, in order; one that does not fit stays, and those behind it may pass it. The first
   * is taken whatever its size.
   */
  List<QueueEntry> take(long maxTokens) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        List<QueueEntry> batch = poll(maxTokens);
        if (!batch.isEmpty()) {
          return batch;
        }
        arrived.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<QueueEntry> poll(long maxTokens) {
    var batch = new ArrayList<QueueEntry>();
    BatchSize taken = BatchSize.NONE;
    for (Iterator<QueueEntry> all = entries.iterator();
        all.hasNext() && taken.tokens() < maxTokens; ) {
      QueueEntry entry = all.next();
      boolean fits =
          batch.isEmpty()
              || (entry.kind().equals(batch.getFirst().kind())
                  && taken.plus(entry.size()).tokens() <= maxTokens);
      if (!fits && !entry.isDropped()) {
        continue;
      }
      all.remove();
      tokens -= entry.size().tokens();
      if (entry.take()) {
        batch.add(entry);
        taken = taken.plus(entry.size());
      }
    }
    return batch;
  }

  /** Entries that wait. */
  int depth() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /** Tokens that wait. */
  long tokens() {
    lock.lock();
    try {
      return tokens;
    } finally {
      lock.unlock();
    }
  }
}
