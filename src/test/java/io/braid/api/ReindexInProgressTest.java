package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.encoder.Encoder;
import io.braid.model.Residents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What clients meet and do while a re-index runs: it is held until they have. */
@SmallDevice
class ReindexInProgressTest extends ReindexApiTest {
  @Autowired private DeviceGate device;

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void nothingRuns() {
    await(() -> !isReindexing());
  }

  @AfterEach
  void close() {
    clients.close();
  }

  /** While it is held no run comes to an end, and whoever sends a sample waits. */
  private Residents<Encoder>.Lease hold() {
    return device.hold(large());
  }

  /** Begins a run; under a hold it has then one sample on the device, and the next one waits. */
  private void beginToEmbed(String name, int version) {
    begin(name, version);
    await(() -> device.waiting() == 1);
  }

  @Test
  void whileOneRunsNoOtherBegins() {
    String name = filled("lucene", 100);
    Answer second;
    try (var _ = hold()) {
      begin(name, WIDER);
      second = reindex(name, OTHER_WEIGHTS);
    }
    assertProblem(second, 409);
    assertSucceeded(name);
    assertThat(get(at(name)).path("version").asInt()).isEqualTo(WIDER);
  }

  private void beginAndCancel(String name) {
    try (var _ = hold()) {
      beginToEmbed(name, WIDER);
      Answer cancelled = api().post(at(name) + "/reindex/cancel", "");
      assertThat(cancelled.status()).as("%s", cancelled).isEqualTo(202);
      assertThat(cancelled.body().path("state").asString()).isEqualTo("cancelled");
    }
  }

  @Test
  void aCancelledRunLeavesAllAsItWas() {
    String name = filled("lucene", 200);
    beginAndCancel(name);
    JsonNode last = get(at(name) + "/reindex");
    assertThat(last.path("state").asString()).isEqualTo("cancelled");
    assertThat(last.path("ended_at").asString()).isNotBlank();
    assertThat(last.path("failure").isNull()).isTrue();
    JsonNode now = get(at(name));
    assertThat(now.path("version").asInt()).isEqualTo(1);
    assertThat(now.path("state").asString()).isEqualTo("ready");
    assertProblem(api().post(at(name) + "/reindex/cancel", ""), 409);
    assertSame(name, fresh(name, 1, "lucene"));
    begin(name, OTHER_WEIGHTS);
    assertSucceeded(name);
    assertSame(name, fresh(name, OTHER_WEIGHTS, "lucene"));
  }

  @Test
  void aCancelledRunComputesNothingMore() {
    String name = filled("lucene", 200);
    double before = device.computedSamples();
    beginAndCancel(name);
    await(() -> !isReindexing());
    assertThat(device.computedSamples() - before).as("those that it had asked for").isEqualTo(64);
  }

  @Test
  void aDroppedCollectionsRunEnds() {
    String name = filled("lucene", 200);
    try (var _ = hold()) {
      beginToEmbed(name, WIDER);
      assertThat(api().delete(at(name)).status()).isEqualTo(204);
    }
    await(() -> !isReindexing());
    assertProblem(api().get(at(name) + "/reindex"), 404);
  }

  @Test
  void whileItRunsBothVersionsAreInUse() {
    imported("both", config(8, 1, ""), 1);
    imported("both", config(8, 1, ""), 2);
    imported("both", config(8, 1, ""), 3);
    String name = collection("'model': 'both', 'version': 2");
    upsert(name, "{'id': 'a', 'modalities': {'table': [1, 2, 3]}}");
    try (var _ = hold()) {
      begin(name, 3);
      for (int version : new int[] {2, 3}) {
        assertThat(api().delete("/v1/models/both/versions/" + version).status()).isEqualTo(409);
      }
    }
    assertSucceeded(name);
  }

  @Test
  void anEmbeddingDuringItIsRefused() {
    String name = filled("lucene", 200);
    Answer during;
    try (var _ = hold()) {
      begin(name, WIDER);
      during = items(name, "{'items': [{'id': 'e', 'embedding': [1, 2, 3, 4, 5, 6, 7, 8]}]}");
    }
    assertProblem(during, 409);
    assertSucceeded(name);
    assertThat(api().get(at(name, "e")).status()).isEqualTo(404);
    assertThat(count(name)).isEqualTo(200);
  }

