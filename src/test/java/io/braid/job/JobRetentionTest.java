package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.job.TestService.Answer;
import io.braid.job.TestService.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * Of all jobs that have ended the newest keep their folders, and of the others the record stays.
 */
@Timeout(600)
class JobRetentionTest {
  private static final String SETTING = "braid.training.keep-jobs=1";

  private Path folder = Path.of("target");
  private ConfigurableApplicationContext context;
  private TestService service;

  @BeforeEach
  void newFolder() throws IOException {
    folder =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "retention-")
            .toAbsolutePath();
    open("--" + SETTING);
  }

  private void open(String... settings) {
    String[] all = java.util.Arrays.copyOf(settings, settings.length + 2);
    all[settings.length] = "--braid.data-dir=" + folder;
    all[settings.length + 1] = "--braid.demo-items=0";
    context = TestService.run(all);
    service = new TestService(folder, TestService.port(context));
  }

  @AfterEach
  void close() {
    context.close();
  }

  private Path folder(String id) {
    return folder.resolve("jobs").resolve(id);
  }

  private void awaitGone(String id) {
    service.await(id, _ -> !Files.exists(folder(id)));
  }

  private String succeeded(String model) {
    service.script(model, "steps=1");
    String id = service.job(model, "");
    service.awaitState(id, "succeeded");
    return id;
  }

  private Answer cancel(String id) {
    return service.post("/v1/training-jobs/" + id + "/cancel", "");
  }

  private Answer resume(String id) {
    return service.post("/v1/training-jobs/" + id + "/resume", "");
  }

  private static String detail(Answer answer) {
    return answer.json().path("detail").asString();
  }

  @Test
  void theRecordOutlivesTheFolder() {
    String old = succeeded("old");
    JsonNode before = service.job(old);
    assertThat(service.get("/v1/training-jobs/" + old + "/log").text()).contains("at work");
    String other = succeeded("other");
    awaitGone(old);

    assertThat(service.job(old)).isEqualTo(before);
    assertThat(before.path("metrics").path("steps").asInt()).isEqualTo(1);
    assertThat(service.get("/v1/training-jobs?model=old").json().path("items")).hasSize(1);
    assertThat(service.get("/v1/models/old/versions/1").json().path("metrics"))
        .isEqualTo(before.path("metrics"));
    for (String part : List.of("/log", "/metrics")) {
      Answer answer = service.get("/v1/training-jobs/" + old + part);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(detail(answer)).contains(old, "no longer kept", SETTING);
    }
    List<Sent> events = service.events(old);
    assertThat(events).extracting(Sent::event).containsExactly("log", "state");
    assertThat(events.getFirst().data().path("message").asString()).contains(SETTING);
    assertThat(events.getLast().data().path("state").asString()).isEqualTo("succeeded");
    assertThat(events.getLast().data().path("version").asInt()).isEqualTo(1);
    assertThat(service.get("/v1/training-jobs/" + other + "/log").status()).isEqualTo(200);
  }

  @Test
  void whatHasNotEndedOrCanGoOnKeepsItsFolder() {
    service.script("resumable", "steps=2000", "step-ms=20");
    String resumable = service.job("resumable", "");
    service.awaitStep(resumable, 1);
    cancel(resumable);
    service.awaitState(resumable, "cancelled");
    service.script("running", "steps=2000", "step-ms=20");
    String running = service.job("running", "");
    service.awaitStep(running, 1);
    String queued = service.job("running", "");
    String neverRan = service.job("running", "");
    cancel(neverRan);
    String newest = service.job("running", "");
    cancel(newest);
    awaitGone(neverRan);
    assertThat(List.of(resumable, running, queued, newest))
        .allMatch(id -> Files.exists(folder(id)));

    Answer refused = resume(neverRan);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(detail(refused)).contains("nothing to go on from", SETTING, "post a new job");
    assertThat(service.job(neverRan).path("state").asString()).isEqualTo("cancelled");

    cancel(queued);
    service.script("resumable", "steps=1");
    assertThat(resume(resumable).status()).isEqualTo(202);
    cancel(running);
    service.awaitState(running, "cancelled");
    service.awaitState(resumable, "succeeded");
    assertThat(service.states(resumable))
        .as("its events from the first on")
        .containsExactly("queued", "running", "cancelled", "queued", "running", "succeeded");
  }

  @Test
  void aStartRemovesWhatIsNotToBeKept() {
    close();
    open();
    service.script("stopped", "steps=2000", "step-ms=20");
    String stopped = service.job("stopped", "");
    service.awaitStep(stopped, 1);
    cancel(stopped);
    service.awaitState(stopped, "cancelled");
    String old = succeeded("old");
    String newest = succeeded("newest");
    assertThat(List.of(stopped, old, newest)).allMatch(id -> Files.exists(folder(id)));
    close();
    open("--" + SETTING);
    awaitGone(old);
    assertThat(List.of(stopped, newest)).allMatch(id -> Files.exists(folder(id)));
    close();
    open("--" + SETTING, "--braid.training.keep-checkpoints=0s");
    awaitGone(stopped);
    assertThat(folder(newest)).exists();
    assertThat(resume(stopped).status()).isEqualTo(409);
  }

  @Test
  void theCellsOfASweepStayUntilAllHaveEnded() {
    service.script("swept", "steps=2000", "step-ms=20");
    Answer posted =
        service.post(
            "/v1/sweeps",
            "{'base': %s, 'grid': {'seed': [1, 2, 3], 'priority': [0]}}"
                .formatted(TestService.body("swept", "")));
    assertThat(posted.status()).as(posted.text()).isEqualTo(202);
    List<String> cells =
        posted.json().path("jobs").valueStream().map(job -> job.path("id").asString()).toList();
    assertThat(cells).hasSize(3);
    service.awaitStep(cells.get(0), 1);
    cancel(cells.get(1));
    String other = service.job("swept", "");
    cancel(other);
    cancel(service.job("swept", ""));
    awaitGone(other);
    assertThat(folder(cells.get(1))).as("that ended before").exists();
    cancel(cells.get(0));
    cancel(cells.get(2));
    awaitGone(cells.get(1));
    String report = "/v1/sweeps/" + posted.json().path("id").asString() + "/report";
    assertThat(service.get(report).status()).isEqualTo(200);
  }
}
