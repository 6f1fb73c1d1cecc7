package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is no snapshot, or one that cannot be, is refused at its place, and nothing is left of it.
 */
class SnapshotFaultsTest extends SnapshotApiTest {
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
    byte[] items = ZipParts.read(file).get("items.cbor");
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

  private static ArrayNode present(ObjectNode item) {
    return (ArrayNode) item.path("present");
  }

  private Answer restoreCalibration(byte[] file, Consumer<ObjectNode> change) throws IOException {
    var json = (ObjectNode) Api.JSON_MAPPER.readTree(ZipParts.read(file).get("scores.json"));
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

  /** The file with other items; cut short where they are half a document. */
  private static byte[] withItems(byte[] file, String json) throws IOException {
    byte[] cbor =
        json.equals("[")
            ? new byte[] {(byte) 0xbf, 0x62}
            : Api.CBOR_MAPPER.writeValueAsBytes(Api.JSON_MAPPER.readTree(json));
    return with(file, "items.cbor", cbor);
  }
}
