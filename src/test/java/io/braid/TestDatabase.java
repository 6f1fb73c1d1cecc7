package io.braid;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;

/**
 * With {@code -Dbraid.test.database=postgres} each service of the tests has a database of a real
 * PostgreSQL in place of SQLite; services with the same data folder have the same one.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
public final class TestDatabase
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  private static final boolean IS_POSTGRES =
      System.getProperty("braid.test.database", "").equals("postgres");

  private static final AtomicInteger DATABASES = new AtomicInteger();

  /** JDBC URL by data folder. */
  private static final ConcurrentMap<String, String> URLS = new ConcurrentHashMap<>();

  /** Started when it is first asked for, and stopped with this process. */
  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().setServerConfig("max_connections", "500").start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    var environment = context.getEnvironment();
    if (IS_POSTGRES && environment.getProperty("spring.datasource.username") == null) {
      String folder = environment.getProperty("braid.data-dir", "./data");
      environment
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "postgres",
                  Map.of(
                      "spring.datasource.url",
                      URLS.computeIfAbsent(folder, _ -> newPostgres()),
                      "spring.datasource.username",
                      "postgres")));
    }
  }

  /** Where the database of a data folder is, once a service has opened it. */
  public static String url(Path folder) {
    return URLS.getOrDefault(folder.toString(), "jdbc:sqlite:" + folder.resolve("braid.db"));
  }

  /** JDBC URL of an empty database of a real PostgreSQL, for the user {@code postgres}. */
  public static String newPostgres() {
    String name = "braid" + DATABASES.incrementAndGet();
    try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Server.POSTGRES.getJdbcUrl("postgres", name);
  }
}
