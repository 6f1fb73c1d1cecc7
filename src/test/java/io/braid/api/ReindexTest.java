package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Collections that change to another version of their model while they are used. */
@Timeout(240)
class ReindexTest extends CollectionsApiTest {
  private static final String MODEL = "renewed";
  private static final int OTHER_WEIGHTS = 2;
  private static final int WIDER = 3;

  /** Takes so long that its run can be met while it goes on. */
  private static final int SLOW = 4;

  private static final int WITHOUT_TEXT = 5;

  private static String config(int dim, int layers, String modalities) {
    return """
    architecture: mca
    embedding_dim: %d
    layers: %d
    heads: 2
    head_dim: 16
    modalities:
      - {name: table, type: tabular, columns: [A, B, C]}
      - {name: steps, type: sequence, features: 2, max_length: 4}
    %s
    """
        .formatted(dim, layers, modalities);
  }

  @BeforeEach
  void importVersions() {
    if (api().get("/v1/models/" + MODEL).status() == 404) {
      String text = "  - {name: text, type: tokens, vocabulary: 10, max_length: 64}";
      imported(MODEL, config(8, 1, text), 1);
      imported(MODEL, config(8, 1, text), 2);
      imported(MODEL, config(24, 1, text), 3);
      imported(MODEL, config(64, 4, text), 4);
      imported(MODEL, config(8, 1, ""), 5);
    }
  }

  private static String sample(int i) {
    String text =
        IntStream.range(0, 1 + i % 64)
            .mapToObj(t -> String.valueOf(1 + (i + t * t) % 9))
            .toList()
            .toString();
    return switch (i % 3) {
      case 0 -> "{'table': [%d, %s, null], 'text': %s}".formatted(i, i / 7.0, text);
      case 1 -> "{'text': " + text + "}";
      default -> "{'steps': [[%s, 1]], 'text': %s}".formatted(i / 9.0, text);
    };
  }

  private static String item(int i, int sample) {
    return "{'id': 'i%03d', 'modalities': %s, 'metadata': {'n': %d}}"
        .formatted(i, sample(sample), sample % 5);
  }

  private String filled(String engine, int items) {
    String name =
        collection("'model': '%s', 'version': 1, 'engine': '%s'".formatted(MODEL, engine));
    upsert(name, IntStream.range(0, items).mapToObj(i -> item(i, i)).toArray(String[]::new));
    return name;
  }

  private Answer reindex(String name, int version, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = Api.JSON;
    return api()
        .send(
            "POST",
            at(name) + "/reindex",
            BodyPublishers.ofString("{\"version\": " + version + "}"),
            all);
  }

  private void begin(String name, int version) {
    Answer answer = reindex(name, version);
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
  }

  private JsonNode ended(String name) {
    await(() -> !get(at(name) + "/reindex").path("state").asString().equals("running"));
    return get(at(name) + "/reindex");
  }

  private void assertSucceeded(String name) {
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
  }

  private static final List<String> SEARCHES =
      List.of(
          "{'query': {'modalities': {'text': [1, 2, 3]}}, 'k': 1000, 'exact': true}",
          "{'query': {'modalities': {'table': [1, 2, 3]}}, 'k': 1000, 'exact': true, 'filter':"
              + " {'field': 'n', 'in': [1, 3]}}",
          "{'query': {'modalities': {'steps': [[1, 2]]}}, 'k': 1000, 'exact': true, 'filter':"
              + " {'present': {'all_of': ['table']}}}");

  /** Both hold the same items, and find the same by the same version. */
  private void assertSame(String name, String expected) {
    assertThat(count(name)).isEqualTo(count(expected));
    assertThat(get(at(name)).path("version")).isEqualTo(get(at(expected)).path("version"));
    for (String search : SEARCHES) {
      JsonNode answer = search(name, search);
      JsonNode same = search(expected, search);
      assertThat(answer.path("version")).isEqualTo(same.path("version"));
      assertThat(scores(answer).keySet()).isEqualTo(scores(same).keySet());
      scores(answer)
          .forEach((id, score) -> {
            double other = scores(same).getOrDefault(id, 2.0);
            assertThat(score).as(id).isBetween(other - 1e-5, other + 1e-5);
          });
    }
  }

