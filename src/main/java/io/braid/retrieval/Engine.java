package io.braid.retrieval;

import java.util.Locale;

/** What searches a collection. */
enum Engine {
  /** Lucene's HNSW, on the disk of the data folder. */
  LUCENE,
  /** Exact, in the memory of the device beside the encoder. */
  TORCH;

  /** Whether its indexes outlast the process. */
  boolean isOnDisk() {
    return switch (this) {
      case LUCENE -> true;
      case TORCH -> false;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
