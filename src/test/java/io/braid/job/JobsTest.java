package io.braid.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.job.TestService.Answer;
import io.braid.job.TestService.Sent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Jobs from their request to their end, and what is told of them. */
@Timeout(600)
class JobsTest extends ThreeSlots {
  @Test
  void aJobMakesAVersion() {
    service.script("made", "steps=20");
    Answer posted = service.post("/v1/training-jobs", TestService.body("made", ""));
    String id = posted.json().path("id").asString();
    assertThat(posted.status()).isEqualTo(202);
    assertThat(posted.response().headers().firstValue("Location"))
        .hasValue("/v1/training-jobs/" + id);
    assertThat(posted.json().path("state").asString()).isEqualTo("queued");
    assertThat(posted.json().path("queue_position").asInt()).isPositive();

    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("version").asInt()).isEqualTo(1);
    assertThat(job.path("attempts").asInt()).isEqualTo(1);
    assertThat(job.path("devices")).isEmpty();
    assertThat(job.path("failure").isNull()).isTrue();
    assertThat(job.path("metrics").path("loss").path("test").asDouble()).isEqualTo(0.25);
    assertThat(job.path("progress").path("step").asInt()).isEqualTo(20);
    assertThat(job.path("progress").path("epoch").asInt()).isEqualTo(2);
    assertThat(job.path("progress").path("eta_seconds").isNull()).isTrue();
    assertThat(job.path("ended_at").asString()).endsWith("Z");
    assertThat(job.path("spec").path("optimizer").path("schedule").asString()).isEqualTo("cosine");
    JsonNode version = service.get("/v1/models/made/versions/1").json();
    assertThat(version.path("metrics")).isEqualTo(job.path("metrics"));
    assertThat(version.path("lineage").path("job").asString()).isEqualTo(id);
    assertThat(version.path("lineage").path("dataset").asString()).isEqualTo("demo");
    assertThat(service.states(id)).containsExactly("queued", "running", "succeeded");
    assertThat(service.folder().resolve("jobs").resolve(id).resolve("checkpoints"))
        .as("what nobody needs any more")
        .doesNotExist();
    assertThat(service.get("/v1/training-jobs/" + id + "/log").text()).contains("at work");
    assertThat(cancel(id).status()).isEqualTo(409);
    assertThat(resume(id).status()).isEqualTo(409);
  }

  @Test
  void eightJobsShareThreeSlots() {
    service.script("shared", "steps=10", "step-ms=20");
    var ids = new ArrayList<String>();
    String blocker = service.job("shared", "'devices': 3, 'priority': 100");
    service.await(blocker, job -> !TestService.state(job).equals("queued"));
    int[] priorities = {0, 0, 5, 0, -5, 5, 0};
    for (int i = 0; i < priorities.length; i++) {
      ids.add(
          service.job(
              "shared", "'priority': %d, 'devices': %d".formatted(priorities[i], i == 3 ? 3 : 1)));
    }
    List<Integer> expected = List.of(2, 5, 0, 1, 3, 6, 4);
    while (ids.stream().anyMatch(id -> service.job(id).path("ended_at").isNull())) {
      var held = new HashSet<String>();
      JsonNode running = service.get("/v1/training-jobs?state=running").json().path("items");
      for (JsonNode job : running) {
        for (JsonNode slot : job.path("devices")) {
          assertThat(held.add(slot.asString())).as("%s leased once", slot).isTrue();
        }
      }
      assertThat(held).isSubsetOf("cpu-0", "cpu-1", "cpu-2");
    }
    var changes = new TreeMap<Instant, Integer>();
    var starts = new ArrayList<Instant>();
    for (int place : expected) {
      JsonNode job = service.job(ids.get(place));
      assertThat(TestService.state(job)).as("%s", job).isEqualTo("succeeded");
      int devices = job.path("spec").path("devices").asInt();
      Instant start = Instant.parse(job.path("started_at").asString());
      starts.add(start);
      changes.merge(start, devices, Integer::sum);
      changes.merge(Instant.parse(job.path("ended_at").asString()), -devices, Integer::sum);
    }
    assertThat(starts).as("by priority, then by age").isSorted();
    int held = 0;
    for (int change : changes.values()) {
      held += change;
      assertThat(held).isBetween(0, 3);
    }
  }

  @Test
  void eventsAreReplayedFromWhereOneLeft() {
    service.script("replayed", "steps=20");
    String id = service.job("replayed", "");
    List<Sent> all = service.events(id); // while it runs, to its end
    assertThat(all.getLast().data().path("state").asString()).isEqualTo("succeeded");
    assertThat(all.stream().map(Sent::event)).contains("state", "step", "epoch");
    assertThat(all).extracting(Sent::id).doesNotHaveDuplicates();
    assertThat(service.events(id)).isEqualTo(all);
    assertThat(service.events(id, all.get(7).id())).isEqualTo(all.subList(8, all.size()));
    assertThat(service.events(id, all.getLast().id())).isEmpty();
    assertThat(service.get("/v1/training-jobs/" + id + "/events", "Last-Event-ID", "x").status())
        .isEqualTo(422);
  }

  @Test
  void aListenerThatLeavesIsNoHindrance() throws IOException {
    service.script("watched", "steps=200", "step-ms=20");
    String id = service.job("watched", "");
    for (int i = 0; i < 3; i++) {
      try (var socket = new Socket("127.0.0.1", service.port())) {
        socket
            .getOutputStream()
            .write(
                "GET /v1/training-jobs/%s/events HTTP/1.1\r\nHost: x\r\n\r\n"
                    .formatted(id)
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isPositive();
      }
    }
    service.awaitState(id, "succeeded");
  }

  @Test
  void whoWatchesHearsOfAnEventBeforeThereAreMany() throws IOException {
    service.script("quiet", "steps=20", "step-ms=20000");
    String id = service.job("quiet", "");
    try (var socket = new Socket("127.0.0.1", service.port())) {
      socket.setSoTimeout(60_000); // long for one event, short for the 8 KiB of a buffer
      String path = "/v1/training-jobs/" + id + "/events";
      socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(UTF_8));
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertThat(lines.lines().filter(line -> line.startsWith("event: ")).findFirst())
          .contains("event: state");
    }
    service.post("/v1/training-jobs/" + id + "/cancel", "");
    service.awaitState(id, "cancelled");
  }

  @Test
  void metricsTellEachStepOnce() {
    service.script("told", "steps=20", "attempt.1=halt@8");
    String id = service.job("told", "");
    service.awaitState(id, "succeeded");
    JsonNode metrics = service.get("/v1/training-jobs/" + id + "/metrics").json();
    assertThat(metrics.path("steps")).hasSize(20);
    assertThat(metrics.path("epochs")).hasSize(2);
    assertThat(metrics.path("steps").get(6).path("attempt").asInt())
        .as("the later one")
        .isEqualTo(2);
    assertThat(metrics.path("steps").get(2).path("attempt").asInt()).isEqualTo(1);
    String csv = service.get("/v1/training-jobs/" + id + "/metrics", "Accept", "text/csv").text();
    assertThat(csv.lines().toList())
        .hasSize(21)
        .first()
        .isEqualTo(
            "step,epoch,loss,learning_rate,grad_norm,train_loss,test_loss,uniformity,alignment,"
                + "median_rank,recall@1,recall@5,recall@10");
    assertThat(csv.lines().toList().get(10)).startsWith("10,1,").endsWith(",,1.0,,,,,,");
    assertThat(csv.lines().toList().get(11)).startsWith("11,2,").endsWith(",,,,,,,,");
  }

  @Test
  void theSameKeyMakesOneJob() {
    String body = TestService.body("keyed", "");
    Answer first = service.post("/v1/training-jobs", body, "Idempotency-Key", "k");
    Answer again = service.post("/v1/training-jobs", body + " ", "Idempotency-Key", "k");
    Answer other =
        service.post(
            "/v1/training-jobs", TestService.body("keyed", "'seed': 1"), "Idempotency-Key", "k");
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json().path("id")).isEqualTo(first.json().path("id"));
    assertThat(again.response().headers().firstValue("Location"))
        .isEqualTo(first.response().headers().firstValue("Location"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(
            service.post("/v1/training-jobs", body, "Idempotency-Key", "k".repeat(256)).pointers())
        .containsExactly("Idempotency-Key");
  }

  @Test
  void aDatasetInUseStays() {
    service.script("using", "steps=300", "step-ms=20");
    String id = service.job("using", "");
    assertThat(service.send("DELETE", "/v1/datasets/demo", "").status()).isEqualTo(409);
    service.awaitState(id, "succeeded");
  }

  @Test
  void thePoolTellsWhoHoldsWhat() {
    service.script("holding", "steps=2000", "step-ms=20");
    String id = service.job("holding", "'priority': 99");
    service.awaitStep(id, 1);
    JsonNode workers = service.get("/v1/workers").json();
    assertThat(workers.path("items")).hasSize(3);
    assertThat(workers.path("items").valueStream().map(w -> w.path("slot").asString()))
        .containsExactly("cpu-0", "cpu-1", "cpu-2");
    JsonNode held =
        workers
            .path("items")
            .valueStream()
            .filter(worker -> worker.path("job").asString("").equals(id))
            .findFirst()
            .orElseThrow();
    assertThat(held.path("state").asString()).isEqualTo("busy");
    assertThat(held.path("memory").path("free").asLong()).isPositive();
    cancel(id);
    service.awaitState(id, "cancelled");
  }

  @Test
  void jobsAreListedNewestFirst() {
    service.script("listed", "steps=1");
    String first = service.job("listed", "");
    String second = service.job("listed", "");
    List<String> ids = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = service.get("/v1/training-jobs?limit=2&cursor=" + cursor).json();
      page.path("items").forEach(job -> ids.add(job.path("id").asString()));
      cursor = page.path("next_cursor").asString("");
    } while (!cursor.isEmpty());
    assertThat(ids).doesNotHaveDuplicates().containsSubsequence(second, first);
    service.awaitState(second, "succeeded");
    assertThat(service.get("/v1/training-jobs?state=succeeded").text()).contains(second);
    assertThat(service.get("/v1/training-jobs?model=nobody").json().path("items")).isEmpty();
    assertThat(service.get("/v1/training-jobs?limit=1&model=listed").text())
        .contains("next_cursor", "\"model\":\"listed\"");
    assertThat(service.get("/v1/training-jobs?state=sleeping").pointers()).containsExactly("state");
    assertThat(service.get("/v1/training-jobs?cursor=bm8").status()).isEqualTo(422);
    for (String path : List.of("", "/events", "/log", "/metrics")) {
      assertThat(service.get("/v1/training-jobs/none" + path).status()).isEqualTo(404);
    }
    assertThat(cancel("none").status()).isEqualTo(404);
    assertThat(resume("none").status()).isEqualTo(404);
  }
}