  private static Map<String, Double> scores(JsonNode answer) {
    var scores = new TreeMap<String, Double>();
    for (JsonNode hit : answer.path("results").get(0).path("hits")) {
      scores.put(hit.path("id").asString() + hit.path("present"), hit.path("score").asDouble());
    }
    return scores;
  }

  /** A collection of a version from the start, with the items that another one has. */
  private String fresh(String like, int version, String engine) {
    String name =
        collection(
            "'model': '%s', 'version': %d, 'engine': '%s'".formatted(MODEL, version, engine));
    JsonNode all =
        hits(
            like,
            "{'query': {'modalities': {'text': [1]}}, 'k': 1000, 'include': ['modalities',"
                + " 'metadata']}");
    var items = new ArrayList<String>();
    for (JsonNode hit : all) {
      items.add(
          "{'id': '%s', 'modalities': %s, 'metadata': %s}"
              .formatted(hit.path("id").asString(), hit.path("modalities"), hit.path("metadata")));
    }
    upsert(name, items.toArray(String[]::new));
    return name;
  }

  @ParameterizedTest
  @CsvSource({"lucene, 2", "torch, 2", "lucene, 3", "torch, 3"})
  void itIsThenAsIfItHadAlwaysBeenOfTheNewVersion(String engine, int version) {
    String name = filled(engine, 150);
    Answer answer = reindex(name, version);
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
    assertThat(answer.header("Location")).endsWith(at(name) + "/reindex");
    JsonNode begun = answer.body();
    assertThat(begun.path("collection").asString()).isEqualTo(name);
    assertThat(begun.path("from_version").asInt()).isEqualTo(1);
    assertThat(begun.path("version").asInt()).isEqualTo(version);
    assertThat(begun.path("total").asInt()).isEqualTo(150);
    assertThat(begun.path("state").asString()).isEqualTo("running");
    assertThat(begun.path("ended_at").isNull()).isTrue();
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
    assertThat(ended.path("done").asInt()).isEqualTo(150);
    assertThat(ended.path("total").asInt()).isEqualTo(150);
    assertThat(ended.path("failure").isNull()).isTrue();
    assertThat(ended.path("ended_at").asString()).isNotBlank();
    JsonNode now = get(at(name));
    assertThat(now.path("version").asInt()).isEqualTo(version);
    assertThat(now.path("state").asString()).isEqualTo("ready");
    assertSame(name, fresh(name, version, engine));
    JsonNode item = item(name, "i007");
    assertNear(
        Vectors.vector(item.path("embedding")),
        Vectors.vector(embedded(MODEL, version, sample(7)).path("fusion")),
        1e-6);
  }

  @Test
  void bytesAreThoseOfTheNewEmbeddings() {
    String name = filled("lucene", 20);
    long before = get(at(name)).path("bytes").asLong();
    begin(name, WIDER);
    assertSucceeded(name);
    // 16 more numbers each; the length of a vector may take one byte more.
    assertThat(get(at(name)).path("bytes").asLong() - before).isBetween(20 * 64L, 20 * 65L);
    begin(name, 1);
    assertSucceeded(name);
    assertThat(get(at(name)).path("bytes").asLong()).isEqualTo(before);
    for (int i = 0; i < 20; i++) {
      assertThat(api().delete(at(name, "i%03d".formatted(i))).status()).isEqualTo(204);
    }
    assertThat(get(at(name)).path("bytes").asLong(-1)).isZero();
  }

  @Test
  void anEmptyOneChangesToo() {
    String name = collection("'model': 'renewed', 'version': 1");
    begin(name, WIDER);
    assertSucceeded(name);
    upsert(name, item(0, 0));
    assertNear(
        Vectors.vector(item(name, "i000").path("embedding")),
        Vectors.vector(embedded(MODEL, WIDER, sample(0)).path("fusion")),
        1e-6);
  }

