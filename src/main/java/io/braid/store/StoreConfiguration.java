package io.braid.store;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/** How the database comes to the form that this version of Braid knows. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {
  /**
   * @param folder made before: SQLite makes its file, but not the folder that it is in
   */
  @Bean
  FlywayMigrationStrategy forwardOnly(DataFolder folder) {
    Objects.requireNonNull(folder);
    return flyway -> {
      refuseNewer(flyway);
      flyway.migrate();
      claim(folder, JdbcClient.create(flyway.getConfiguration().getDataSource()));
    };
  }

  /** The folder's files are those that this database names: others are deleted as left over. */
  private static void claim(DataFolder folder, JdbcClient database) {
    String installation = database.sql("SELECT id FROM installation").query(String.class).single();
    boolean isEmpty =
        database
                .sql(
                    """
                    SELECT (SELECT COUNT(*) FROM model) + (SELECT COUNT(*) FROM dataset)
                      + (SELECT COUNT(*) FROM job) + (SELECT COUNT(*) FROM collection)
                    """)
                .query(Long.class)
                .single()
            == 0;
    folder.claim(installation, isEmpty);
  }

  /** Where there are others, they meet in the database. */
  @Bean
  Replicas replicas(BraidProperties properties, DataSourceProperties database) {
    if (!properties.shared()) {
      return new SingleProcess();
    }
    String url = database.determineUrl();
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new SettingException(
          "braid.shared=true with the database of one process",
          "Name a PostgreSQL in spring.datasource.url, or leave braid.shared out.");
    }
    try {
      return new PostgresReplicas(() -> DriverManager.getConnection(url, session(database)));
    } catch (SQLException e) {
      throw new SettingException(
          "the database of spring.datasource.url does not answer: " + e.getMessage(),
          "Start it, or correct spring.datasource.url, .username and .password.");
    }
  }

  /** What is asked of a session is answered at once, or the database has gone. */
  private static Properties session(DataSourceProperties database) {
    var properties = new Properties();
    Optional.ofNullable(database.determineUsername())
        .ifPresent(user -> properties.setProperty("user", user));
    Optional.ofNullable(database.determinePassword())
        .ifPresent(password -> properties.setProperty("password", password));
    properties.setProperty("connectTimeout", "5"); // seconds
    properties.setProperty("socketTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  /** Nothing is committed that others may have begun too. */
  @Bean
  TransactionExecutionListener alone(Replicas replicas) {
    return new TransactionExecutionListener() {
      @Override
      public void beforeCommit(TransactionExecution transaction) {
        replicas.requireAlone();
      }
    };
  }

  private static void refuseNewer(Flyway flyway) {
    Arrays.stream(flyway.info().applied())
        .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS)
        .map(MigrationInfo::getVersion)
        .reduce((_, last) -> last)
        .ifPresent(version -> {
          throw new SettingException(
              "the database is that of a newer Braid: it has step %s, which this one does not know"
                  .formatted(version),
              "Start that version, or restore a backup from before it (docs/recover.md).");
        });
  }
}
