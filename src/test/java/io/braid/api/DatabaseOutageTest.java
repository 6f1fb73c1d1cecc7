package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.api.Api.Answer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

@Timeout(120)
class DatabaseOutageTest {
  private static final String SAMPLE = "{'samples': [{'modalities': {'protein': {'EGFR': 0.4}}}]}";

  @TempDir private Path folder;

  @Test
  void whatNeedsTheDatabaseIsToldToComeBackAndEmbeddingGoesOn() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
      var application = new SpringApplication(BraidApplication.class);
      application.setRegisterShutdownHook(false);
      try (var context =
          application.run(
              "--server.port=0",
              "--braid.data-dir=" + folder,
              "--braid.demo-items=0",
              "--braid.training.enabled=false",
              "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
              "--spring.datasource.username=postgres",
              "--spring.datasource.hikari.connection-timeout=1000")) {
        var api =
            new Api(
                context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
        assertThat(api.embed("demo", SAMPLE).status()).isEqualTo(200);
        postgres.close();
        Answer refused = api.get("/v1/models");
        assertThat(refused.status()).as("%s", refused).isEqualTo(503);
        assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
        assertThat(refused.text()).contains("the database does not answer");
        assertThat(api.embed("demo", SAMPLE).status()).isEqualTo(200);
        assertThat(api.get("/actuator/health/readiness").status()).isEqualTo(200);
        assertThat(api.get("/actuator/health/liveness").status()).isEqualTo(200);
      }
    }
  }
}
