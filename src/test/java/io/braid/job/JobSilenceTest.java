package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.training.JobFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metric by which one is woken for a job that makes no steps. */
@Timeout(600)
class JobSilenceTest extends ThreeSlots {
  /** A step that does not come while the test lasts. */
  private static final String NO_STEP = "step-ms=600000";

  /** By how much the time of a file may lie behind the clock. */
  private static final Duration COARSE = Duration.ofMillis(20);

  /** Since when the job is silent that has been so for longest, at the earliest. */
  private static Instant silentSince() {
    double silence =
        service
            .get("/actuator/prometheus")
            .text()
            .lines()
            .filter(line -> line.startsWith("braid_job_silence_seconds "))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
            .sum();
    return Instant.now().minusMillis((long) (silence * 1000)).plus(COARSE);
  }

  private static void awaitWorker(String id, int attempt) {
    var folder = new JobFolder(service.folder().resolve("jobs").resolve(id));
    service.await(
        id,
        _ ->
            folder.lastOrder().filter(order -> order.attempt() == attempt).isPresent()
                && folder.worker().isPresent());
  }

  @Test
  void whatWasBeforeAResumeIsNoSilence() {
    service.script("resumed", "steps=2000", "step-ms=20");
    String id = service.job("resumed", "");
    service.awaitStep(id, 3);
    cancel(id);
    service.awaitState(id, "cancelled");
    service.script("resumed", "steps=2000", NO_STEP);
    Instant resumed = Instant.now();
    assertThat(resume(id).status()).isEqualTo(202);
    awaitWorker(id, 2);
    assertThat(silentSince()).isAfter(resumed);
    cancel(id);
    service.awaitState(id, "cancelled");
  }

  /** As after an eviction, where the cluster replaces the worker and nothing is ordered. */
  @Test
  void whatWasBeforeAWorkerCameUpAnewIsNoSilence(@TempDir Path path) throws IOException {
    var folder = new JobFolder(path);
    assertThat(folder.lastStart()).isEmpty();
    Instant ordered = Instant.parse("2026-01-01T00:00:00Z");
    Files.setLastModifiedTime(Files.createFile(path.resolve("order.json")), FileTime.from(ordered));
    assertThat(folder.lastStart()).contains(ordered);
    folder.writeWorker();
    assertThat(folder.lastStart()).hasValueSatisfying(up -> assertThat(up).isAfter(ordered));
  }

  @Test
  void whatWasBeforeAnotherAttemptIsNoSilence() {
    service.script("replaced", "steps=2000", NO_STEP);
    String id = service.job("replaced", "");
    awaitWorker(id, 1);
    Instant killed = Instant.now();
    service.worker(id).destroyForcibly();
    awaitWorker(id, 2);
    assertThat(silentSince()).isAfter(killed);
    cancel(id);
    service.awaitState(id, "cancelled");
  }
}