  @Test
  void whoWatchesIsToldToTheEnd() throws IOException {
    String name = filled("lucene", 300);
    String events = at(name) + "/reindex/events";
    var told = new ArrayList<String>();
    try (var held = hold()) {
      begin(name, SLOW);
      try (Socket socket = api().open("GET " + events + " HTTP/1.0\r\nHost: a\r\n\r\n");
          var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event: ") || line.startsWith("data: ")) {
            told.add(line);
          }
          if (told.size() == 2) {
            held.close(); // who watches has been told that it runs
          }
        }
      }
    }
    assertThat(told).hasSizeGreaterThan(2);
    for (int i = 0; i < told.size(); i += 2) {
      boolean isLast = i == told.size() - 2;
      assertThat(told.get(i)).isEqualTo(isLast ? "event: state" : "event: progress");
      JsonNode data = Api.JSON_MAPPER.readTree(told.get(i + 1).replaceFirst("^data: ", ""));
      assertThat(data.path("collection").asString()).isEqualTo(name);
      assertThat(data.path("state").asString()).isEqualTo(isLast ? "succeeded" : "running");
      assertThat(data.path("done").asInt(-1)).isBetween(0, 300);
      assertThat(data.path("total").asInt()).isEqualTo(300);
    }
    Answer later = api().get(events);
    assertThat(later.status()).isEqualTo(200);
    assertThat(later.type()).startsWith("text/event-stream");
    assertThat(later.text()).startsWith("event: state\n");
  }

  /** The version that finds {@code i005} by a query that means it. */
  private int searchedVersion(String name, String query) {
    JsonNode answer = search(name, "{'query': " + query + ", 'k': 3, 'include': ['embedding']}");
    JsonNode first = answer.path("results").get(0).path("hits").get(0);
    assertThat(first.path("id").asString()).isEqualTo("i005");
    assertThat(first.path("score").asDouble()).isBetween(1 - 1e-4, 1 + 1e-4);
    return answer.path("version").asInt();
  }

  @Test
  void searchesAreAnsweredThroughout() {
    String name = filled("lucene", 200);
    var versions = new ArrayList<Integer>();
    try (var _ = hold()) {
      begin(name, SLOW);
      versions.add(searchedVersion(name, "{'item': 'i005'}"));
    }
    boolean goesOn = true;
    while (goesOn) {
      goesOn = get(at(name) + "/reindex").path("state").asString().equals("running");
      versions.add(searchedVersion(name, "{'modalities': " + sample(5) + "}"));
    }
    assertSucceeded(name);
    assertThat(versions).isSorted().isSubsetOf(1, SLOW).startsWith(1).endsWith(SLOW);
  }

  @ParameterizedTest
  @CsvSource({"lucene", "torch"})
  void whatIsWrittenMeanwhileIsInTheResult(String engine) throws Exception {
    String name = filled(engine, 150);
    var isOver = new AtomicBoolean();
    var writers = new ArrayList<Future<?>>();
    try (var _ = hold()) {
      beginToEmbed(name, SLOW);
      for (int w = 0; w < 3; w++) {
        int writer = w;
        writers.add(
            clients.submit(() -> {
              for (int i = writer; i < 150 || (!isOver.get() && i < 3000); i += 3) {
                write(name, i);
              }
            }));
      }
      // The run's second sample, two that are put and one that is patched.
      await(() -> device.waiting() == 4);
    }
    assertSucceeded(name);
    isOver.set(true);
    for (Future<?> writer : writers) {
      writer.get();
    }
    assertSame(name, fresh(name, SLOW, engine));
    String left = "{'query': {'modalities': {'text': [1]}}, 'k': 1000}";
    for (String id : ids(hits(name, left))) {
      assertThat(api().get(at(name, id)).status()).isEqualTo(200);
    }
    assertThat(ids(hits(name, left))).hasSize((int) count(name)).doesNotContain("i001", "i004");
  }

  /** Of the 150 items every third is put, with another one, every third deleted, or patched. */
  private void write(String name, int i) {
    int at = i % 150;
    String id = "i%03d".formatted(at);
    switch (i % 3) {
      case 0 -> upsert(name, item(at, i + 1000), item(500 + at, i));
      case 1 ->
          assertThat(api().delete(at(name, id)).status()).as(id).isEqualTo(i < 150 ? 204 : 404);
      default ->
          assertThat(patch(name, id, "{'table': [%d, 0, 1]}".formatted(i)).status()).isEqualTo(200);
    }
  }

  /** It is refused by nobody: the collection is still of the old version. */
  @Test
  void aWriteThatDoesNotFitTheNewVersionIsStoredAndFailsTheRun() throws Exception {
    String name = collection("'model': 'renewed', 'version': 1");
    upsert(
        name,
        IntStream.range(0, 600)
            .mapToObj(i -> "{'id': 'i%d', 'modalities': {'table': [%d, 2, 3]}}".formatted(i, i))
            .toArray(String[]::new));
    Future<Answer> write;
    try (var _ = hold()) {
      beginToEmbed(name, WITHOUT_TEXT);
      write =
          clients.submit(
              () -> items(name, "{'items': [{'id': 'w', 'modalities': {'text': [1]}}]}"));
      await(() -> device.waiting() == 2); // its sample is before all but two of the run's
    }
    assertThat(write.get().status()).as("%s", write.get()).isEqualTo(200);
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("failed");
    assertThat(ended.path("failure").asString()).startsWith("a write during it").contains("text");
    assertThat(get(at(name)).path("version").asInt()).isEqualTo(1);
    assertThat(item(name, "w").path("present").toString()).isEqualTo("[\"text\"]");
  }
}
