package io.braid.index;

import io.braid.Slow;
import io.braid.config.BraidProperties;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The index in the PostgreSQL that pgvector's makers ship. */
@Slow
@Testcontainers(disabledWithoutDocker = true)
class PgvectorContainerTest extends VectorIndexContract {
  @Container
  private static final PostgreSQLContainer DATABASE =
      new PostgreSQLContainer(
          DockerImageName.parse("pgvector/pgvector:pg18").asCompatibleSubstituteFor("postgres"));

  private static final AtomicInteger TESTS = new AtomicInteger();

  private final PgvectorStore store =
      new PgvectorStore(
          new BraidProperties.Pgvector(
              DATABASE.getJdbcUrl(),
              DATABASE.getUsername(),
              DATABASE.getPassword(),
              8,
              Duration.ofSeconds(10)),
          "0123456789ab");

  private final IndexId id = new IndexId(TESTS.incrementAndGet(), 1, 1);

  @Override
  VectorIndex emptyIndex() {
    return store.open(id);
  }

  @AfterEach
  void delete() {
    try (store) {
      store.delete(id);
    }
  }
}
