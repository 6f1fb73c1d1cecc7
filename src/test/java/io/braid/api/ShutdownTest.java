package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** What SIGTERM does, which closes the context. */
@Timeout(120)
class ShutdownTest extends ApiTest {
  private static final int SLOW_REQUESTS = 4;

  @TempDir private Path folder;

  private ConfigurableApplicationContext start() {
    var application = new SpringApplication(BraidApplication.class);
    application.setRegisterShutdownHook(false);
    return application.run(
        "--server.port=0",
        "--braid.data-dir=" + folder,
        "--braid.demo-items=0",
        "--braid.queue.cpu-batch-tokens=2048",
        "--braid.queue.max-wait=10m");
  }

  @Test
  void acceptedRequestsFinishAndNewOnesAreToldToComeBack() throws Exception {
    ConfigurableApplicationContext context = start();
    var other =
        new Api(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    var depth = context.getBean(MeterRegistry.class).get("braid.queue.depth").gauge();
    Part weights = Part.weights(weights(SlowModel.CONFIG, 1));
    other.importVersion("slow", Part.config(SlowModel.CONFIG), weights);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var accepted = new ArrayList<Future<Answer>>();
      for (int i = 0; i < SLOW_REQUESTS; i++) {
        accepted.add(threads.submit(() -> other.embed("slow", SlowModel.REQUEST)));
      }
      var active = context.getBean(MeterRegistry.class).get("http.server.requests.active");
      while (active.longTaskTimers().stream().mapToInt(LongTaskTimer::activeTasks).sum()
              < SLOW_REQUESTS
          || depth.value() < SLOW_REQUESTS - 2) { // one is computed, one is packed
        Thread.yield();
      }
      Future<?> closed = threads.submit(context::close);
      Answer refused = other.get("/v1/models");
      while (refused.status() == 200) {
        refused = other.get("/v1/models");
      }
      assertThat(refused.status()).as("%s", refused).isEqualTo(503);
      assertThat(refused.type()).isEqualTo("application/problem+json");
      assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
      assertThat(other.get("/actuator/health/readiness").status()).isEqualTo(503);
      assertThat(other.get("/actuator/health/liveness").status()).isEqualTo(200);
      for (Future<Answer> answer : accepted) {
        assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(200);
      }
      closed.get();
    }
  }
}
