package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;

/** Makes, fills and searches collections; those that a test makes are dropped after it. */
abstract class CollectionsApiTest extends ApiTest {
  static final String NDJSON = "application/x-ndjson";

  /** One that the model {@link #every()} might have made. */
  static final String EMBEDDING = "[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]";

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private final List<String> made = new ArrayList<>();

  @AfterEach
  void drop() {
    made.forEach(name -> api().delete(at(name)));
  }

  /** A name that no other collection has, to be dropped after the test. */
  final String name() {
    String name = "c-" + NUMBER.incrementAndGet();
    made.add(name);
    return name;
  }

  static String at(String collection) {
    return "/v1/collections/" + collection;
  }

  /** Path of an item, whatever its id. */
  static String at(String collection, String id) {
    return at(collection) + "/items/" + URLEncoder.encode(id, UTF_8).replace("+", "%20");
  }

  /**
   * @param json with single quotes, as in all of these
   */
  final Answer put(String collection, String json) {
    return api().put(at(collection), json.replace('\'', '"'));
  }

  /** A new collection of the model {@link #every()}. */
  final String collection() {
    return collection("'model': '" + every() + "'");
  }

  /** A new collection; {@code fields} as in {@code 'model': 'demo'}. */
  final String collection(String fields) {
    String name = name();
    Answer answer = put(name, "{" + fields + "}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    return name;
  }

  final Answer items(String collection, String json) {
    return api().post(at(collection) + "/items", json.replace('\'', '"'));
  }

  final Answer itemsInCbor(String collection, JsonNode body) {
    return api().post(at(collection) + "/items", Api.CBOR, Api.CBOR_MAPPER.writeValueAsBytes(body));
  }

  final Answer stream(String collection, String lines) {
    return api().post(at(collection) + "/items", NDJSON, lines.replace('\'', '"').getBytes(UTF_8));
  }

  final Answer patch(String collection, String id, String json) {
    return api()
        .send(
            "PATCH",
            at(collection, id) + "/modalities",
            BodyPublishers.ofString(json.replace('\'', '"')),
            "Content-Type",
            Api.JSON);
  }

  /** Stores items, each {@code {'id': ...}}. */
  final void upsert(String collection, String... items) {
    Answer answer = items(collection, "{'items': [" + String.join(",", items) + "]}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.body().path("upserted").asInt()).isEqualTo(items.length);
  }

  final JsonNode get(String path) {
    Answer answer = api().get(path);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.body();
  }

  final JsonNode item(String collection, String id) {
    return get(at(collection, id) + "?include=embedding,modalities");
  }

  final Answer searchAnswer(String collection, String json) {
    return api().post(at(collection) + "/search", json.replace('\'', '"'));
  }

  /** The answer of a search. */
  final JsonNode search(String collection, String json) {
    Answer answer = searchAnswer(collection, json);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.body();
  }

  /** Hits of the only query. */
  final JsonNode hits(String collection, String json) {
    JsonNode results = search(collection, json).path("results");
    assertThat(results.size()).isEqualTo(1);
    return results.get(0).path("hits");
  }

  static List<String> ids(JsonNode hits) {
    return hits.valueStream().map(hit -> hit.path("id").asString()).toList();
  }

  /** What the model embeds a sample as, with all outputs. */
  final JsonNode embedded(String model, int version, String modalities) {
    Answer answer =
        api()
            .post(
                "/v1/models/" + model + "/embed?version=" + version,
                "{'samples': [{'modalities': %s}], 'outputs': ['fusion', 'unimodal', 'channels']}"
                    .formatted(modalities)
                    .replace('\'', '"'));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.body().path("embeddings").get(0);
  }

  final float[] fusion(String modalities) {
    return Vectors.vector(embedded(every(), 1, modalities).path("fusion"));
  }

  final long count(String collection) {
    return get(at(collection)).path("count").asLong();
  }

  static JsonNode tree(String json) {
    return Api.JSON_MAPPER.readTree(json.replace('\'', '"'));
  }

  static void assertNear(float[] actual, float[] expected, double most) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isBetween(expected[i] - most, expected[i] + most);
    }
  }
}
