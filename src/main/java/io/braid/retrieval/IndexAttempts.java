package io.braid.retrieval;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  private static final String INSERT =
      """
      INSERT INTO index_attempt (collection, generation, attempt, sequence, begun_at,
        is_searched)
      SELECT :collection, :generation, :attempt, sequence, :now, :searched FROM collection
      WHERE number = :collection
      """;

  private final JdbcClient jdbc;

  IndexAttempts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The attempt to search. */
  int searched(GenerationId generation) {
    return of(
            generation,
            """
            SELECT COALESCE(MAX(attempt), :first) FROM index_attempt
            WHERE collection = :collection AND generation = :generation AND is_searched = 1
            """)
        .param("first", FIRST)
        .query(Integer.class)
        .single();
  }

  /** Notes that the first attempt at a generation is begun. */
  void begin(GenerationId generation) {
    insert(generation, FIRST, true);
  }

  /** An attempt that was never given before, and is begun now. */
  int reserve(GenerationId generation) {
    int attempt =
        jdbc.sql(
                """
                UPDATE last_number SET number = number + 1 WHERE kind = 'index attempt'
                RETURNING number
                """)
            .query(Integer.class)
            .single();
    insert(generation, attempt, false);
    return attempt;
  }

  private void insert(GenerationId generation, int attempt, boolean isSearched) {
    of(generation, INSERT)
        .param("attempt", attempt)
        .param("now", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
        .param("searched", isSearched ? 1 : 0)
        .update();
  }

  /** Whether an attempt that is not searched may be under way: it was begun after a time. */
  boolean isBegunAfter(GenerationId generation, int attempt, Instant time) {
    return of(
                generation,
                """
                SELECT COUNT(*) FROM index_attempt
                WHERE collection = :collection AND generation = :generation AND attempt = :attempt
                  AND begun_at > :time
                """)
            .param("attempt", attempt)
            .param("time", time.toString())
            .query(Integer.class)
            .single()
        == 1;
  }

  /** From now on this one is searched; false where by now a later one is. */
  boolean switchTo(GenerationId generation, int attempt) {
    return of(
                generation,
                """
                UPDATE index_attempt SET is_searched = 1
                WHERE collection = :collection AND generation = :generation AND attempt = :attempt
                  AND NOT EXISTS (SELECT 1 FROM index_attempt later
                    WHERE later.collection = :collection AND later.generation = :generation
                      AND later.attempt > :attempt AND later.is_searched = 1)
                """)
            .param("attempt", attempt)
            .update()
        == 1;
  }

  /** Number of the collection's last change when an attempt was begun, empty; or an earlier one. */
  long begunAt(GenerationId generation, int attempt) {
    return of(
            generation,
            """
            SELECT sequence FROM index_attempt
            WHERE collection = :collection AND generation = :generation AND attempt = :attempt
            """)
        .param("attempt", attempt)
        .query(Long.class)
        .optional()
        .orElse(0L);
  }

  private JdbcClient.StatementSpec of(GenerationId generation, String sql) {
    return jdbc.sql(sql)
        .param("collection", generation.collection())
        .param("generation", generation.number());
  }
}
