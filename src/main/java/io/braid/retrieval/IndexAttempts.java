package io.braid.retrieval;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which attempt at an index is the one to search, in remote engines, where all replicas search the
 * same. {@link CollectionRepository} reads that of the generation searched now with a collection.
 */
@Component
class IndexAttempts {
  /** That of a generation whose index was never made anew. */
  static final int FIRST = 1;

  private final JdbcClient jdbc;

  IndexAttempts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The attempt to search. */
  int searched(GenerationId generation) {
    return of(
            generation,
            """
            SELECT attempt FROM index_attempt
            WHERE collection = :collection AND generation = :generation
            """)
        .query(Integer.class)
        .optional()
        .orElse(FIRST);
  }

  /** An attempt that was never given before. */
  int reserve(GenerationId generation) {
    return of(
            generation,
            """
            INSERT INTO index_attempt (collection, generation, attempt, latest)
            VALUES (:collection, :generation, 1, 2)
            ON CONFLICT (collection, generation) DO UPDATE SET latest = index_attempt.latest + 1
            RETURNING latest
            """)
        .query(Integer.class)
        .single();
  }

  /** From now on this one is searched, unless by now a later one is. */
  void switchTo(GenerationId generation, int attempt) {
    of(
            generation,
            """
            UPDATE index_attempt SET attempt = :attempt
            WHERE collection = :collection AND generation = :generation AND attempt < :attempt
            """)
        .param("attempt", attempt)
        .update();
  }

  private JdbcClient.StatementSpec of(GenerationId generation, String sql) {
    return jdbc.sql(sql)
        .param("collection", generation.collection())
        .param("generation", generation.number());
  }
}
