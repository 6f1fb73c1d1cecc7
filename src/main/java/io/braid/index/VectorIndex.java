package io.braid.index;

import java.time.Duration;
import java.util.List;

/**
 * Finds the nearest vectors. What it holds is derived from a record whose changes are numbered: an
 * index that was closed, or lost with its process, says up to which number it holds them, and is
 * handed the later ones again.
 *
 * <p>Changes come from one thread at a time; searches, {@link #persist} and counts from any thread
 * at any time. An index that has thrown is not used again but for {@link #close}.
 */
public interface VectorIndex extends AutoCloseable {
  /**
   * Makes changes, in order; every search that begins later sees all of them. They may be changes
   * that it has seen already.
   *
   * @param sequence number of the last of them in the record
   */
  void apply(List<Change> changes, long sequence);

  /**
   * Makes changes that somebody waits for.
   *
   * @param patience longest wait for each answer of a server; nothing to an engine without one
   * @throws EngineAwayException where it was not enough; some of them may be made
   */
  default void apply(List<Change> changes, long sequence, Duration patience) {
    apply(changes, sequence);
  }

  /**
   * The nearest items of each query, by descending score, equal scores by id, where scores of equal
   * vectors may differ in their last bit by where the vectors lie; fewer than {@code k} only where
   * no more may be found, or, of an index that is not exact, where it found no more.
   */
  List<List<Hit>> search(Search search);

  /** Number of items. */
  long count();

  /** Makes what was applied outlast the process, where this engine keeps anything on the disk. */
  void persist();

  /** Number in the record up to which it holds all changes, even if the process ends now. */
  long persisted();

  /**
   * See {@link #persisted()}.
   *
   * @param patience longest wait for the answer of a server
   */
  default long persisted(Duration patience) {
    return persisted();
  }

  /**
   * Number of the last change that it may hold something of. Where the record ends before it, the
   * record is older than the index, which cannot follow it.
   */
  default long begun() {
    return persisted();
  }

  /** Ends it; what was not persisted is lost. No call may be under way. */
  @Override
  void close();
}
