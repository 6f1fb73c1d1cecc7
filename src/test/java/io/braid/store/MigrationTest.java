package io.braid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.TestDatabase;
import io.braid.config.SettingException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/** A database of an earlier Braid goes on; one of a later is left alone. */
@ParameterizedClass
@ValueSource(strings = {"sqlite", "postgresql"})
class MigrationTest {
  @TempDir private Path folder;

  private final String kind;
  private String url;

  MigrationTest(String kind) {
    this.kind = kind;
  }

  @BeforeEach
  void makeDatabase() {
    url =
        kind.equals("sqlite")
            ? "jdbc:sqlite:" + folder.resolve("braid.db")
            : TestDatabase.newPostgres();
  }

  private Flyway flyway(String target) {
    return Flyway.configure()
        .dataSource(url, "postgres", "")
        .locations("classpath:db/migration", "classpath:db/" + kind)
        .target(target)
        .load();
  }

  private void execute(String... statements) throws SQLException {
    try (var connection = DriverManager.getConnection(url, "postgres", "");
        var statement = connection.createStatement()) {
      for (String one : statements) {
        statement.executeUpdate(one);
      }
    }
  }

  private String single(String query) throws SQLException {
    try (var connection = DriverManager.getConnection(url, "postgres", "");
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private static FlywayMigrationStrategy strategy(DataFolder folder) {
    return new StoreConfiguration().forwardOnly(folder);
  }

  @Test
  void whatAnEarlierOneStoredIsKept() throws Exception {
    flyway("7").migrate();
    execute(
        "INSERT INTO collection VALUES (5, 'c', 'm', 1, 'lucene', '[]', 1, 1, 0, 0, 0, 'then')",
        """
        INSERT INTO job (number, id, spec, dataset, content_sha256, state, is_told, slots,
          attempts, failures, created_at, queued_at, metrics, progress, cell)
        VALUES (1, 'job-a', '{"model": "mine"}', 'd', 'x', 'queued', 0, '[]', 0, 0, 't', 't',
          '{}', '{}', '{}')
        """);
    try (var data = new DataFolder(TestProperties.in(folder))) {
      strategy(data).migrate(flyway("latest"));
    }
    assertThat(single("SELECT model FROM job")).isEqualTo("mine");
    assertThat(single("SELECT number FROM last_number")).isEqualTo("5");
    assertThat(single("SELECT forgotten FROM collection")).isEqualTo("0");
    assertThat(single("SELECT id FROM installation")).matches("[0-9a-f]{12}");
  }

  @Test
  void whatALaterOneHasMigratedIsRefused() throws Exception {
    flyway("latest").migrate();
    execute(
        """
        INSERT INTO flyway_schema_history SELECT installed_rank + 1, '999', 'later', type,
          'V999__later.sql', checksum, installed_by, installed_on, execution_time, success
        FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1
        """);
    try (var data = new DataFolder(TestProperties.in(folder))) {
      assertThatThrownBy(() -> strategy(data).migrate(flyway("latest")))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("newer Braid: it has step 999");
    }
    assertThat(List.of(single("SELECT MAX(version) FROM flyway_schema_history"))).contains("999");
  }
}
