package io.braid.store;

import io.braid.config.SettingException;
import java.util.Arrays;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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
