package io.braid.index;

import java.util.List;
import java.util.Optional;

/**
 * Where an engine keeps its indexes. Safe for threads, but calls for the same index must not
 * overlap. Where the engine's server does not answer, each throws {@link EngineAwayException}.
 */
public interface IndexStore extends AutoCloseable {
  /**
   * Opens an index, or makes an empty one where there is none.
   *
   * @throws DamagedIndexException where it cannot be read; once deleted, it can be made anew
   */
  VectorIndex open(IndexId id);

  /** Deletes an index that is not open; nothing where there is none. */
  void delete(IndexId id);

  /** Indexes that are there, also those left by a process that was killed. */
  List<IndexId> list();

  /** What the engine's server lacks for indexes to be made, in words, if anything. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
