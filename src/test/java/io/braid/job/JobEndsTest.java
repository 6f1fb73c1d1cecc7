package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.job.TestService.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Workers that die, hang, break or are cancelled, and jobs that go on or say why not. */
@Timeout(600)
class JobEndsTest extends ThreeSlots {
  private static final Path FULL = Path.of("/dev/full");

  @Test
  void aWorkerThatIsKilledIsReplacedAndNothingIsLost() throws InterruptedException {
    JsonNode left = alone("killed-not", 60);
    service.script("killed", "steps=60", "step-ms=40");
    String id = service.job("killed", "");
    var random = new Random(11);
    for (int i = 0; i < 2; i++) {
      int attempts = i + 1;
      service.await(id, job -> job.path("attempts").asInt() == attempts);
      int before = service.job(id).path("progress").path("step").asInt();
      service.awaitStep(id, before + 1 + random.nextInt(12));
      service.worker(id).destroyForcibly();
    }
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(3);
    assertThat(service.weights(job)).isEqualTo(service.weights(left));
    assertThat(service.losses(id))
        .hasSize(60)
        .isEqualTo(service.losses(left.path("id").asString()));
  }

  @Test
  void aWorkerThatHangsIsReplaced() {
    service.script("hanging", "steps=20", "attempt.1=hang@7");
    String id = service.job("hanging", "");
    service.await(id, _ -> silence() > 2);
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(2);
    assertThat(service.events(id))
        .filteredOn(event -> event.event().equals("log"))
        .anyMatch(event -> event.data().path("message").asString().contains("no sign"));
  }

