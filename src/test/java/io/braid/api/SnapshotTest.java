package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.api.Api.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Collections as files, and made of them. */
class SnapshotTest extends SearchApiTest {
  @Value("${braid.data-dir}")
  private Path data = Path.of("");

  private byte[] snapshot(String collection) {
    Answer made = api().post(at(collection) + "/snapshots", "");
    assertThat(made.status()).as("%s", made).isEqualTo(201);
    assertThat(made.header("Location"))
        .isEqualTo(at(collection) + "/snapshots/" + made.body().path("id").asString());
    Answer file = api().get(made.header("Location"));
    assertThat(file.status()).isEqualTo(200);
    assertThat(file.type()).isEqualTo("application/zip");
    assertThat(file.bytes()).hasSize(made.body().path("bytes").asInt());
    return file.bytes();
  }

  @Test
  void aCalibrationOfAnEarlierFormIsFittedAnew() throws Exception {
    byte[] file = with(calibrated(), "calibration.json", "{\"version\": 1}".getBytes(UTF_8));
    assertThat(restore(name(), file).status()).isEqualTo(201);
  }

  private Answer restore(String name, byte[] file) {
    return api()
        .send("PUT", at(name), BodyPublishers.ofByteArray(file), "Content-Type", "application/zip");
  }

  private String restored(byte[] file) {
    String name = name();
    Answer answer = restore(name, file);
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    return name;
  }

  @Test
  void aRestoredCollectionAnswersTheSame() {
    String search = "{'query': {'modalities': %s}, 'k': 60, 'exact': true, 'score': 'calibrated'}";
    hits(filled(), search.formatted(sample(1))); // so that it is calibrated
    String restored = restored(snapshot(filled()));
    for (int i : new int[] {0, 6, 30, 45}) {
      JsonNode before = hits(filled(), search.formatted(sample(i)));
      JsonNode after = hits(restored, search.formatted(sample(i)));
      assertThat(ids(after).subList(0, 10)).isEqualTo(ids(before).subList(0, 10));
      for (int hit = 0; hit < 10; hit++) {
        assertThat(after.get(hit).path("score").doubleValue())
            .isCloseTo(before.get(hit).path("score").doubleValue(), within(1e-6));
        assertThat(after.get(hit).path("present")).isEqualTo(before.get(hit).path("present"));
      }
    }
    assertThat(item(restored, "item-30")).isEqualTo(item(filled(), "item-30"));
    ObjectNode calibration = (ObjectNode) get(at(restored) + "/calibration");
    calibration.put("collection", filled());
    assertThat(calibration).isEqualTo(get(at(filled()) + "/calibration"));
    ObjectNode body = (ObjectNode) get(at(restored));
    ObjectNode original = (ObjectNode) get(at(filled()));
    for (String own : List.of("name", "created_at", "state")) {
      body.remove(own);
      original.remove(own);
    }
    assertThat(body).isEqualTo(original);
  }

  @Test
  void aSnapshotIsOfItsMoment() {
    String name = empty("");
    upsert(name, item(1), item(2), "{'id': 'v', 'embedding': " + EMBEDDING + "}");
    byte[] file = snapshot(name);
    upsert(name, item(3));
    api().delete(at(name, "item-1"));
    String restored = restored(file);
    assertThat(ids(hits(restored, "{'query': {'embedding': " + EMBEDDING + "}}")))
        .containsExactlyInAnyOrder("item-1", "item-2", "v");
    upsert(restored, item(4));
    api().delete(at(restored, "item-2"));
    assertThat(ids(hits(restored, "{'query': {'item': 'item-4'}}")))
        .containsExactlyInAnyOrder("item-1", "item-4", "v");
    assertThat(get(at(restored)).path("count").asInt()).isEqualTo(3);
  }

