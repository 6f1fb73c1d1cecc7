package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Slow;
import io.braid.kubernetes.ApiServerDouble;
import io.braid.kubernetes.ApiServerDouble.Asked;
import io.braid.kubernetes.Manifest;
import io.braid.kubernetes.NodeDouble;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * Training as Jobs of a cluster with eight GPUs and Kueue, over the HTTP API; its API server is a
 * double that records what it is asked, and its pods are processes.
 */
@Slow
@Timeout(600)
class KubernetesJobsTest {
  private static Cluster cluster;
  private static ConfigurableApplicationContext context;
  private static TestService service;

  @BeforeAll
  static void start() throws IOException {
    cluster = Cluster.of("jobs-eight-gpus.yaml");
    context = TestService.run(cluster.settings());
    service = new TestService(cluster.data(), TestService.port(context));
  }

  @AfterAll
  static void stop() {
    try {
      assertThat(ApiServerDouble.RIGHTS).containsAll(cluster.api().used());
    } finally {
      context.close();
      cluster.close();
    }
  }

  @AfterEach
  void allIsWell() {
    cluster.api().recover();
    node().fill("");
    node().breakRegistry("");
    node().admit(true);
  }

  private static NodeDouble node() {
    return cluster.node();
  }

  private static Job created(String name) {
    return cluster.api().asked().stream()
        .filter(asked -> asked.what().equals("create jobs") && asked.name().equals(name))
        .map(Asked::body)
        .map(body -> (Job) Manifest.typed(TestService.JSON.readTree(body)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> creations(String id) {
    return cluster.api().asked("create jobs").stream().filter(n -> n.startsWith(id)).toList();
  }

  private static void cancel(String id) {
    assertThat(service.post("/v1/training-jobs/" + id + "/cancel", "").status()).isEqualTo(202);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(TestService.LONG);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(50);
    }
  }

  /** Waits until the events of a job say something. */
  private static void awaitNote(String id, String text) throws InterruptedException {
    await(() -> {
      try {
        return Files.readString(service.folder().resolve("jobs/" + id + "/events.ndjson"))
            .contains(text);
      } catch (IOException e) {
        return false;
      }
    });
  }

  private static JsonNode succeeded(String id, int attempts) {
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(attempts);
    return job;
  }

  private static List<String> notes(String id) {
    return service.events(id).stream()
        .filter(event -> event.event().equals("log"))
        .map(event -> event.data().path("message").asString())
        .toList();
  }

  /** What a run gives that is left alone. */
  private static String weightsOf(String model, int steps) {
    service.script(model, "steps=" + steps);
    return service.weights(succeeded(service.job(model, ""), 1));
  }

  @Test
  void aRunIsAJobWithTheGpusThatItAsksFor() throws Exception {
    service.script("wide", "steps=20");
    String id = service.job("wide", "'devices': 8");
    succeeded(id, 1);
    assertThat(creations(id)).containsExactly(id + "-1");
    assertThat(cluster.api().asked("delete jobs")).doesNotContain(id + "-1");
    Job job = created(id + "-1");
    assertThat(job.getMetadata().getLabels())
        .containsEntry("braid.io/job", id)
        .containsEntry("kueue.x-k8s.io/queue-name", "training");
    assertThat(job.getSpec().getSuspend()).isTrue();
    assertThat(job.getSpec().getBackoffLimit()).isZero();
    var container = job.getSpec().getTemplate().getSpec().getContainers().getFirst();
    assertThat(container.getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("8"))
        .containsEntry("memory", new Quantity("512", "Gi"));
    assertThat(Files.readString(service.folder().resolve("jobs/" + id + "/order.json")))
        .contains("\"cuda:0\"", "\"cuda:7\"", "\"threads\":64");
    assertThat(service.get("/v1/training-jobs/" + id + "/log").text())
        .contains("attempt 1 at work");
  }

  @Test
  void thePoolIsThatOfTheCluster() {
    JsonNode items = service.get("/v1/workers").json().path("items");
    assertThat(items).hasSize(8);
    assertThat(items.get(7).path("slot").asString()).isEqualTo("gpu-7");
    assertThat(items.get(7).path("memory").path("free").asLong()).as("not known").isZero();
    assertThat(service.post("/v1/training-jobs", TestService.body("many", "'devices': 9")).text())
        .contains("the pool has 8");
  }

  @Test
  void whatDiesIsReplacedAndGoesOn() {
    service.script("dying", "steps=20", "attempt.1=halt@3", "attempt.2=broken@12");
    String id = service.job("dying", "");
    JsonNode job = succeeded(id, 3);
    assertThat(creations(id)).containsExactly(id + "-1", id + "-2", id + "-3");
    assertThat(service.weights(job)).isEqualTo(weightsOf("dying-not", 20));
    assertThat(service.losses(id)).hasSize(20);
  }

  @Test
  void aPodWithoutEnoughMemorySaysSo() throws Exception {
    service.script("large", "steps=60", "step-ms=50");
    String id = service.job("large", "");
    service.awaitStep(id, 6);
    node().runOutOfMemory(id + "-1");
    JsonNode job = succeeded(id, 2);
    assertThat(notes(id)).anyMatch(note -> note.contains("more memory than its pod may"));
    assertThat(service.losses(id)).hasSize(60);
    assertThat(service.weights(job)).isEqualTo(weightsOf("large-not", 60));
  }

  @Test
  void aRunIsCancelledAfterACheckpoint() {
    service.script("long", "steps=4000", "step-ms=20");
    String id = service.job("long", "");
    service.awaitStep(id, 3);
    cancel(id);
    service.awaitState(id, "cancelled");
    assertThat(cluster.api().asked("delete jobs")).doesNotContain(id + "-1");
    service.script("long", "steps=40");
    service.post("/v1/training-jobs/" + id + "/resume", "");
    succeeded(id, 2);
    assertThat(service.losses(id)).hasSize(40);
  }

  @Test
  void whoDoesNotListenIsDeleted() {
    service.script("deaf", "steps=4000", "step-ms=20", "attempt.1=deaf");
    String id = service.job("deaf", "");
    service.awaitStep(id, 3);
    ProcessHandle worker = service.worker(id);
    cancel(id);
    service.awaitState(id, "cancelled");
    assertThat(worker.isAlive()).isFalse();
    assertThat(cluster.api().asked("delete jobs")).contains(id + "-1");
  }

  @Test
  void whatWaitsForANodeSaysSoAndIsCancelledAtOnce() throws Exception {
    node().fill("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.");
    String id = service.job("pending", "");
    awaitNote(id, "there is no node for it: Unschedulable: 0/3 nodes are available");
    assertThat(service.job(id).path("state").asString()).isEqualTo("running");
    Instant asked = Instant.now();
    cancel(id);
    service.awaitState(id, "cancelled");
    assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(cluster.api().asked("delete jobs")).contains(id + "-1");
    assertThat(service.folder().resolve("jobs/" + id + "/log.txt")).doesNotExist();
  }

  @Test
  void anImageThatCannotBeHadIsNamed() throws Exception {
    node().breakRegistry("Back-off pulling image \"braid:none\"");
    service.script("imageless", "steps=20");
    String id = service.job("imageless", "");
    awaitNote(id, "its image cannot be had: ImagePullBackOff: Back-off pulling image");
    node().breakRegistry("");
    succeeded(id, 1);
  }

  @Test
  void whatKueueHoldsBackWaitsAndWhatItTakesBackGoesOn() throws Exception {
    node().admit(false);
    service.script("queued", "steps=100", "step-ms=30");
    String id = service.job("queued", "");
    awaitNote(id, "Kueue has not admitted it to its queue 'training' yet");
    node().admit(true);
    service.awaitStep(id, 12);
    node().suspend(id + "-1");
    await(() -> !node().runs(id + "-1"));
    Thread.sleep(7000); // longer than a heartbeat: whoever has no place is not late
    node().admit(true);
    JsonNode job = succeeded(id, 1);
    assertThat(creations(id)).containsExactly(id + "-1");
    assertThat(service.weights(job)).isEqualTo(weightsOf("queued-not", 100));
  }

  @Test
  void anEvictionIsNotHeldAgainstAJob() throws Exception {
    service.script("evicted", "steps=60", "step-ms=100");
    String id = service.job("evicted", "");
    for (int i = 0; i < 4; i++) { // one more than a job has attempts
      await(() -> node().runs(id + "-1"));
      service.awaitStep(id, service.job(id).path("progress").path("step").asInt() + 5);
      String full = "0/%d nodes are available".formatted(3 + i);
      node().fill(full);
      node().evict(id + "-1", "to make room for serving");
      await(() -> !node().runs(id + "-1"));
      awaitNote(id, full);
      node().fill("");
    }
    JsonNode job = succeeded(id, 1);
    assertThat(service.losses(id)).hasSize(60);
    assertThat(service.weights(job)).isEqualTo(weightsOf("evicted-not", 60));
  }

  @Test
  void aRightThatIsMissingIsNamed() throws Exception {
    cluster.api().refuse("create jobs", 403, ApiServerDouble.forbidden("create", "jobs"));
    service.script("rightless", "steps=20");
    String id = service.job("rightless", "");
    awaitNote(id, "answers 403: jobs.batch is forbidden");
    awaitNote(id, "cannot create resource");
    cluster.api().recover();
    succeeded(id, 1);
  }

  @Test
  void whatTheApiServerWillNeverTakeFails() {
    cluster.api().refuse("create jobs", 422, "spec.template.spec.priorityClassName: not found");
    String id = service.job("refused", "");
    assertThat(service.awaitState(id, "failed").path("failure").asString())
        .contains("answers 422: spec.template.spec.priorityClassName", "3 attempts");
  }

  @Test
  void whileTheApiServerIsAwayAllIsTakenToBeAsItWas() throws Exception {
    service.script("away", "steps=150", "step-ms=50");
    String running = service.job("away", "");
    service.awaitStep(running, 3);
    cluster.api().leave();
    service.script("later", "steps=20");
    String later = service.job("later", "");
    awaitNote(later, "the API server does not answer");
    int step = service.job(running).path("progress").path("step").asInt();
    service.awaitStep(running, step + 40);
    cluster.api().recover();
    succeeded(running, 1);
    succeeded(later, 1);
    assertThat(notes(running)).noneMatch(note -> note.contains("killed"));
    assertThat(creations(later)).containsExactly(later + "-1");
  }

  @Test
  void anAnswerThatIsLostMakesNoSecondJob() throws Exception {
    cluster.api().loseAnswers();
    service.script("lost", "steps=20");
    String id = service.job("lost", "");
    await(() -> creations(id).size() > 1);
    cluster.api().recover();
    succeeded(id, 1);
    assertThat(creations(id)).containsOnly(id + "-1");
    assertThat(Files.readString(service.folder().resolve("jobs/" + id + "/log.txt")))
        .containsOnlyOnce("at work");
  }

  @Test
  void whatIsCancelledWhileTheApiServerIsAwayIsGoneAfterwards() throws Exception {
    cluster.api().loseAnswers();
    service.script("unheard", "steps=4000", "step-ms=20", "attempt.1=deaf");
    String id = service.job("unheard", "");
    await(() -> !creations(id).isEmpty());
    cluster.api().leave();
    cancel(id);
    awaitNote(id, "cancelled while it waited");
    cluster.api().recover();
    service.awaitState(id, "cancelled");
    await(() -> cluster.api().asked("delete jobs").contains(id + "-1"));
    await(() -> !node().runs(id + "-1"));
  }
}