  @ParameterizedTest
  @CsvSource({"lucene", "torch"})
  void whatIsWrittenMeanwhileIsInTheResult(String engine) throws Exception {
    String name = filled(engine, 150);
    var isOver = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writers = new ArrayList<Future<?>>();
      begin(name, SLOW);
      for (int w = 0; w < 3; w++) {
        int writer = w;
        writers.add(
            threads.submit(() -> {
              for (int i = writer; i < 120 || (!isOver.get() && i < 3000); i += 3) {
                int at = i % 150;
                switch (writer) {
                  case 0 -> upsert(name, item(at, i + 1000), item(500 + at, i));
                  case 1 ->
                      assertThat(api().delete(at(name, "i%03d".formatted(at))).status())
                          .isIn(204, 404);
                  default ->
                      assertThat(
                              patch(
                                      name,
                                      "i%03d".formatted(at),
                                      "{'table': [%d, 0, 1]}".formatted(i))
                                  .status())
                          .isEqualTo(200);
                }
              }
            }));
      }
      assertSucceeded(name);
      isOver.set(true);
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertSame(name, fresh(name, SLOW, engine));
    String left = "{'query': {'modalities': {'text': [1]}}, 'k': 1000}";
    for (String id : ids(hits(name, left))) {
      assertThat(api().get(at(name, id)).status()).isEqualTo(200);
    }
    assertThat(ids(hits(name, left))).hasSize((int) count(name)).doesNotContain("i001", "i004");
  }