  @Test
  void manyItemsAreAllThere() {
    String name = empty("");
    var items = new ArrayList<String>();
    for (int i = 0; i < 1203; i++) {
      items.add("{'id': 'i-%d', 'modalities': {'text': [%d]}}".formatted(i, 1 + i % 9));
    }
    upsert(name, items.subList(0, 1000).toArray(String[]::new));
    upsert(name, items.subList(1000, 1203).toArray(String[]::new));
    String restored = restored(snapshot(name));
    assertThat(get(at(restored)).path("count").asInt()).isEqualTo(1203);
    assertThat(ids(hits(restored, "{'query': {'item': 'i-0'}, 'k': 2000}"))).hasSize(1203);
  }

  @Test
  void anEmptyCollectionIsRestoredToo() {
    String restored = restored(snapshot(empty("")));
    assertThat(get(at(restored)).path("count").asInt()).isZero();
  }

  @Test
  void snapshotsAreListedAndDeleted() {
    String name = empty("");
    snapshot(name);
    snapshot(name);
    JsonNode items = get(at(name) + "/snapshots").path("items");
    assertThat(items.size()).isEqualTo(2);
    String path = at(name) + "/snapshots/" + items.get(0).path("id").asString();
    assertThat(api().delete(path).status()).isEqualTo(204);
    assertThat(api().delete(path).status()).isEqualTo(404);
    assertThat(api().get(path).status()).isEqualTo(404);
    assertThat(get(at(name) + "/snapshots").path("items").size()).isEqualTo(1);
    assertThat(api().get(at(name) + "/snapshots/..%2Fbraid.db").status()).isBetween(400, 404);
  }

