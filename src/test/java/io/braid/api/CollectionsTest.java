package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Collections as such: how they come, what they tell, how they go. */
@Timeout(120)
class CollectionsTest extends CollectionsApiTest {
  @Autowired private JdbcClient jdbc;
  @Autowired private MeterRegistry registry;

  /** A model of two versions; the first is the default. */
  private String two() {
    if (api().get("/v1/models/two").status() == 404) {
      imported("two", ONE_TABLE, 1);
      imported("two", ONE_TABLE, 2);
    }
    return "two";
  }

  @Test
  void aNewOneSaysWhatItIs() {
    String name = name();
    Answer answer = put(name, "{'model': '" + every() + "'}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    assertThat(answer.header("Location")).endsWith("/v1/collections/" + name);
    JsonNode body = answer.body();
    assertThat(body.path("name").asString()).isEqualTo(name);
    assertThat(body.path("model").asString()).isEqualTo("every");
    assertThat(body.path("version").asInt()).isEqualTo(1);
    assertThat(body.path("engine").asString()).isEqualTo("lucene");
    assertThat(body.path("keep").toString()).isEqualTo("[\"fusion\"]");
    assertThat(body.path("count").asInt(-1)).isZero();
    assertThat(body.path("bytes").asInt(-1)).isZero();
    assertThat(body.path("state").asString()).isEqualTo("ready");
    assertThat(body.path("created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
    assertThat(get(at(name))).isEqualTo(body);
  }

  @Test
  void theSameAgainIsThereAlready() {
    String name = name();
    String body =
        "{'model': '%s', 'version': 1, 'engine': 'torch', 'keep': ['unimodal', 'fusion']}";
    assertThat(put(name, body.formatted(every())).status()).isEqualTo(201);
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    Answer again = put(name, body.formatted(every()));
    assertThat(again.status()).as("%s", again).isEqualTo(200);
    assertThat(again.body()).isEqualTo(get(at(name)));
    assertThat(again.body().path("count").asInt()).isEqualTo(1);
    String turned = body.replace("'unimodal', 'fusion'", "'fusion', 'unimodal', 'fusion'");
    assertThat(put(name, turned.formatted(every())).status()).isEqualTo(200);
  }

  @Test
  void whatIsLeftOutIsTheSame() {
    String name = collection("'model': '" + every() + "', 'engine': 'torch', 'keep': ['channels']");
    assertThat(put(name, "{'model': 'every'}").status()).isEqualTo(200);
    assertThat(
            put(name, "{'model': 'every', 'version': null, 'engine': null, 'keep': null}").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          model   | {'model': 'every', 'version': 1, 'engine': 'lucene', 'keep': ['fusion']}
          version | {'model': 'two', 'version': 2, 'engine': 'lucene', 'keep': ['fusion']}
          engine  | {'model': 'two', 'version': 1, 'engine': 'torch', 'keep': ['fusion']}
          keep    | {'model': 'two', 'version': 1, 'engine': 'lucene', 'keep': ['unimodal']}
          keep    | {'model': 'two', 'version': 1, 'engine': 'lucene', 'keep': ['fusion', 'unimodal']}
          """)
  void anotherOneOfTheNameIsAConflict(String field, String body) {
    every();
    String name = collection("'model': '" + two() + "', 'version': 1");
    JsonNode before = get(at(name));
    Answer answer = put(name, body);
    assertProblem(answer, 409);
    assertThat(answer.body().path("detail").asString()).contains("its " + field + " is");
    assertThat(get(at(name))).isEqualTo(before);
  }

  @Test
  void aVersionThatIsLeftOutIsTheDefaultOfThatTime() {
    imported("turns", ONE_TABLE, 1);
    imported("turns", ONE_TABLE, 2);
    String before = collection("'model': 'turns'");
    assertThat(api().put("/v1/models/turns/default", "{\"version\": 2}").status()).isEqualTo(200);
    String after = collection("'model': 'turns'");
    assertThat(get(at(before)).path("version").asInt()).isEqualTo(1);
    assertThat(get(at(after)).path("version").asInt()).isEqualTo(2);
    Answer again = put(before, "{'model': 'turns'}");
    assertThat(again.status()).as("%s", again).isEqualTo(200);
    assertThat(again.body().path("version").asInt()).isEqualTo(1);
  }

  @Test
  void theListIsPagedByCursor() {
    var names = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      names.add(collection());
    }
    var found = new ArrayList<String>();
    String cursor = "";
    int pages = 0;
    do {
      JsonNode page = get("/v1/collections?limit=2&cursor=" + cursor);
      assertThat(page.path("items").size()).isBetween(1, 2);
      page.path("items").forEach(one -> found.add(one.path("name").asString()));
      assertThat(page.has("next_cursor")).isTrue();
      cursor = page.path("next_cursor").asString("");
      pages++;
    } while (!cursor.isEmpty());
    assertThat(found).isSorted().doesNotHaveDuplicates().containsAll(names).contains("demo");
    assertThat(pages).isEqualTo((found.size() + 1) / 2);
    JsonNode all = get("/v1/collections");
    assertThat(all.path("next_cursor").isNull()).isTrue();
    assertThat(all.path("items").get(found.indexOf(names.getFirst())))
        .isEqualTo(get(at(names.getFirst())));
  }

  @ParameterizedTest
  @CsvSource({"limit=0, limit", "limit=1001, limit", "limit=x, limit", "cursor=%25, cursor"})
  void aPageThatIsAskedForWronglyIsRefused(String query, String place) {
    assertFault(api().get("/v1/collections?" + query), 422, place);
  }

  @Test
  void aDroppedOneIsNotThere() {
    String name = collection();
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    Answer dropped = api().delete(at(name));
    assertThat(dropped.status()).as("%s", dropped).isEqualTo(204);
    assertThat(dropped.bytes()).isEmpty();
    assertProblem(api().delete(at(name)), 404);
    assertProblem(api().get(at(name)), 404);
    assertProblem(api().get(at(name, "a")), 404);
    assertProblem(api().delete(at(name, "a")), 404);
    assertProblem(patch(name, "a", "{}"), 404);
    assertProblem(items(name, "{'items': []}"), 404);
    assertProblem(searchAnswer(name, "{'query': {'item': 'a'}}"), 404);
    assertProblem(api().post(at(name) + "/reindex", "{\"version\": 1}"), 404);
    assertProblem(api().get(at(name) + "/reindex"), 404);
    assertProblem(api().post(at(name) + "/rebuild", ""), 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lucene", "torch"})
  void aNameIsFreeAgainWithNothingOfTheOldInIt(String engine) {
    String name = collection("'model': '" + every() + "', 'engine': '" + engine + "'");
    String other = "lucene".equals(engine) ? "torch" : "lucene";
    upsert(
        name,
        "{'id': 'a', 'modalities': {'text': [1]}}",
        "{'id': 'b', 'modalities': {'text': [2]}}");
    assertThat(api().delete(at(name)).status()).isEqualTo(204);
    for (String next : List.of(engine, other)) {
      Answer again = put(name, "{'model': '" + two() + "', 'engine': '" + next + "'}");
      assertThat(again.status()).as("%s", again).isEqualTo(201);
      assertThat(again.body().path("count").asInt(-1)).isZero();
      assertThat(again.body().path("bytes").asInt(-1)).isZero();
      assertThat(api().get(at(name, "a")).status()).isEqualTo(404);
      assertThat(ids(hits(name, "{'query': {'modalities': {'gene': [1, 2]}}}"))).isEmpty();
      upsert(name, "{'id': 'b', 'modalities': {'gene': [1, 2]}}");
      assertThat(ids(hits(name, "{'query': {'modalities': {'gene': [1, 2]}}}")))
          .containsExactly("b");
      assertThat(api().delete(at(name)).status()).isEqualTo(204);
    }
  }

  /** Its client is still sending its body while the collection goes and another one comes. */
  @Test
  void aSlowSearchOfADroppedOneDoesNotTouchTheNextOne() throws IOException {
    String name = collection();
    upsert(name, "{'id': 'old', 'modalities': {'text': [1]}}");
    String query = "{\"query\": {\"modalities\": {\"text\": [1]}}}";
    String head =
        "POST %s/search HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(at(name), query.length());
    try (Socket slow = api().open(head + query.substring(0, 10))) {
      await(() ->
          registry.find("http.server.requests.active").longTaskTimers().stream()
              .anyMatch(timer -> timer.activeTasks() > 0));
      // It is served; let it find the collection.
      for (int i = 0; i < 50; i++) {
        assertThat(count(name)).isEqualTo(1);
      }
      assertThat(api().delete(at(name)).status()).isEqualTo(204);
      await(() ->
          jdbc.sql("SELECT COUNT(*) FROM collection WHERE name IS NULL")
                  .query(Integer.class)
                  .single()
              == 0);
      assertThat(put(name, "{'model': 'every'}").status()).isEqualTo(201);
      upsert(name, "{'id': 'new', 'modalities': {'text': [1]}}");
      assertThat(ids(hits(name, query))).containsExactly("new");
      slow.getOutputStream().write(query.substring(10).getBytes(StandardCharsets.ISO_8859_1));
      slow.getOutputStream().flush();
      String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).doesNotContain("\"new\"");
    }
    upsert(name, "{'id': 'later', 'modalities': {'text': [1]}}");
    assertThat(ids(hits(name, query))).containsExactly("later", "new");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      textBlock =
          """
          "fusion"                       | fusion
          "unimodal"                     | unimodal
          "channels"                     | channels
          "channels", "fusion"           | fusion,channels
          "channels","unimodal","fusion" | fusion,unimodal,channels
          """)
  void whatIsKeptIsTold(String keep, String told) {
    String name = collection("'model': '" + every() + "', 'keep': [" + keep + "]");
    assertThat(get(at(name)).path("keep").valueStream().map(JsonNode::asString))
        .containsExactly(told.split(","));
  }

  @Test
  void aVersionInUseIsDeletedOnlyAfterwards() {
    imported("needed", ONE_TABLE, 1);
    imported("needed", ONE_TABLE, 2);
    String name = collection("'model': 'needed', 'version': 2");
    Answer refused = api().delete("/v1/models/needed/versions/2");
    assertProblem(refused, 409);
    assertThat(refused.body().path("detail").asString()).contains(name);
    upsert(name, "{'id': 'a', 'modalities': {'gene': [1, 2]}}");
    assertThat(api().delete(at(name)).status()).isEqualTo(204);
    Answer deleted = api().delete("/v1/models/needed/versions/2");
    assertThat(deleted.status()).as("%s", deleted).isEqualTo(204);
  }

  /** Statuses of clients that send at once. */
  private List<Integer> atOnce(int clients, IntFunction<Answer> send) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          IntStream.range(0, clients).mapToObj(i -> threads.submit(() -> send.apply(i))).toList();
      var statuses = new ArrayList<Integer>();
      for (Future<Answer> answer : answers) {
        statuses.add(answer.get().status());
      }
      return statuses;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20})
  void ofThoseWhoMakeTheSameAtOnceOneDoes(int clients) throws Exception {
    every();
    for (int round = 0; round < 5; round++) {
      String name = name();
      assertThat(atOnce(clients, _ -> put(name, "{'model': 'every'}")))
          .containsOnlyOnce(201)
          .containsOnly(201, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20})
  void ofThoseWhoMakeDifferentOnesAtOnceOneDoes(int clients) throws Exception {
    two();
    every();
    List<String> bodies =
        List.of("{'model': 'every'}", "{'model': 'two'}", "{'model': 'two', 'version': 2}");
    for (int round = 0; round < 5; round++) {
      String name = name();
      List<Integer> statuses = atOnce(clients, i -> put(name, bodies.get(i % bodies.size())));
      assertThat(statuses).containsOnlyOnce(201).isSubsetOf(201, 200, 409).contains(409);
      JsonNode there = get(at(name));
      for (int i = 0; i < clients; i++) {
        JsonNode wished = tree(bodies.get(i % bodies.size()));
        boolean isSame =
            wished.path("model").equals(there.path("model"))
                && wished.path("version").asInt(1) == there.path("version").asInt();
        boolean isLeftOut =
            wished.path("model").equals(there.path("model")) && !wished.has("version");
        assertThat(statuses.get(i) == 409).isEqualTo(!isSame && !isLeftOut);
      }
    }
  }

  @Test
  void oneThatComesAndGoesAtOnceEndsAsOneOfBoth() throws Exception {
    every();
    String name = name();
    List<Integer> statuses =
        atOnce(20, i -> i % 2 == 0 ? put(name, "{'model': 'every'}") : api().delete(at(name)));
    assertThat(statuses).isSubsetOf(200, 201, 204, 404).contains(201);
    assertThat(api().get(at(name)).status()).isIn(200, 404);
    assertThat(put(name, "{'model': 'every'}").status()).isIn(200, 201);
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    assertThat(ids(hits(name, "{'query': {'item': 'a'}}"))).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lucene", "torch"})
  void aRebuiltOneFindsTheSame(String engine) {
    String name = collection("'model': '" + every() + "', 'engine': '" + engine + "'");
    for (int i = 1; i < 10; i++) {
      upsert(name, "{'id': '%d', 'modalities': {'text': [%d]}}".formatted(i, i));
    }
    assertThat(api().delete(at(name, "9")).status()).isEqualTo(204);
    String search = "{'query': {'modalities': {'text': [3, 4]}}, 'k': 20}";
    JsonNode before = search(name, search);
    Answer answer = api().post(at(name) + "/rebuild", "");
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
    assertThat(answer.header("Location")).endsWith(at(name));
    assertThat(search(name, search)).isEqualTo(before);
    await(() -> get(at(name)).path("state").asString().equals("ready"));
    assertThat(search(name, search)).isEqualTo(before);
    upsert(name, "{'id': '9', 'modalities': {'text': [3, 4]}}");
    assertThat(ids(hits(name, search))).hasSize(9).startsWith("9");
  }

  @Test
  void theListAndTheMakingGoInCbor() {
    String name = name();
    Answer made =
        api()
            .send(
                "PUT",
                at(name),
                java.net.http.HttpRequest.BodyPublishers.ofByteArray(
                    Api.CBOR_MAPPER.writeValueAsBytes(tree("{'model': '" + every() + "'}"))),
                "Content-Type",
                Api.CBOR,
                "Accept",
                Api.CBOR);
    assertThat(made.status()).as("%s", made).isEqualTo(201);
    assertThat(made.type()).isEqualTo(Api.CBOR);
    assertThat(made.body().path("name").asString()).isEqualTo(name);
    assertThat(api().get("/v1/collections", "Accept", Api.CBOR).body().path("items"))
        .anyMatch(one -> one.path("name").asString().equals(name));
  }
}
