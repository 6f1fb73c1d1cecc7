package io.braid.job;

import io.braid.job.TestService.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** A service with three slots, whose workers learn nothing. */
abstract class ThreeSlots {
  private static ConfigurableApplicationContext context;
  static TestService service;

  @BeforeAll
  static void start() throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "jobs-");
    context =
        TestService.run(
            "--braid.data-dir=" + folder,
            "--braid.demo-items=0",
            "--braid.training.cpu-slots=3",
            "--braid.training.heartbeat=10s",
            "--braid.training.cancel-grace=3s");
    service = new TestService(folder.toAbsolutePath(), TestService.port(context));
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  static Answer cancel(String id) {
    return service.post("/v1/training-jobs/" + id + "/cancel", "");
  }

  static Answer resume(String id) {
    return service.post("/v1/training-jobs/" + id + "/resume", "");
  }

  /** What a run gives that is left alone. */
  static JsonNode alone(String model, int steps) {
    service.script(model, "steps=" + steps);
    return service.awaitState(service.job(model, ""), "succeeded");
  }
}
