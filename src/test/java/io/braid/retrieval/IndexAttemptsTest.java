package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexAttemptsTest {
  private static final GenerationId FIRST = new GenerationId(1, 1);
  private static final GenerationId SECOND = new GenerationId(1, 2);

  @TempDir private Path folder;
  private ItemDatabase database;
  private IndexAttempts attempts;

  @BeforeEach
  void open() {
    database = new ItemDatabase(folder);
    database
        .jdbc()
        .sql(
            """
            INSERT INTO collection (number, name, model, version, engine, keep, generation,
              latest_generation, sequence, items, bytes, created_at)
            VALUES (1, 'c', 'm', 1, 'opensearch', '[]', 1, 2, 40, 0, 0, 't')
            """)
        .update();
    attempts = new IndexAttempts(database.jdbc());
  }

  @Test
  void noneIsGivenTwice() {
    assertThat(attempts.searched(FIRST)).isEqualTo(IndexAttempts.FIRST);
    int one = attempts.reserve(FIRST);
    int another = attempts.reserve(SECOND);
    assertThat(one).isGreaterThan(IndexAttempts.FIRST);
    assertThat(another).isGreaterThan(one);
    assertThat(attempts.searched(FIRST)).isEqualTo(IndexAttempts.FIRST);
  }

  @Test
  void aLaterOneIsNotGivenUpForAnEarlier() {
    int early = attempts.reserve(FIRST);
    int late = attempts.reserve(FIRST);
    int other = attempts.reserve(SECOND);
    assertThat(attempts.switchTo(FIRST, late)).isTrue();
    assertThat(attempts.switchTo(FIRST, early)).isFalse();
    assertThat(attempts.switchTo(FIRST, late)).isTrue(); // as another replica may do
    assertThat(attempts.searched(FIRST)).isEqualTo(late);
    assertThat(attempts.searched(SECOND)).isEqualTo(IndexAttempts.FIRST);
    assertThat(attempts.switchTo(SECOND, other)).isTrue();
  }

  @Test
  void eachSaysWhenItWasBegun() {
    assertThat(attempts.begunAt(SECOND, IndexAttempts.FIRST)).isZero();
    attempts.begin(SECOND);
    assertThat(attempts.begunAt(SECOND, IndexAttempts.FIRST)).isEqualTo(40);
    int another = attempts.reserve(SECOND);
    assertThat(attempts.begunAt(SECOND, another)).isEqualTo(40);
    assertThat(attempts.isBegunAfter(SECOND, another, Instant.now().minusSeconds(600))).isTrue();
    assertThat(attempts.isBegunAfter(SECOND, another, Instant.now().plusSeconds(600))).isFalse();
    assertThat(attempts.isBegunAfter(FIRST, another, Instant.EPOCH)).isFalse();
    assertThat(attempts.searched(SECOND)).isEqualTo(IndexAttempts.FIRST);
  }
}