  @Test
  void aNameThatIsTakenOrNoneIsRefused() {
    byte[] file = snapshot(empty(""));
    assertThat(restore(filled(), file).status()).isEqualTo(409);
    assertThat(restore("Not-A-Name", file).status()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights_sha256", "config", "model"})
  void aSnapshotOfAnotherModelIsRefused(String field) throws IOException {
    byte[] file = changed(snapshot(empty("")), head -> head.put(field, "other"));
    Answer answer = restore(name(), file);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text()).contains("import");
  }

  @Test
  void whatIsNoSnapshotIsUnreadableAndLeavesNothing() throws IOException {
    String name = name();
    byte[] file = snapshot(filled());
    for (byte[] wrong :
        List.of(new byte[0], new byte[] {'P', 'K'}, Arrays.copyOf(file, file.length / 2))) {
      assertThat(restore(name, wrong).status()).isEqualTo(400);
    }
    Answer later = restore(name, changed(file, head -> head.put("format", 2)));
    assertThat(later.status()).isEqualTo(422);
    assertThat(later.pointers()).containsExactly("/collection.json/format");
    Answer fewer = restore(name, changed(file, head -> head.put("items", 61)));
    assertThat(fewer.status()).isEqualTo(422);
    assertThat(fewer.pointers()).containsExactly("/items.cbor");
    assertThat(restore(name, changed(file, head -> head.put("engine", "abacus"))).status())
        .isEqualTo(422);
    assertThat(restore(name, changed(file, head -> head.remove("keep"))).status()).isEqualTo(400);
    assertThat(restore(name, with(file, "collection.json", "null".getBytes(UTF_8))).status())
        .isEqualTo(400);
    for (String calibration :
        List.of("null", "7", "{}", "{\"counts\": {\"edges\": [1], \"pairs\": [{}]}}", "{")) {
      Answer answer = restore(name, with(file, "scores.json", calibration.getBytes(UTF_8)));
      assertThat(answer.status()).as(calibration).isEqualTo(422);
      assertThat(answer.pointers().getFirst()).startsWith("/scores.json");
    }
    for (String items : List.of("3", "{}", "{\"id\": 3}", "{\"id\": \"a\", \"vectors\": 7}", "[")) {
      Answer answer = restore(name, withItems(file, items));
      assertThat(answer.status()).as(items).isEqualTo(422);
      assertThat(answer.pointers().getFirst()).as(items).startsWith("/items.cbor");
    }
    assertThat(api().get(at(name)).status()).isEqualTo(404);
    assertThat(restore(name, file).status()).isEqualTo(201);
  }

  /** The answer to a snapshot whose only item is the first of a file, changed. */
  private Answer restoreItem(byte[] file, Consumer<ObjectNode> change) throws IOException {
    byte[] items = parts(file).get("items.cbor");
    ObjectNode item;
    try (JsonParser parser = Api.CBOR_MAPPER.createParser(items)) {
      item = parser.readValueAsTree();
    }
    change.accept(item);
    byte[] only = with(file, "items.cbor", Api.CBOR_MAPPER.writeValueAsBytes(item));
    return restore(name(), changed(only, head -> head.put("items", 1)));
  }

  private static byte[] cbor(String json) {
    return Api.CBOR_MAPPER.writeValueAsBytes(Api.JSON_MAPPER.readTree(json));
  }

  @Test
  void anItemThatNoRequestCouldBringIsRefused() throws IOException {
    byte[] file = snapshot(filled());
    Map<String, Consumer<ObjectNode>> wrong = new LinkedHashMap<>();
    wrong.put("/sample", item -> item.put("sample", new byte[(128 << 20) + 1]));
    wrong.put("/vectors", item -> item.put("vectors", new byte[10_000]));
    wrong.put(
        "/metadata", item -> item.put("metadata", "{\"a\": \"%s\"}".formatted("x".repeat(20_000))));
    wrong.put("/present", item -> IntStream.range(0, 9).forEach(_ -> present(item).add("text")));
    wrong.put("/later", item -> item.put("later", new byte[140 << 20]));
    wrong.put(
        "/sample#1",
        item ->
            item.put("sample", cbor("{\"text\": %s%s}".formatted("[".repeat(99), "]".repeat(99)))));
    wrong.put(
        "/sample#2",
        item -> item.put("sample", cbor("{\"text\": [%s[]]}".formatted("[],".repeat(1 << 20)))));
    wrong.put("/sample#3", item -> item.put("sample", cbor("[1]")));
    wrong.put("/sample#4", item -> item.put("sample", new byte[] {(byte) 0xa0, 0}));
    for (var one : wrong.entrySet()) {
      Answer answer = restoreItem(file, one.getValue());
      assertThat(answer.status()).as("%s: %s", one.getKey(), answer).isEqualTo(422);
      assertThat(answer.pointers().getFirst())
          .as("%s: %s", one.getKey(), answer)
          .startsWith("/items.cbor/0" + one.getKey().replaceAll("#.", ""));
    }
    assertThat(restoreItem(file, _ -> {}).status()).isEqualTo(201);
    assertThat(incoming()).isZero();
  }

  /** Files that are on their way in, or were left. */
  private long incoming() {
    try (var files = Files.list(data.resolve("incoming"))) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArrayNode present(ObjectNode item) {
    return (ArrayNode) item.path("present");
  }

  /** Of the collection that is {@link #filled}, with its calibration. */
  private byte[] calibrated() {
    hits(filled(), "{'query': {'modalities': %s}, 'score': 'calibrated'}".formatted(sample(1)));
    return snapshot(filled());
  }

  private Answer restoreCalibration(byte[] file, Consumer<ObjectNode> change) throws IOException {
    var json = (ObjectNode) Api.JSON_MAPPER.readTree(parts(file).get("scores.json"));
    change.accept(json);
    return restore(name(), with(file, "scores.json", Api.JSON_MAPPER.writeValueAsBytes(json)));
  }

  @Test
  void aCalibrationThatCannotBeIsRefusedAtItsPlace() throws IOException {
    byte[] file = calibrated();
    Map<String, Consumer<ObjectNode>> wrong = new LinkedHashMap<>();
    wrong.put("", json -> json.put("version", -1));
    wrong.put("#1", json -> json.put("fitted_at", "+999999999-12-31T23:59:59Z"));
    wrong.put("/forms/1", json -> in(json, "/forms/1").put("items", -3));
    wrong.put("/forms/0/items", json -> in(json, "/forms/0").put("items", Long.MAX_VALUE));
    wrong.put("/forms/2/modalities", json -> name(in(json, "/forms/2"), "modalities", "nope"));
    wrong.put("/forms", json -> twice(json, "/forms", 100));
    wrong.put("/counts/pairs", json -> twice(json, "/counts/pairs", 2));
    wrong.put(
        "/counts/pairs/0/pair/query",
        json -> name(in(json, "/counts/pairs/0/pair"), "query", "nope"));
    wrong.put(
        "/trial/gains/trials/0", json -> in(json, "/trial/gains/trials/0").put("mean", 1e308));
    wrong.put("/trial/gains/trials/1", json -> in(json, "/trial/gains/trials/1").put("number", -5));
    wrong.put(
        "/trial/gains/trials/2/added",
        json -> in(json, "/trial/gains/trials/2").put("added", "nope"));
    wrong.put(
        "/trial/reliability/bins/0", json -> in(json, "/trial/reliability/bins/0").put("seen", 7));
    wrong.put("/trial/reliability", json -> in(json, "/trial/reliability").put("error", -7));
    wrong.put("/trial", json -> in(json, "/trial").removeAll());
    for (var one : wrong.entrySet()) {
      Answer answer = restoreCalibration(file, one.getValue());
      assertThat(answer.status()).as("%s: %s", one.getKey(), answer).isEqualTo(422);
      assertThat(answer.pointers().getFirst())
          .as("%s: %s", one.getKey(), answer)
          .startsWith("/scores.json" + one.getKey().replaceAll("#.", ""));
    }
    assertThat(restoreCalibration(file, _ -> {}).status()).isEqualTo(201);
  }

  private static ObjectNode in(ObjectNode json, String pointer) {
    return (ObjectNode) json.at(pointer);
  }

  private static void name(ObjectNode of, String list, String modality) {
    of.putArray(list).add(modality);
  }

  private static void twice(ObjectNode json, String pointer, int times) {
    var list = (ArrayNode) json.at(pointer);
    var all = list.deepCopy();
    for (int i = 1; i < times; i++) {
      list.addAll(all);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2_500_000, 9_000_000})
  void aCalibrationIsNotReadBeyondItsSize(int numbers) throws IOException {
    String json = "{\"counts\": {\"edges\": [%s1]}}".formatted("1,".repeat(numbers));
    Answer answer = restore(name(), with(calibrated(), "scores.json", json.getBytes(UTF_8)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(422);
    assertThat(answer.pointers().getFirst()).startsWith("/scores.json");
  }

  @Test
  void aRestoredCalibrationIsAsOutdatedAsItWas() {
    String name = empty("");
    upsert(name, IntStream.range(0, 200).mapToObj(SearchApiTest::item).toArray(String[]::new));
    String search = "{'query': {'modalities': %s}, 'k': 200, 'score': 'calibrated'}";
    hits(name, search.formatted(sample(1)));
    for (int i = 0; i < 68; i++) { // a third of all changes, but one item
      upsert(name, item(7));
    }
    assertSameConfidences(name, restored(snapshot(name)), search.formatted(sample(3)), 1);
    for (int i = 0; i < 50; i++) { // a quarter of all items
      api().delete(at(name, "item-" + (100 + i)));
    }
    String restored = restored(snapshot(name));
    assertSameConfidences(name, restored, search.formatted(sample(3)), 2);
  }

  private void assertSameConfidences(String name, String restored, String search, int version) {
    Map<String, Double> before = confidences(hits(name, search));
    Map<String, Double> after = confidences(hits(restored, search));
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((id, told) -> assertThat(after.get(id)).as(id).isCloseTo(told, within(1e-6)));
    for (String collection : List.of(name, restored)) {
      assertThat(get(at(collection) + "/calibration").path("version").asInt()).isEqualTo(version);
    }
  }

  private static Map<String, Double> confidences(JsonNode hits) {
    Map<String, Double> told = new LinkedHashMap<>();
    hits.forEach(hit -> told.put(hit.path("id").asString(), hit.path("confidence").doubleValue()));
    return told;
  }

  @Test
  void twoAreRestoredAtOnce() throws IOException {
    byte[] file = snapshot(empty(""));
    try (Socket first = beginRestore(file);
        Socket second = beginRestore(file)) {
      await(() -> incoming() == 2);
      Answer refused = restore("any", file);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      for (Socket one : List.of(first, second)) {
        one.getOutputStream().write(file, 1, file.length - 1);
        assertThat(new String(one.getInputStream().readNBytes(12), UTF_8))
            .isEqualTo("HTTP/1.1 201");
      }
    }
    assertThat(incoming()).isZero();
    restored(file);
  }

  /** A connection that has sent the first byte of a file. */
  private Socket beginRestore(byte[] file) throws IOException {
    Socket socket =
        api()
            .open(
                ("PUT %s HTTP/1.1\r\nHost: here\r\nContent-Type: application/zip\r\n"
                        + "Content-Length: %d\r\n\r\n")
                    .formatted(at(name()), file.length));
    socket.getOutputStream().write(file, 0, 1);
    return socket;
  }

  /** The file with other items; cut short where they are half a document. */
  private static byte[] withItems(byte[] file, String json) throws IOException {
    byte[] cbor =
        json.equals("[")
            ? new byte[] {(byte) 0xbf, 0x62}
            : Api.CBOR_MAPPER.writeValueAsBytes(Api.JSON_MAPPER.readTree(json));
    return with(file, "items.cbor", cbor);
  }

  /** The file with other content of a part. */
  private static byte[] with(byte[] file, String part, byte[] content) throws IOException {
    Map<String, byte[]> parts = parts(file);
    parts.put(part, content);
    return zip(parts);
  }

  private interface Change {
    void of(ObjectNode head);
  }

  /** The file with another head. */
  private static byte[] changed(byte[] file, Change change) throws IOException {
    Map<String, byte[]> parts = parts(file);
    var head = (ObjectNode) Api.JSON_MAPPER.readTree(parts.get("collection.json"));
    change.of(head);
    parts.put("collection.json", Api.JSON_MAPPER.writeValueAsBytes(head));
    return zip(parts);
  }

  private static Map<String, byte[]> parts(byte[] file) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (var in = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        parts.put(entry.getName(), in.readAllBytes());
      }
    }
    return parts;
  }

  private static byte[] zip(Map<String, byte[]> parts) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (var part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue());
      }
    }
    return out.toByteArray();
  }

  private List<Path> filesOf(String snapshot) throws IOException {
    try (var files = Files.list(data.resolve("snapshots"))) {
      return files.filter(file -> file.toString().contains(snapshot)).toList();
    }
  }

  @Test
  void droppingACollectionDeletesItsSnapshots() throws IOException {
    String name = empty("");
    snapshot(name);
    String id = get(at(name) + "/snapshots").path("items").get(0).path("id").asString();
    assertThat(filesOf(id)).hasSize(1);
    api().delete(at(name));
    assertThat(filesOf(id)).isEmpty();
  }

  @Test
  void changesGoOnWhileASnapshotIsTaken() {
    String name = empty("");
    upsert(name, IntStream.range(0, ITEMS).mapToObj(SearchApiTest::item).toArray(String[]::new));
    var writer =
        Thread.startVirtualThread(() -> {
          for (int i = 0; i < 20; i++) {
            upsert(name, "{'id': 'later-%d', 'modalities': {'text': [1]}}".formatted(i));
          }
        });
    byte[] file = snapshot(name);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int restored = get(at(restored(file))).path("count").asInt();
    assertThat(restored).isBetween(ITEMS, ITEMS + 20);
    assertThat(get(at(name)).path("count").asInt()).isEqualTo(ITEMS + 20);
  }
}
