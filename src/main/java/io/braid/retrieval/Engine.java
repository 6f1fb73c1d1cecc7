package io.braid.retrieval;

import java.util.Locale;

/** What searches a collection. */
enum Engine {
  /** Lucene's HNSW, on the disk of the data folder. */
  LUCENE,
  /** Exact, in the memory of the device beside the encoder. */
  TORCH,
  /** HNSW in a PostgreSQL. */
  PGVECTOR,
  /** Lucene's HNSW in shards, on the nodes of a cluster. */
  OPENSEARCH;

  /** Whether its indexes outlast the process. */
  boolean lasts() {
    return this != TORCH;
  }

  /** Whether it runs elsewhere, and replicas use the same indexes. */
  boolean isRemote() {
    return switch (this) {
      case LUCENE, TORCH -> false;
      case PGVECTOR, OPENSEARCH -> true;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
