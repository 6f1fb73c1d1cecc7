package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.job.TestService.Answer;
import io.braid.job.TestService.Sent;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Jobs from their request to their end, on three slots, with workers that learn nothing. */
@Timeout(600)
class JobsTest {
  private static ConfigurableApplicationContext context;
  private static TestService service;

  @BeforeAll
  static void start() throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "jobs-");
    context =
        TestService.run(
            "--braid.data-dir=" + folder,
            "--braid.training.cpu-slots=3",
            "--braid.training.heartbeat=10s",
            "--braid.training.cancel-grace=3s");
    service = new TestService(folder.toAbsolutePath(), TestService.port(context));
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static Answer cancel(String id) {
    return service.post("/v1/training-jobs/" + id + "/cancel", "");
  }

  private static Answer resume(String id) {
    return service.post("/v1/training-jobs/" + id + "/resume", "");
  }

  /** What a run gives that is left alone. */
  private static JsonNode alone(String model, int steps) {
    service.script(model, "steps=" + steps);
    return service.awaitState(service.job(model, ""), "succeeded");
  }

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
    JsonNode job = service.awaitState(id, "succeeded");
    assertThat(job.path("attempts").asInt()).isEqualTo(2);
    assertThat(service.events(id))
        .filteredOn(event -> event.event().equals("log"))
        .anyMatch(event -> event.data().path("message").asString().contains("no sign"));
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
        .isEqualTo("step,epoch,loss,learning_rate,grad_norm");
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
  void aSweepMakesAJobACell() {
    service.script("swept", "steps=2");
    String sweep =
        "{'base': %s, 'grid': {'architecture': ['mca', 'zorro', 'eao'], 'network.layers': [1, 2]}}"
            .formatted(TestService.body("swept", ""));
    Answer posted = service.post("/v1/sweeps", sweep, "Idempotency-Key", "s");
    assertThat(posted.status()).as(posted.text()).isEqualTo(202);
    JsonNode body = posted.json();
    assertThat(body.path("jobs")).hasSize(6);
    assertThat(body.at("/jobs/3/spec/architecture").asString()).isEqualTo("zorro");
    assertThat(body.at("/jobs/3/spec/network/layers").asInt()).isEqualTo(2);
    assertThat(body.at("/jobs/3/cell/network.layers").asInt()).isEqualTo(2);
    assertThat(body.at("/jobs/5/spec/network/fusion_tokens").asInt()).isZero();
    assertThat(service.post("/v1/sweeps", sweep, "Idempotency-Key", "s").json().path("id"))
        .isEqualTo(body.path("id"));
    for (JsonNode job : body.path("jobs")) {
      service.awaitState(job.path("id").asString(), "succeeded");
    }
    JsonNode ended = service.get("/v1/sweeps/" + body.path("id").asString()).json();
    assertThat(ended.path("state").asString()).isEqualTo("ended");
    assertThat(service.get("/v1/sweeps/none").status()).isEqualTo(404);
  }

  @Test
  void everyFaultOfASweepHasItsPlace() {
    String sweep =
        """
        {'base': {'dataset': 'demo', 'model': 'X', 'network': {'fusion_tokens': 11}},
         'grid': {'architecture': ['mca', 'mlp'], 'network.layers': [1, 0, 2], 'nothing': [1]}}
        """;
    Answer answer = service.post("/v1/sweeps", sweep);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/base/model", "/grid/architecture/1", "/grid/network.layers/1", "/grid/nothing/0");
    assertThat(service.post("/v1/sweeps", "{'base': 1, 'grid': {}, 'x': 1}").pointers())
        .containsExactlyInAnyOrder("/base", "/grid", "/x");
    String many =
        "{'base': {}, 'grid': {'seed': [%s], 'epochs': [%s]}}"
            .formatted("1,".repeat(99) + "1", "1,".repeat(99) + "1");
    assertThat(service.post("/v1/sweeps", many).pointers()).contains("/grid");
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
    assertThat(service.get("/v1/training-jobs?state=sleeping").pointers()).containsExactly("state");
    assertThat(service.get("/v1/training-jobs?cursor=bm8").status()).isEqualTo(422);
    for (String path : List.of("", "/events", "/log", "/metrics")) {
      assertThat(service.get("/v1/training-jobs/none" + path).status()).isEqualTo(404);
    }
    assertThat(cancel("none").status()).isEqualTo(404);
    assertThat(resume("none").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /network/fusion_tokens | 'network': {'fusion_tokens': 12}
          /network/layers | 'network': {'layers': 0}
          /network/nothing | 'network': {'nothing': 0}
          /network/channels/0 | 'network': {'channels': [5]}
          /network | 'network': []
          /optimizer/learning_rate | 'optimizer': {'learning_rate': -1}
          /optimizer/learning_rate | 'optimizer': {'learning_rate': 0}
          /optimizer/learning_rate | 'optimizer': {'learning_rate': 'fast'}
          /optimizer/schedule | 'optimizer': {'schedule': 'steep'}
          /dataset | 'dataset': 'unknown'
          /dataset | 'dataset': '../demo'
          /dataset | 'dataset': 7
          /model | 'model': 'Large'
          /architecture | 'architecture': 'mlp'
          /nothing | 'nothing': 1
          /devices | 'devices': 4
          /devices | 'devices': 0
          /devices | 'devices': 1.5
          /evaluate/classification/0 | 'evaluate': {'classification': ['nothing']}
          /evaluate/regression/0 | 'evaluate': {'regression': ['nothing']}
          /epochs | 'epochs': 0
          /epochs | 'epochs': 99999999999999999999
          /batch_size | 'batch_size': 1
          /micro_batch_size | 'batch_size': 8, 'micro_batch_size': 9
          /modal_sparsity | 'modal_sparsity': 1
          /modal_sparsity | 'modal_sparsity': -0.1
          /modal_sparsity | 'modal_sparsity': 0.999
          /test_fraction | 'test_fraction': 0
          /modality_dropout | 'modality_dropout': 1
          /subset_views | 'subset_views': -1
          /precision | 'precision': 'fp16'
          /priority | 'priority': 101
          /standardize | 'standardize': 'yes'
          /negatives | 'negatives': 'all'
          /patience | 'patience': -1
          /recipe | 'recipe': 'secret'
          /seed | 'seed': 1.5
          """)
  void aFaultHasItsPlace(String pointer, String fields) {
    var body = new java.util.LinkedHashMap<String, JsonNode>();
    for (String part : List.of("{'dataset': 'demo', 'model': 'faulty'}", "{" + fields + "}")) {
      TestService.JSON
          .readTree(part.replace('\'', '"'))
          .properties()
          .forEach(field -> body.put(field.getKey(), field.getValue()));
    }
    Answer answer = service.post("/v1/training-jobs", TestService.JSON.writeValueAsString(body));
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.pointers()).as(answer.text()).containsExactly(pointer);
  }

  /** Six samples of two tables, one column of which is the same in all. */
  private static void uploadTiny() {
    var body = new StringBuilder();
    var rows = new StringBuilder("id,a,same\n");
    for (int i = 0; i < 6; i++) {
      rows.append("s%d,%d,7\n".formatted(i, i * i));
    }
    for (var part :
        List.of(
            List.of(
                "schema.yaml",
                "modalities: [{name: gene, type: tabular}, {name: protein, type: tabular}]"),
            List.of("gene.csv", rows.toString()),
            List.of("protein.csv", "id,b\ns0,1\ns1,2\ns3,5\n"))) {
      String name = part.get(0);
      body.append("--frontier\r\nContent-Disposition: form-data; name=\"")
          .append(name, 0, name.indexOf('.'))
          .append("\"; filename=\"")
          .append(name)
          .append("\"\r\n\r\n")
          .append(part.get(1))
          .append("\r\n");
    }
    Answer answer =
        service.send(
            "PUT",
            "/v1/datasets/tiny",
            body + "--frontier--\r\n",
            "Content-Type",
            "multipart/form-data; boundary=frontier");
    assertThat(answer.status()).as(answer.text()).isBetween(200, 201);
  }

  @Test
  void aColumnThatSaysNothingIsNamedWhereItIsToBeStandardised() {
    uploadTiny();
    Answer answer = service.post("/v1/training-jobs", "{'dataset': 'tiny', 'model': 'constant'}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly("/dataset");
    assertThat(answer.text()).contains("'same' of 'gene'", "leave it out", "standardize");
    Answer raw =
        service.post(
            "/v1/training-jobs",
            TestService.body("constant", "'standardize': false")
                .replace("demo", "tiny")
                .replace(", 'fusion_tokens': 11", ""));
    assertThat(raw.status()).as(raw.text()).isEqualTo(202);
    cancel(raw.json().path("id").asString());
  }

  @Test
  void aSparsityThatLeavesNothingIsRefused() {
    uploadTiny();
    Answer answer =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'tiny', 'model': 'dropped', 'standardize': false, 'modal_sparsity': 0.99,
             'network': {'embedding_dim': 8, 'layers': 1, 'heads': 1, 'head_dim': 8}}
            """);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly("/modal_sparsity");
  }

  @Test
  void allFaultsAreToldAtOnce() {
    Answer answer =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'unknown', 'architecture': 'mlp', 'epochs': -1, 'x/y': 1,
             'optimizer': {'learning_rate': -1, 'clip_norm': 0}}
            """);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/dataset",
            "/model",
            "/architecture",
            "/epochs",
            "/x~1y",
            "/optimizer/learning_rate",
            "/optimizer/clip_norm");
  }

  @Test
  void zorroAndEaoIgnoreWhatIsNotTheirs() {
    for (String architecture : List.of("zorro", "eao")) {
      Answer answer =
          service.post(
              "/v1/training-jobs",
              """
              {'dataset': 'demo', 'model': 'ignoring', 'architecture': '%s',
               'network': {'channels': [99, 'x'], 'fusion_tokens': 7}}
              """
                  .formatted(architecture));
      assertThat(answer.status()).as(answer.text()).isEqualTo(202);
      cancel(answer.json().path("id").asString());
    }
  }

  @Test
  void theDefaultsAreThePapers() {
    JsonNode spec =
        service
            .post("/v1/training-jobs", "{'dataset': 'demo', 'model': 'default'}")
            .json()
            .path("spec");
    cancel("latest");
    assertThat(spec.path("network").toString())
        .contains("\"embedding_dim\":512", "\"layers\":5", "\"heads\":8", "\"fusion_tokens\":88")
        .contains("[4,3,2]");
    assertThat(spec.path("optimizer").path("learning_rate").asDouble()).isEqualTo(1e-4);
    assertThat(spec.path("optimizer").path("warmup_steps").asInt())
        .as("a tenth of the steps of a short run")
        .isLessThan(2000)
        .isPositive();
    assertThat(spec.path("epochs").asInt()).isEqualTo(128);
    assertThat(spec.has("micro_batch_size")).isFalse();
    JsonNode published =
        service
            .post(
                "/v1/training-jobs",
                "{'dataset': 'demo', 'model': 'published', 'recipe': 'published'}")
            .json();
    cancel(published.path("id").asString());
    assertThat(published.at("/spec/subset_views").asInt()).isZero();
    assertThat(published.at("/spec/negatives").asString()).isEqualTo("published");
    assertThat(published.at("/spec/optimizer/warmup_steps").asInt()).isEqualTo(2000);
    assertThat(published.at("/spec/standardize").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{'a': 1, 'a': 1}", "{'a': NaN}", "{} {}"})
  void whatIsNoJsonIsUnreadable(String body) {
    assertThat(service.post("/v1/training-jobs", body).status()).isEqualTo(400);
    assertThat(service.post("/v1/sweeps", body).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "null", "'text'", "{}"})
  void whatIsNoJobIsInvalid(String body) {
    assertThat(service.post("/v1/training-jobs", body).status()).isEqualTo(422);
    assertThat(service.post("/v1/sweeps", body).status()).isEqualTo(422);
  }

  @Test
  void aRequestOverItsLimitIsRefused() {
    String large = "{'dataset': '%s'}".formatted("x".repeat(1 << 20));
    assertThat(service.post("/v1/training-jobs", large).status()).isEqualTo(413);
    assertThat(
            service.send("POST", "/v1/training-jobs", "x", "Content-Type", "text/plain").status())
        .isEqualTo(415);
  }
}
