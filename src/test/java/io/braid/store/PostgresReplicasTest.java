package io.braid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/** Replicas of one PostgreSQL, each with a session of its own. */
class PostgresReplicasTest {
  private String url;

  @BeforeEach
  void makeDatabase() {
    url = TestDatabase.newPostgres();
  }

  private PostgresReplicas replica() throws SQLException {
    return new PostgresReplicas(() -> DriverManager.getConnection(url, "postgres", ""));
  }

  private void endAllSessions() {
    count("pg_terminate_backend(pid)");
  }

  private int sessions() {
    return count("pid");
  }

  /** Counts the sessions of others, of each of which something is asked. */
  private int count(String what) {
    String sql =
        "SELECT count(%s) FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
            + " pg_backend_pid()";
    try (var connection = DriverManager.getConnection(url, "postgres", "");
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql.formatted(what))) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneAtATimeDoesWhatIsToBeDoneAlone() throws Exception {
    try (var one = replica();
        var other = replica()) {
      assertThat(one.isLeader()).isTrue();
      assertThat(other.isLeader()).isFalse();
      var isIn = new CountDownLatch(1);
      var mayLeave = new CountDownLatch(1);
      var isInside = new AtomicBoolean();
      CompletableFuture<Boolean> first =
          CompletableFuture.supplyAsync(() ->
              one.exclusively(
                  "a",
                  () -> {
                    isInside.set(true);
                    isIn.countDown();
                    await(mayLeave);
                    one.requireAlone();
                    isInside.set(false);
                    return true;
                  }));
      isIn.await();
      CompletableFuture<Boolean> second =
          CompletableFuture.supplyAsync(() -> other.exclusively("a", () -> !isInside.get()));
      assertThat(other.<Boolean>exclusively("b", isInside::get)).isTrue();
      assertThat(second).isNotDone();
      mayLeave.countDown();
      assertThat(first.get()).isTrue();
      assertThat(second.get()).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoHasLostItsSessionMayNotCommit() throws Exception {
    try (var one = replica()) {
      assertThatCode(one::requireAlone).doesNotThrowAnyException();
      one.exclusively(
          "a",
          () -> {
            one.requireAlone();
            endAllSessions();
            assertThatThrownBy(one::requireAlone)
                .isInstanceOf(DataAccessResourceFailureException.class);
            awaitSession(); // another one, which does not hold it
            assertThatThrownBy(one::requireAlone)
                .isInstanceOf(DataAccessResourceFailureException.class)
                .hasMessageContaining("was lost");
            return true;
          });
      assertThatCode(one::requireAlone).doesNotThrowAnyException();
      one.exclusively(
          "a",
          () -> {
            one.requireAlone();
            return true;
          });
    }
  }

  private void awaitSession() {
    try {
      while (sessions() == 0) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