  /** Seconds for which a job has made no step, as the metric tells. */
  private static double silence() {
    return service
        .get("/actuator/prometheus")
        .text()
        .lines()
        .filter(line -> line.startsWith("braid_job_silence_seconds "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Test
  void twoCrashesAreMadeGood() {
    service.script("crashing", "steps=20", "attempt.1=halt@3", "attempt.2=broken@12");
    JsonNode job = service.awaitState(service.job("crashing", ""), "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(3);
    assertThat(service.weights(job)).isEqualTo(service.weights(alone("crashing-not", 20)));
  }

  @Test
  void whatIsTornIsLeftOut() {
    service.script("torn", "steps=20", "attempt.1=torn@6", "attempt.2=torn@13");
    String id = service.job("torn", "");
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(3);
    assertThat(service.losses(id)).hasSize(20);
    assertThat(service.weights(job)).isEqualTo(service.weights(alone("torn-not", 20)));
  }

  @Test
  void aJobWhoseWorkersAllDieSaysHow() {
    service.script(
        "doomed", "steps=20", "attempt.1=halt@3", "attempt.2=halt@3", "attempt.3=halt@3");
    String id = service.job("doomed", "");
    JsonNode job = service.awaitState(id, "failed");
    assertThat(job.path("failure").asString())
        .contains("the worker died", "exit 137", "3 attempts", "about to die at step 3");
    assertThat(job.path("progress").path("step").asInt()).isEqualTo(3);
    assertThat(service.states(id)).containsExactly("queued", "running", "failed");

    service.script("doomed", "steps=20");
    assertThat(resume(id).status()).isEqualTo(202);
    job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(4);
    assertThat(service.states(id))
        .containsExactly("queued", "running", "failed", "queued", "running", "succeeded");
  }

  @Test
  void whatWouldFailAgainIsNotTriedAgain() {
    service.script("unfit", "steps=20", "attempt.1=nan@3");
    JsonNode job = service.awaitState(service.job("unfit", ""), "failed");
    assertThat(job.path("failure").asString()).isEqualTo("the loss is NaN at step 3");
    assertThat(job.path("attempts").asInt()).isEqualTo(1);
  }

  /** What is written through it finds no room, as on a full disk. */
  private static void fill(Path file) throws IOException {
    assumeTrue(Files.exists(FULL), "there is no " + FULL);
    Files.createSymbolicLink(file, FULL);
  }

  @Test
  void aJobThatFindsNoRoomOnTheDiskSaysSoAndCanBeResumed() throws IOException {
    service.script("ahead", "steps=2000", "step-ms=20");
    service.script("roomless", "steps=20");
    String ahead = service.job("ahead", "'devices': 3, 'priority': 100");
    service.awaitState(ahead, "running");
    String id = service.job("roomless", "");
    fill(service.folder().resolve("jobs").resolve(id).resolve("order.json.part"));
    cancel(ahead);
    assertThat(service.awaitState(id, "failed").path("failure").asString())
        .contains("disk", "make room and resume");
    assertThat(resume(id).status()).isEqualTo(202);
    assertThat(service.awaitState(id, "succeeded").path("version").asInt()).isEqualTo(1);
  }

  @Test
  void weightsThatDoNotFitAWorkersHeapAreToldBefore() {
    Answer posted =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'demo', 'model': 'wide', 'batch_size': 2, 'priority': 90,
             'network': {'embedding_dim': 2048, 'layers': 7, 'heads': 16, 'head_dim': 128,
                         'fusion_tokens': 11}}
            """);
    assertThat(posted.status()).as(posted.text()).isEqualTo(202);
    JsonNode job = service.awaitState(posted.json().path("id").asString(), "failed");
    assertThat(job.path("failure").asString()).contains("braid.training.heap");
  }

  @Test
  void aJobThatCannotFitSaysSo() {
    Answer posted =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'demo', 'model': 'vast', 'priority': 90,
             'network': {'embedding_dim': 8192, 'layers': 128, 'heads': 256}}
            """);
    assertThat(posted.status()).as(posted.text()).isEqualTo(202);
    JsonNode job = service.awaitState(posted.json().path("id").asString(), "failed");
    assertThat(job.path("failure").asString())
        .containsPattern("needs [\\d,]+ bytes .* [\\d,]+ are free")
        .contains("Lower");
    assertThat(job.path("attempts").asInt()).isZero();
  }

  @Test
  void aJobIsCancelledWhereverItIs() {
    service.script("long", "steps=2000", "step-ms=20");
    String running = service.job("long", "'devices': 3, 'priority': 50");
    String waiting = service.job("long", "'priority': 50");
    assertThat(TestService.state(cancel(waiting).json())).isEqualTo("cancelled");
    assertThat(service.states(waiting)).containsExactly("queued", "cancelled");
    service.await(running, job -> !TestService.state(job).equals("queued"));
    assertThat(cancel(running).status()).as("while its worker starts").isEqualTo(202);
    JsonNode early = service.awaitState(running, "cancelled");
    assertThat(early.path("devices")).isEmpty();

    String later = service.job("long", "");
    service.awaitStep(later, 3);
    assertThat(cancel(later).status()).isEqualTo(202);
    assertThat(cancel(later).status()).as("once more").isBetween(202, 409);
    JsonNode job = service.awaitState(later, "cancelled");
    int step = job.path("progress").path("step").asInt();
    service.script("long", "steps=60");
    resume(later);
    JsonNode resumed = service.awaitState(later, "succeeded");
    assertThat(resumed.path("attempts").asInt()).isEqualTo(2);
    assertThat(service.weights(resumed)).isEqualTo(service.weights(alone("long-not", 60)));
    assertThat(service.events(later).stream().filter(e -> e.event().equals("step")))
        .as("it went on from step %d, where it wrote a checkpoint", step)
        .hasSize(60);
  }

  @Test
  void whoDoesNotListenIsEnded() {
    service.script("deaf", "steps=2000", "step-ms=20", "attempt.1=deaf");
    String id = service.job("deaf", "");
    service.awaitStep(id, 3);
    ProcessHandle worker = service.worker(id);
    cancel(id);
    service.awaitState(id, "cancelled");
    assertThat(worker.isAlive()).isFalse();
  }

  @Test
  void aCancelThatComesTooLateLetsTheJobSucceed() {
    service.script("late", "steps=5", "finish-ms=2000");
    String id = service.job("late", "");
    service.awaitStep(id, 5);
    assertThat(cancel(id).status()).isEqualTo(202);
    assertThat(service.awaitState(id, "succeeded").path("version").asInt()).isEqualTo(1);
  }
}