  @Test
  void searchesAreAnsweredThroughout() {
    String name = filled("lucene", 200);
    var versions = new ArrayList<Integer>();
    begin(name, SLOW);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = get(at(name) + "/reindex").path("state").asString().equals("running");
      JsonNode answer =
          search(
              name,
              "{'query': {'modalities': " + sample(5) + "}, 'k': 3, 'include': ['embedding']}");
      JsonNode first = answer.path("results").get(0).path("hits").get(0);
      assertThat(first.path("id").asString()).isEqualTo("i005");
      assertThat(first.path("score").asDouble()).isBetween(1 - 1e-4, 1 + 1e-4);
      versions.add(answer.path("version").asInt());
    }
    assertSucceeded(name);
    assertThat(versions).isSorted().isSubsetOf(1, SLOW).endsWith(SLOW);
  }

  @Test
  void whatCameAsAnEmbeddingCannotBeRenewed() {
    String name = filled("lucene", 3);
    upsert(name, "{'id': 'given', 'embedding': [1, 2, 3, 4, 5, 6, 7, 8]}");
    Answer answer = reindex(name, OTHER_WEIGHTS);
    assertProblem(answer, 409);
    assertThat(answer.body().path("detail").asString()).contains("'given'");
    assertProblem(api().get(at(name) + "/reindex"), 404);
    assertThat(api().delete(at(name, "given")).status()).isEqualTo(204);
    begin(name, OTHER_WEIGHTS);
    assertSucceeded(name);
  }

  @Test
  void theVersionThatItHasEmbedsOnceMore() {
    String name = filled("lucene", 3);
    begin(name, 1);
    assertSucceeded(name);
    assertThat(get(at(name)).path("version").asInt()).isEqualTo(1);
  }

  @Test
  void whileOneRunsNoOtherBegins() {
    String name = filled("lucene", 200);
    begin(name, SLOW);
    Answer second = reindex(name, OTHER_WEIGHTS);
    assertThat(second.status()).as("%s", second).isIn(202, 409); // 202 where the first has ended
    assertSucceeded(name);
    assertThat(get(at(name)).path("version").asInt())
        .isEqualTo(second.status() == 409 ? SLOW : OTHER_WEIGHTS);
  }

  private static boolean isReindexing() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("re-index-") && thread.isAlive());
  }

  /** Cancels a run while it goes on; there are as many as it takes. */
  private String cancelled() {
    String name = filled("lucene", 200);
    for (int i = 0; i < 20; i++) {
      begin(name, SLOW);
      Answer cancelled = api().post(at(name) + "/reindex/cancel", "");
      if (cancelled.status() == 202) {
        assertThat(cancelled.body().path("state").asString()).isEqualTo("cancelled");
        return name;
      }
      assertThat(cancelled.status()).as("%s", cancelled).isEqualTo(409);
      begin(name, 1);
      assertSucceeded(name);
    }
    throw new AssertionError("every run was over before it could be cancelled");
  }

  @Test
  void aCancelledRunLeavesAllAsItWas() {
    String name = cancelled();
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
    String _ = cancelled();
    await(() -> !isReindexing());
  }

  @Test
  void aDroppedCollectionsRunEnds() {
    String name = filled("lucene", 200);
    begin(name, SLOW);
    assertThat(api().delete(at(name)).status()).isEqualTo(204);
    await(() -> !isReindexing());
    assertProblem(api().get(at(name) + "/reindex"), 404);
  }

  @Test
  void theSameKeyGivesTheSameRun() {
    String name = filled("lucene", 30);
    Answer first = reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k");
    assertThat(first.status()).as("%s", first).isEqualTo(202);
    Answer again = reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k");
    assertThat(again.status()).as("%s", again).isEqualTo(202);
    assertThat(again.body().path("started_at")).isEqualTo(first.body().path("started_at"));
    assertSucceeded(name);
    again = reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k");
    assertThat(again.status()).as("%s", again).isEqualTo(202);
    assertThat(again.body().path("state").asString()).isEqualTo("succeeded");
    assertProblem(reindex(name, WIDER, "Idempotency-Key", "k"), 409);
    assertThat(reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "other").status()).isEqualTo(202);
    assertSucceeded(name);
    String other = filled("lucene", 3);
    assertThat(reindex(other, WIDER, "Idempotency-Key", "k").status()).as("its own").isEqualTo(202);
    assertSucceeded(other);
    assertProblem(reindex(name, 1, "Idempotency-Key", " "), 422);
    assertProblem(reindex(name, 1, "Idempotency-Key", "k".repeat(256)), 422);
  }

  @Test
  void manyWithOneKeyAtOnceAreOneRun() throws Exception {
    String name = filled("lucene", 100);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Answer>>();
      for (int i = 0; i < 10; i++) {
        answers.add(threads.submit(() -> reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k")));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(202);
        assertThat(answer.get().body().path("started_at"))
            .isEqualTo(answers.getFirst().get().body().path("started_at"));
      }
    }
    assertSucceeded(name);
  }

  @Test
  void aSampleThatDoesNotFitFailsTheRun() {
    String name = filled("lucene", 100);
    JsonNode before = search(name, SEARCHES.getFirst());
    begin(name, WITHOUT_TEXT);
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("failed");
    assertThat(ended.path("failure").asString()).contains("item 'i000': /modalities/text");
    assertThat(get(at(name)).path("version").asInt()).isEqualTo(1);
    assertThat(get(at(name)).path("state").asString()).isEqualTo("ready");
    assertThat(search(name, SEARCHES.getFirst())).isEqualTo(before);
    await(() -> !isReindexing());
    begin(name, OTHER_WEIGHTS);
    assertSucceeded(name);
  }

  /** It is refused by nobody: the collection is still of the old version. */
  @Test
  void aWriteThatDoesNotFitTheNewVersionIsStoredAndFailsTheRun() {
    String name = collection("'model': 'renewed', 'version': 1");
    upsert(
        name,
        IntStream.range(0, 600)
            .mapToObj(i -> "{'id': 'i%d', 'modalities': {'table': [%d, 2, 3]}}".formatted(i, i))
            .toArray(String[]::new));
    begin(name, WITHOUT_TEXT);
    Answer written = items(name, "{'items': [{'id': 'w', 'modalities': {'text': [1]}}]}");
    JsonNode ended = ended(name);
    if (ended.path("state").asString().equals("succeeded")) { // before the write came
      assertThat(written.status()).as("%s", written).isIn(200, 422);
    } else {
      assertThat(written.status()).as("%s", written).isEqualTo(200);
      assertThat(ended.path("state").asString()).isEqualTo("failed");
      assertThat(ended.path("failure").asString()).contains("text");
      assertThat(get(at(name)).path("version").asInt()).isEqualTo(1);
      assertThat(item(name, "w").path("present").toString()).isEqualTo("[\"text\"]");
    }
    await(() -> !isReindexing());
  }

  @Test
  void whoWatchesIsToldToTheEnd() {
    String name = filled("lucene", 300);
    begin(name, SLOW);
    Answer answer = api().get(at(name) + "/reindex/events");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.type()).startsWith("text/event-stream");
    List<String> events = List.of(answer.text().strip().split("\n\n"));
    for (int i = 0; i < events.size(); i++) {
      boolean isLast = i == events.size() - 1;
      String[] lines = events.get(i).split("\n");
      assertThat(lines[0]).isEqualTo(isLast ? "event: state" : "event: progress");
      JsonNode data = Api.JSON_MAPPER.readTree(lines[1].replaceFirst("^data: ", ""));
      assertThat(data.path("collection").asString()).isEqualTo(name);
      assertThat(data.path("state").asString()).isEqualTo(isLast ? "succeeded" : "running");
      assertThat(data.path("done").asInt(-1)).isBetween(0, 300);
      assertThat(data.path("total").asInt()).isEqualTo(300);
    }
    Answer later = api().get(at(name) + "/reindex/events");
    assertThat(later.text()).startsWith("event: state\n");
  }

  @Test
  void theOldVersionIsFreeAfterTheSwitchAndTheNewOneIsNot() {
    String config = config(8, 1, "");
    imported("freed", config, 1);
    imported("freed", config, 2);
    imported("freed", config, 3);
    String name = collection("'model': 'freed', 'version': 2");
    upsert(name, "{'id': 'a', 'modalities': {'table': [1, 2, 3]}}");
    assertProblem(api().delete("/v1/models/freed/versions/2"), 409);
    begin(name, 3);
    assertSucceeded(name);
    assertThat(api().delete("/v1/models/freed/versions/2").status()).isEqualTo(204);
    assertProblem(api().delete("/v1/models/freed/versions/3"), 409);
    assertThat(ids(hits(name, "{'query': {'item': 'a'}}"))).containsExactly("a");
    assertFault(reindex(name, 2), 422, "/version");
  }

  @Test
  void whileItRunsBothVersionsAreInUse() {
    imported("both", config(8, 1, ""), 1);
    imported("both", config(8, 1, ""), 2);
    imported("both", config(64, 4, ""), 3);
    String name = collection("'model': 'both', 'version': 2");
    upsert(
        name,
        IntStream.range(0, 1000)
            .mapToObj(i -> "{'id': 'i%d', 'modalities': {'table': [%d, 2, 3]}}".formatted(i, i))
            .toArray(String[]::new));
    begin(name, 3);
    int to = api().delete("/v1/models/both/versions/3").status();
    assertThat(to).as("in use by the run, or by the collection after it").isEqualTo(409);
    assertSucceeded(name);
  }

  @Test
  void anEmbeddingDuringItIsOfOneVersionOrRefused() {
    String name = filled("lucene", 200);
    begin(name, SLOW);
    Answer during = items(name, "{'items': [{'id': 'e', 'embedding': [1, 2, 3, 4, 5, 6, 7, 8]}]}");
    assertThat(during.status()).as("%s", during).isIn(409, 422); // 422 after the switch: of 64
    assertSucceeded(name);
    assertThat(api().get(at(name, "e")).status()).isEqualTo(404);
    assertThat(count(name)).isEqualTo(200);
  }

  @Test
  void aRunCanGoBackAndForth() {
    String name = filled("lucene", 50);
    for (int version : new int[] {2, 1, 3, 2, 1}) {
      begin(name, version);
      assertSucceeded(name);
    }
    assertSame(name, fresh(name, 1, "lucene"));
  }
}
