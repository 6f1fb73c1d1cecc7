package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Slow;
import io.braid.TestDatabase;
import io.braid.config.BraidProperties;
import io.braid.training.JobFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Services that end or are killed while jobs go on, and others that take over from them. */
@Timeout(600)
class RestartTest {
  private Path folder = Path.of("target");
  private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

  @BeforeEach
  void newFolder() throws IOException {
    folder =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "restart-")
            .toAbsolutePath();
  }

  @AfterEach
  void close() {
    contexts.forEach(ConfigurableApplicationContext::close);
  }

  private TestService open(String... settings) {
    String[] all =
        Stream.concat(
                Stream.of("--braid.data-dir=" + folder, "--braid.demo-items=0"),
                Stream.of(settings))
            .toArray(String[]::new);
    ConfigurableApplicationContext context = TestService.run(all);
    contexts.add(context);
    return new TestService(folder, TestService.port(context));
  }

  private void update(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(TestDatabase.url(folder));
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
    }
  }

  private static List<JsonNode> versions(TestService service, String model) {
    return service.get("/v1/models/" + model).json().path("versions").valueStream().toList();
  }

  private Path folder(String id) {
    return folder.resolve("jobs").resolve(id);
  }

  @Test
  void aWorkerOutlivesItsServiceAndIsFoundAgain() {
    TestService service = open();
    service.script("found", "steps=400", "step-ms=30");
    String id = service.job("found", "");
    service.awaitStep(id, 3);
    ProcessHandle worker = service.worker(id);
    close();
    assertThat(worker.isAlive()).as("after the service has stopped").isTrue();

    service = open();
    assertThat(service.job(id).path("devices").toString()).isEqualTo("[\"cpu-0\"]");
    assertThat(worker.isAlive()).isTrue();
    service.script("found", "steps=400"); // read by new workers alone
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(1);
    assertThat(versions(service, "found")).hasSize(1);
    assertThat(service.states(id)).containsExactly("queued", "running", "succeeded");
  }

  @Test
  void aFoundWorkerCanBeCancelledAndEnded() {
    TestService service = open();
    service.script("deaf", "steps=4000", "step-ms=30", "attempt.1=deaf");
    String id = service.job("deaf", "");
    service.awaitStep(id, 3);
    ProcessHandle worker = service.worker(id);
    close();
    service = open("--braid.training.cancel-grace=1s");
    service.post("/v1/training-jobs/" + id + "/cancel", "");
    service.awaitState(id, "cancelled");
    assertThat(worker.isAlive()).isFalse();
  }

  @Test
  void whatEndedMeanwhileIsImportedOnce() throws Exception {
    TestService service = open();
    service.script("meanwhile", "steps=20", "step-ms=30");
    String id = service.job("meanwhile", "");
    service.awaitStep(id, 3);
    ProcessHandle worker = service.worker(id);
    close();
    worker.onExit().get();
    Path weights = folder(id).resolve("checkpoints/best.safetensors");
    byte[] trained = Files.readAllBytes(weights);

    service = open();
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(1);
    String before = service.weights(job);
    close();
    // As if the service had been killed after the import, and before it was noted.
    Files.createDirectories(folder(id).resolve("checkpoints"));
    Files.write(weights, trained);
    update("UPDATE job SET state = 'running', slots = '[\"cpu-0\"]', version = NULL");

    service = open();
    job = service.awaitState(id, "succeeded");
    assertThat(job.path("version").asInt()).isEqualTo(1);
    assertThat(versions(service, "meanwhile")).hasSize(1);
    assertThat(service.weights(job)).isEqualTo(before);
  }

  @Test
  void aWorkerThatComesTooLateDoesNothing() throws Exception {
    TestService service = open();
    service.script("alone", "steps=40");
    String left = service.weights(service.awaitState(service.job("alone", ""), "succeeded"));
    service.script("late", "steps=40", "step-ms=100");
    String id = service.job("late", "");
    service.awaitStep(id, 3);
    ProcessHandle worker = service.worker(id);
    var properties = contexts.getLast().getBean(BraidProperties.class);
    close();
    worker.destroyForcibly();
    worker.onExit().get();

    service = open();
    service.await(id, job -> job.path("attempts").asInt() == 2);
    var stale = new LocalWorkers(properties, FakeWorker.class).launch(new JobFolder(folder(id)), 1);
    JsonNode job = service.awaitState(id, "succeeded");
    while (stale.state() instanceof WorkerLauncher.State.Running) {
      Thread.sleep(50);
    }
    assertThat(job.path("attempts").asInt()).isEqualTo(2);
    assertThat(service.weights(job)).isEqualTo(left);
    assertThat(service.events(id).stream().filter(event -> event.event().equals("step")))
        .as("no step was taken by two")
        .hasSizeLessThan(46);
  }

  @Test
  void aJobThatThePoolNoLongerHoldsFailsAndLetsOthersPass() {
    TestService service = open("--braid.training.cpu-slots=3");
    service.script("large", "steps=4000", "step-ms=30");
    service.script("small", "steps=5");
    String running = service.job("large", "'devices': 3");
    String large = service.job("large", "'devices': 3");
    String small = service.job("small", "");
    service.awaitStep(running, 1);
    ProcessHandle worker = service.worker(running);
    close();
    worker.destroyForcibly();
    service = open();
    assertThat(service.awaitState(large, "failed").path("failure").asString())
        .contains("3 devices", "has 1");
    assertThat(service.awaitState(running, "failed").path("failure").asString()).contains("cpu-2");
    service.awaitState(small, "succeeded");
  }

  @Test
  void aResumedJobThatACrashKeptFromItsWorkerDoesNotEndAsBefore() throws Exception {
    TestService service = open();
    service.script("again", "steps=20", "attempt.1=nan@3");
    service.script("ahead", "steps=4000", "step-ms=30");
    String id = service.job("again", "");
    service.awaitState(id, "failed");
    String ahead = service.job("ahead", "");
    service.awaitStep(ahead, 1);
    assertThat(service.post("/v1/training-jobs/" + id + "/resume", "").status()).isEqualTo(202);
    service.post("/v1/training-jobs/" + ahead + "/cancel", "");
    close();
    // As if the service had been killed between the start of an attempt and its order.
    update(
        "UPDATE job SET state = 'running', slots = '[\"cpu-0\"]', attempts = 2 WHERE id = '%s'"
            .formatted(id));
    service = open();
    assertThat(service.awaitState(id, "succeeded").path("attempts").asInt()).isEqualTo(3);
  }

  @Test
  void aJobIsNotResumedWhereThePoolHasTooFewDevices() {
    TestService service = open("--braid.training.cpu-slots=2");
    service.script("wide", "steps=20", "attempt.1=nan@3");
    String id = service.job("wide", "'devices': 2");
    service.awaitState(id, "failed");
    close();
    service = open();
    var answer = service.post("/v1/training-jobs/" + id + "/resume", "");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text()).contains("2 devices", "has 1");
  }

  @Test
  void aStateThatACrashKeptBackIsToldLater() throws Exception {
    TestService service = open();
    service.script("told", "steps=3");
    String id = service.job("told", "");
    service.awaitState(id, "succeeded");
    List<String> states = service.states(id);
    close();
    Path events = folder(id).resolve("events.ndjson");
    List<String> lines = Files.readAllLines(events);
    Files.write(events, lines.subList(0, lines.size() - 1));
    update("UPDATE job SET is_told = 0");
    service = open();
    assertThat(service.states(id)).isEqualTo(states);
  }

  @Test
  void checkpointsThatNobodyCameBackForAreRemoved() throws Exception {
    TestService service = open();
    var ids = new ArrayList<String>();
    for (String model : List.of("forgotten", "recent")) {
      service.script(model, "steps=4000", "step-ms=20");
      String id = service.job(model, "");
      ids.add(id);
      service.awaitStep(id, 6);
      service.post("/v1/training-jobs/" + id + "/cancel", "");
      service.awaitState(id, "cancelled");
      assertThat(folder(id).resolve("checkpoints")).isNotEmptyDirectory();
    }
    close();
    String forgotten = ids.getFirst();
    update(
        "UPDATE job SET ended_at = '%s' WHERE id = '%s'"
            .formatted(Instant.now().minus(Duration.ofDays(31)), forgotten));
    service = open();
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (Files.exists(folder(forgotten).resolve("checkpoints"))) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(50);
    }
    assertThat(folder(ids.getLast()).resolve("checkpoints")).isNotEmptyDirectory();
    service.script("forgotten", "steps=20");
    service.post("/v1/training-jobs/" + forgotten + "/resume", "");
    JsonNode job = service.awaitState(forgotten, "succeeded");
    assertThat(service.losses(forgotten)).hasSize(20);
    service.script("never", "steps=20");
    String never = service.job("never", "");
    assertThat(service.weights(job))
        .as("as if it had not been begun before")
        .isEqualTo(service.weights(service.awaitState(never, "succeeded")));
  }

  @Test
  void aServiceMayTakeNoJobs() {
    TestService service = open("--braid.training.enabled=false");
    assertThat(service.post("/v1/training-jobs", TestService.body("off", "")).status())
        .isEqualTo(503);
    assertThat(service.get("/v1/training-jobs").status()).isEqualTo(200);
  }

  /** Workers, services and both are killed at random moments, and the end is the same. */
  @Test
  @Slow
  void whateverIsKilledTheEndIsTheSame() throws Exception {
    TestService first = open();
    first.script("alone", "steps=1000", "step-ms=1");
    JsonNode alone = first.awaitState(first.job("alone", ""), "succeeded");
    String weights = first.weights(alone);
    var losses = first.losses(alone.path("id").asString());
    close();
    var random = new Random(5);
    Process process = process();
    try {
      TestService service = serving(process);
      service.script("killed", "steps=1000", "step-ms=80");
      String id = service.job("killed", "");
      for (int round = 0; round < 6; round++) {
        int step = service.job(id).path("progress").path("step").asInt();
        service.await(
            id,
            job ->
                !TestService.state(job).equals("queued")
                    && job.path("progress").path("step").asInt() > step);
        Thread.sleep(random.nextInt(700));
        assertThat(service.job(id).path("ended_at").isNull()).as("it goes on").isTrue();
        if (round == 5) {
          service.script("killed", "steps=1000", "step-ms=1"); // for the worker that comes next
        }
        if (round % 3 != 1) {
          service.worker(id).destroyForcibly();
        }
        if (round % 3 != 0) {
          process.destroyForcibly().waitFor();
          process = process();
          service = serving(process);
        }
      }
      JsonNode job = service.awaitState(id, "succeeded");
      assertThat(job.path("attempts").asInt()).isGreaterThan(3);
      assertThat(service.weights(job)).isEqualTo(weights);
      assertThat(service.losses(id)).isEqualTo(losses);
      assertThat(versions(service, "killed")).hasSize(1);
      assertThat(service.states(id)).containsExactly("queued", "running", "succeeded");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private Process process() throws IOException {
    Files.deleteIfExists(folder.resolve("port"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TestService.class.getName(),
            "--braid.data-dir=" + folder,
            "--braid.demo-items=0",
            "--braid.training.attempts=50")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("service.txt").toFile()))
        .start();
  }

  private TestService serving(Process process) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(120));
    while (!Files.exists(folder.resolve("port"))) {
      assertThat(process.isAlive()).as("the service").isTrue();
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(50);
    }
    return new TestService(folder, Integer.parseInt(Files.readString(folder.resolve("port"))));
  }
}
