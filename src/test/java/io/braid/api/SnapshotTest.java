package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.api.Api.Answer;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Collections as files, and made of them. */
class SnapshotTest extends SnapshotApiTest {
  @Test
  void aCalibrationOfAnEarlierFormIsFittedAnew() throws Exception {
    byte[] file = with(calibrated(), "calibration.json", "{\"version\": 1}".getBytes(UTF_8));
    assertThat(restore(name(), file).status()).isEqualTo(201);
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
