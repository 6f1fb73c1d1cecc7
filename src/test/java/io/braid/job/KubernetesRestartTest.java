package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.Slow;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Services that end while their workers are Jobs of a cluster, and others that take over. */
@Slow
@Timeout(600)
class KubernetesRestartTest {
  private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = Cluster.of("jobs-cpu.yaml");
  }

  @AfterEach
  void stop() {
    close();
    cluster.close();
  }

  private TestService open() {
    ConfigurableApplicationContext context = TestService.run(cluster.settings());
    contexts.add(context);
    return new TestService(cluster.data(), TestService.port(context));
  }

  private void close() {
    contexts.forEach(ConfigurableApplicationContext::close);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(TestService.LONG);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(50);
    }
  }

  private static JsonNode succeeded(TestService service, String id) {
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(1);
    assertThat(service.states(id)).containsExactly("queued", "running", "succeeded");
    return job;
  }

  @Test
  void aWorkerOutlivesItsServiceAndIsFoundAgain() throws Exception {
    TestService service = open();
    service.script("found", "steps=300", "step-ms=50");
    String id = service.job("found", "");
    service.awaitStep(id, 3);
    close();
    assertThat(cluster.node().runs(id + "-1")).isTrue();
    cluster.api().leave();
    service = open();
    int step = service.job(id).path("progress").path("step").asInt();
    service.awaitStep(id, step + 40);
    cluster.api().recover();
    succeeded(service, id);
    assertThat(cluster.api().asked("create jobs")).containsExactly(id + "-1");
    assertThat(cluster.api().asked("delete jobs")).isEmpty();
  }

  @Test
  void whatEndedMeanwhileIsTakenIn() throws Exception {
    TestService service = open();
    service.script("meanwhile", "steps=20", "step-ms=30");
    String id = service.job("meanwhile", "");
    service.awaitStep(id, 3);
    close();
    await(() -> !cluster.node().runs(id + "-1"));
    service = open();
    succeeded(service, id);
    assertThat(cluster.api().asked("create jobs")).containsExactly(id + "-1");
  }

  @Test
  void whatWaitedGoesOnWaiting() throws Exception {
    cluster.node().fill("0/3 nodes are available: 3 Insufficient cpu.");
    TestService service = open();
    service.script("waiting", "steps=20");
    String id = service.job("waiting", "");
    await(() -> cluster.api().asked("create jobs").contains(id + "-1"));
    close();
    service = open();
    cluster.node().fill("");
    succeeded(service, id);
    assertThat(cluster.api().asked("create jobs")).containsExactly(id + "-1");
  }

  @Test
  void whatNoJobWaitsForIsDeleted() throws Exception {
    cluster.node().fill("no room");
    TestService service = open();
    String id = service.job("mine", "");
    await(() -> !cluster.node().jobs().isEmpty());
    close();
    add("job-nobody", "trial");
    add("job-of-others", "another");
    service = open();
    await(() -> cluster.api().asked("delete jobs").contains("job-nobody-1"));
    assertThat(cluster.node().jobs().stream().map(job -> job.at("/metadata/name").asString()))
        .containsExactlyInAnyOrder(id + "-1", "job-of-others-1");
    cluster.node().fill("");
    succeeded(service, id);
  }

  /** A copy of the Job that is there, as another one's. */
  private void add(String id, String instance) {
    ObjectNode job = (ObjectNode) cluster.node().jobs().getFirst().deepCopy();
    job.withObject("/metadata").put("name", id + "-1");
    job.withObject("/metadata/labels")
        .put("braid.io/job", id)
        .put("app.kubernetes.io/instance", instance);
    cluster.node().add(job);
  }

  @Test
  void whatCannotFitAPodSaysSo() {
    TestService service = open();
    var posted =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'demo', 'model': 'vast',
             'network': {'embedding_dim': 8192, 'layers': 128, 'heads': 256}}
            """);
    assertThat(posted.status()).as(posted.text()).isEqualTo(202);
    JsonNode job = service.awaitState(posted.json().path("id").asString(), "failed");
    assertThat(job.path("failure").asString())
        .contains("it does not fit the memory", "free on cpu-0");
    assertThat(service.get("/v1/workers").json().at("/items/0/memory/free").asLong())
        .as("16 GiB of the pod, 64 MiB of them for the heap")
        .isEqualTo((16L << 30) - (64L << 20));
    assertThat(cluster.api().asked("create jobs")).isEmpty();
  }

  /** With the worker that the images have. */
  @Test
  void aModelIsTrained() {
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(BraidApplication.class)
            .run(
                Stream.concat(
                        Stream.of("--server.port=0", "--braid.training.heap=256MB"),
                        Arrays.stream(cluster.settings()))
                    .toArray(String[]::new));
    contexts.add(context);
    var service = new TestService(cluster.data(), TestService.port(context));
    String id = service.job("real", "'batch_size': 32");
    JsonNode job = succeeded(service, id);
    assertThat(job.path("version").asInt()).isEqualTo(1);
    assertThat(job.at("/metrics/loss/test").asDouble()).isPositive();
    assertThat(service.get("/v1/models/real").status()).isEqualTo(200);
    assertThat(cluster.api().asked("create jobs")).containsExactly(id + "-1");
  }
}
