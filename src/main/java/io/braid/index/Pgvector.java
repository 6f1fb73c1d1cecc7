package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.store.DurableFiles;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * A PostgreSQL with the extension {@code vector}: transactions on it, and what its faults mean.
 * Some of its connections are not for searches, so that these, however slow, never hold up a write.
 */
final class Pgvector {
  /** Connections that are not for searches, if there are so many. */
  private static final int RESERVED = 2;

  private final DataSource database;
  private final Semaphore searches;
  private final Duration timeout;

  /**
   * @param connections of the database at once
   * @param timeout longest wait for one of them
   */
  Pgvector(DataSource database, int connections, Duration timeout) {
    this.database = database;
    this.searches = new Semaphore(Math.max(1, connections - RESERVED), true);
    this.timeout = timeout;
  }

  /** What is done in a transaction. */
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /**
   * Searches, in a transaction of its own; see {@link #transaction(Work)}.
   *
   * @throws EngineAwayException also where others search for too long
   */
  <T> T search(Work<T> work) {
    try {
      if (!searches.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new EngineAwayException("the PostgreSQL of pgvector is busy with other searches");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineAwayException("interrupted", e);
    }
    try {
      return transaction(work);
    } finally {
      searches.release();
    }
  }

  /**
   * See {@link #transaction(Work)}.
   *
   * @param patience longest wait for each answer
   */
  <T> T transaction(Duration patience, Work<T> work) {
    return transaction(connection -> {
      long limit = Math.min(patience.toMillis(), connection.getNetworkTimeout());
      connection.setNetworkTimeout(Runnable::run, (int) limit);
      return work.run(connection); // the pool resets it
    });
  }

  /**
   * Does something in a transaction of its own, again where others got in its way.
   *
   * @throws EngineAwayException where the database does not answer
   * @throws DamagedIndexException where a table is not there any more
   */
  <T> T transaction(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (SQLException e) {
        boolean mayGoNow = state(e).startsWith("40"); // deadlock and the like
        if (!mayGoNow || attempt == 5) {
          throw failure(e);
        }
      }
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        try {
          connection.rollback();
        } catch (SQLException again) {
          e.addSuppressed(again);
        }
        throw e;
      }
    }
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }

  private static RuntimeException failure(SQLException e) {
    String state = state(e);
    boolean isAway =
        e instanceof SQLTransientConnectionException
            || state.startsWith("08") // connection
            || state.startsWith("28") // credentials
            || state.startsWith("3D") // no such database
            || state.startsWith("53") // room, connections
            || state.startsWith("55P03") // another has a lock for too long
            || state.startsWith("57"); // shutdown
    if (isAway) {
      return new EngineAwayException("the PostgreSQL of pgvector: " + reason(e));
    }
    return state.equals("42P01")
        ? new DamagedIndexException("the index is not there any more", e)
        : new IllegalStateException("PostgreSQL refuses what it is asked: " + reason(e));
  }

  /** Without the statement, which holds what clients sent. */
  private static String reason(SQLException e) {
    SQLException last = e;
    while (last.getNextException() != null) {
      last = last.getNextException();
    }
    return "SQLSTATE %s, %s"
        .formatted(state(last), last instanceof BatchUpdateException ? "" : last.getMessage());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Stands for a term where it is indexed: an entry of a GIN index has at most 2712 bytes. */
  static byte[] digest(byte[] term) {
    return Arrays.copyOf(DurableFiles.sha256().digest(term), 16);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A vector as the extension reads it. */
  static String literal(Vector vector) {
    var text = new StringBuilder("[");
    for (int i = 0; i < vector.size(); i++) {
      text.append(i == 0 ? "" : ",").append(vector.get(i));
    }
    return text.append(']').toString();
  }

  static void execute(Connection connection, String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, 1, List.of(parameters));
      statement.execute();
    }
  }

  /** Binds parameters from a place on; an array of bytes each is an array of the database. */
  static int bind(PreparedStatement statement, int first, List<Object> parameters)
      throws SQLException {
    int at = first;
    for (Object parameter : parameters) {
      if (parameter instanceof byte[][] array) {
        statement.setArray(at++, statement.getConnection().createArrayOf("bytea", array));
      } else {
        statement.setObject(at++, parameter);
      }
    }
    return at;
  }
}
