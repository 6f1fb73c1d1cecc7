package io.braid.index;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.braid.config.BraidProperties;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The indexes of a service in a PostgreSQL with the extension {@code vector}, in a schema of their
 * own: a table each, and what is noted of them all.
 */
public final class PgvectorStore implements IndexStore {
  static final String SCHEMA = "braid_index";

  private static final String STATE = "to_regclass('braid_index.state')";

  /** The second number of the first version whose searches go on where a filter leaves too few. */
  private static final int ITERATIVE_SCANS = 8;

  /** SQLSTATE of what a user may not do. */
  private static final String NO_RIGHT = "42501";

  /** Whoever makes or drops a table holds this. */
  private static final long LOCK = 0x627261696476L;

  /** Longest wait for an answer, in times of that for a connection: a search may look at all. */
  private static final long ANSWER_FACTOR = 6;

  private final String prefix;
  private final HikariDataSource pool;
  private final Pgvector database;

  /**
   * @param settings with a URL
   * @param owner whose indexes they are, of letters and digits; those of others are neither seen
   *     nor touched
   */
  public PgvectorStore(BraidProperties.Pgvector settings, String owner) {
    this.prefix = owner + "-";
    var config = new HikariConfig();
    config.setPoolName("pgvector");
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.username());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(settings.connections());
    config.setMinimumIdle(0);
    config.setConnectionTimeout(settings.timeout().toMillis());
    config.setInitializationFailTimeout(-1); // it may come later
    long seconds = Math.max(1, settings.timeout().toSeconds());
    config.addDataSourceProperty("connectTimeout", Long.toString(seconds));
    config.addDataSourceProperty("socketTimeout", Long.toString(ANSWER_FACTOR * seconds));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // What nobody waits for any more it need not go on with.
    config.setConnectionInitSql("SET statement_timeout = '%ds'".formatted(ANSWER_FACTOR * seconds));
    this.pool = new HikariDataSource(config);
    this.database = new Pgvector(pool, settings.connections(), settings.timeout());
  }

  @Override
  public Optional<String> missing() {
    return database.transaction(connection -> {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  """
                  SELECT COALESCE(installed_version, default_version)
                  FROM pg_available_extensions WHERE name = 'vector'\
                  """)) {
        if (!row.next()) {
          return Optional.of("a PostgreSQL with the extension 'vector', in braid.pgvector.url");
        }
        String version = row.getString(1);
        if (isOlder(version)) {
          return Optional.of("the extension 'vector' in version 0.8 or later, not " + version);
        }
      }
      try {
        makeSchema(connection);
        return Optional.empty();
      } catch (SQLException e) {
        if (!NO_RIGHT.equals(e.getSQLState())) {
          throw e;
        }
        connection.rollback();
        return Optional.of(
            "a user of PostgreSQL who may make the schema %s and the extension 'vector', or finds them"
                    .formatted(SCHEMA)
                + " and owns the schema: "
                + e.getMessage());
      }
    });
  }

  private static boolean isOlder(String version) {
    String[] parts = version.split("\\D+");
    return Integer.parseInt(parts[0]) == 0 && Integer.parseInt(parts[1]) < ITERATIVE_SCANS;
  }

  @Override
  public VectorIndex open(IndexId id) {
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      throw new EngineAwayException("it needs " + missing.get());
    }
    return database.transaction(connection -> {
      makeSchema(connection);
      Pgvector.execute(
          connection,
          "INSERT INTO braid_index.state (name, sequence) VALUES (?, 0) ON CONFLICT DO NOTHING",
          name(id));
      Pgvector.execute(
          connection,
          """
          CREATE TABLE IF NOT EXISTS %s (
            id bytea PRIMARY KEY, shown bytea NOT NULL, present bytea[] NOT NULL,
            terms bytea[] NOT NULL, digests bytea[] NOT NULL)\
          """
              .formatted(table(name(id))));
      Pgvector.execute(
          connection,
          "CREATE INDEX IF NOT EXISTS \"%s terms\" ON %s USING gin (digests)"
              .formatted(name(id), table(name(id))));
      return new PgvectorIndex(database, name(id));
    });
  }

  private static void makeSchema(Connection connection) throws SQLException {
    lock(connection);
    Pgvector.execute(connection, "CREATE EXTENSION IF NOT EXISTS vector");
    if (!isThere(connection, "to_regnamespace('" + SCHEMA + "')")) { // it may be another's work
      Pgvector.execute(connection, "CREATE SCHEMA " + SCHEMA);
    }
    Pgvector.execute(
        connection,
        "CREATE TABLE IF NOT EXISTS braid_index.state (name text PRIMARY KEY, sequence bigint NOT"
            + " NULL)");
    Pgvector.execute(
        connection,
        """
        CREATE TABLE IF NOT EXISTS braid_index.target (
          name text NOT NULL REFERENCES braid_index.state ON DELETE CASCADE,
          target bytea NOT NULL, number int NOT NULL, size int NOT NULL,
          PRIMARY KEY (name, target))\
        """);
  }

  /** Until the transaction ends. */
  static void lock(Connection connection) throws SQLException {
    Pgvector.execute(connection, "SELECT pg_advisory_xact_lock(?)", LOCK);
  }

  /**
   * The table of an index.
   *
   * @param name of letters, digits and hyphens
   */
  static String table(String name) {
    return SCHEMA + ".\"" + name + "\"";
  }

  private String name(IndexId id) {
    return prefix + id;
  }

  @Override
  public void delete(IndexId id) {
    database.transaction(connection -> {
      lock(connection);
      Pgvector.execute(connection, "DROP TABLE IF EXISTS " + table(name(id)));
      if (isThere(connection, STATE)) {
        Pgvector.execute(connection, "DELETE FROM braid_index.state WHERE name = ?", name(id));
      }
      return id;
    });
  }

  @Override
  public List<IndexId> list() {
    return database.transaction(connection -> {
      var all = new ArrayList<IndexId>();
      if (isThere(connection, STATE)) {
        try (Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery("SELECT name FROM braid_index.state")) {
          while (row.next()) {
            String name = row.getString(1);
            if (name.startsWith(prefix)) {
              IndexId.parse(name.substring(prefix.length())).ifPresent(all::add);
            }
          }
        }
      }
      return all;
    });
  }

  /**
   * @param object SQL that is null where it is not
   */
  private static boolean isThere(Connection connection, String object) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + object + " IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
