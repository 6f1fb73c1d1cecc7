package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Items one by one: stored, shown, replaced and deleted. */
@Timeout(120)
class ItemsTest extends CollectionsApiTest {
  private static final float[] VECTOR = vector();

  /** Of the model's 16 numbers, and far from unit length. */
  private static float[] vector() {
    var vector = new float[16];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = 3 * i - 20;
    }
    return vector;
  }

  private static byte[] bytes(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  private static float[] unit(float[] vector) {
    var unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / Vectors.length(vector));
    }
    return unit;
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ["table"]                                   | {'table': [0.5, null, 2]}
          ["table"]                                   | {'table': {'C': 1, 'A': -0.25}}
          ["steps"]                                   | {'steps': [[0.1, 0.2], [null, -0.4]]}
          ["text"]                                    | {'text': [7, 3, 9]}
          ["counts"]                                  | {'counts': {'indices': [3, 8], 'values': [1.5, 2]}}
          ["counts"]                                  | {'counts': {'4': 0.75}}
          ["spectro"]                                 | {'spectro': [[1, 2], [3, 4]]}
          ["table"]                                   | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AACAPwAAAEAAAEBA'}}
          ["table","steps","text","counts","spectro"] | {'spectro': [[1, 2], [3, 4]], 'counts': {'3': 2}, 'text': [1, 2], 'steps': [[1, 2]], 'table': [1, 2, 3]}
          """)
  void aSampleIsShownAsItWasSentAndEmbeddedAsAlways(String present, String modalities) {
    String name = collection();
    upsert(name, "{'id': 'a', 'modalities': " + modalities + "}");
    JsonNode item = item(name, "a");
    assertThat(item.path("id").asString()).isEqualTo("a");
    assertThat(item.path("present").toString()).isEqualTo(present);
    assertThat(item.path("modalities").toString()).isEqualTo(tree(modalities).toString());
    assertThat(item.has("embeddings")).isFalse();
    assertNear(Vectors.vector(item.path("embedding")), fusion(modalities), 1e-6);
  }

  @Test
  void whatIsAbsentIsNotShown() {
    String name = collection();
    upsert(
        name,
        "{'id': 'a', 'modalities': {'table': [null, null, null], 'steps': null, 'text': [1]}}");
    JsonNode item = item(name, "a");
    assertThat(item.path("present").toString()).isEqualTo("[\"text\"]");
    assertThat(item.path("modalities").toString()).isEqualTo("{\"text\":[1]}");
  }

  @Test
  void onlyWhatIsAskedForIsShown() {
    String name = collection();
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}, 'metadata': {'n': 1}}");
    assertThat(get(at(name, "a")).propertyNames()).containsExactly("id", "present", "metadata");
    assertThat(get(at(name, "a") + "?include=modalities").propertyNames())
        .containsExactly("id", "present", "metadata", "modalities");
    assertThat(get(at(name, "a") + "?include=embedding&include=modalities").propertyNames())
        .containsExactly("id", "present", "metadata", "embedding", "modalities");
    assertFault(api().get(at(name, "a") + "?include=vectors"), 422, "include");
  }

  /** An item in each of the ways in which a vector is written. */
  private static List<ObjectNode> vectorItems(boolean isCbor) {
    var items = new ArrayList<ObjectNode>();
    ObjectNode array = Api.JSON_MAPPER.createObjectNode().put("id", "array");
    ArrayNode numbers = array.putArray("embedding");
    for (float number : VECTOR) {
      numbers.add(number);
    }
    items.add(array);
    String base64 = Base64.getEncoder().encodeToString(bytes(VECTOR));
    items.add(Api.JSON_MAPPER.createObjectNode().put("id", "base64").put("embedding", base64));
    ObjectNode tensor = Api.JSON_MAPPER.createObjectNode().put("id", "tensor");
    tensor.set("embedding", tree(TensorJson.f32("[16]", VECTOR)));
    items.add(tensor);
    if (isCbor) {
      items.add(
          Api.JSON_MAPPER.createObjectNode().put("id", "bytes").put("embedding", bytes(VECTOR)));
    }
    return items;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEmbeddingIsStoredAtUnitLengthHoweverItIsWritten(boolean isCbor) {
    String name = collection();
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    vectorItems(isCbor).forEach(body.putArray("items")::add);
    Answer answer = isCbor ? itemsInCbor(name, body) : items(name, body.toString());
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    for (ObjectNode sent : vectorItems(isCbor)) {
      JsonNode item = item(name, sent.path("id").asString());
      assertNear(Vectors.vector(item.path("embedding")), unit(VECTOR), 1e-7);
      assertThat(item.path("present").toString()).isEqualTo("[]");
      assertThat(item.has("modalities")).isFalse();
    }
  }

  @Test
  void anEmbeddingMaySayWhatItRestsOn() {
    String name = collection();
    upsert(
        name,
        "{'id': 'a', 'embedding': %s, 'present': ['text', 'table', 'text']}"
            .formatted(Arrays.toString(VECTOR)));
    assertThat(item(name, "a").path("present").toString()).isEqualTo("[\"table\",\"text\"]");
    String filter = "{'query': {'item': 'a'}, 'filter': {'present': {'all_of': ['table']}}}";
    assertThat(ids(hits(name, filter))).containsExactly("a");
  }

  @Test
  void whatIsNullIsLeftOut() {
    String name = collection();
    String vector = Arrays.toString(VECTOR);
    Answer answer =
        items(
            name,
            """
            {'items': [
              {'id': 'a', 'embedding': %s, 'modalities': null, 'present': null, 'metadata': null},
              {'id': 'b', 'embedding': null, 'modalities': {'text': [1]}, 'present': null}]}
            """
                .formatted(vector));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(count(name)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'site':'lung','age':61,'ratio':0.1,'ok':true,'none':null}",
        "{'b':1,'a':2,'list':[1,'x',[2,{'y':[]}]],'empty':{},'':0}",
        "{'zero':0,'negative':-0.5,'large':9007199254740993,'huge':123456789012345678901234567890}",
        "{'fraction':1.0,'small':1.0E-300,'wide':1.7976931348623157E308}",
        "{'text':'\\u0001\\n\\\\ é \uD83D\uDE00 </script>'}"
      })
  void metadataIsKeptAsSent(String metadata) {
    String name = collection();
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}, 'metadata': " + metadata + "}");
    assertThat(get(at(name, "a")).path("metadata").toString()).isEqualTo(tree(metadata).toString());
  }

  @Test
  void metadataOfTheMostBytesIsTaken() {
    String name = collection();
    String metadata = "{'x':'" + "y".repeat(16_384 - 8) + "'}";
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}, 'metadata': " + metadata + "}");
    assertThat(get(at(name, "a")).path("metadata").path("x").asString()).hasSize(16_384 - 8);
  }

  @Test
  void anItemTakesThePlaceOfTheOneBeforeWithAllOfIt() {
    String name = collection();
    upsert(
        name, "{'id': 'a', 'modalities': {'text': [1], 'table': [1, 2, 3]}, 'metadata': {'n': 1}}");
    upsert(name, "{'id': 'a', 'modalities': {'steps': [[1, 2]]}}");
    JsonNode item = item(name, "a");
    assertThat(item.path("present").toString()).isEqualTo("[\"steps\"]");
    assertThat(item.path("metadata").toString()).isEqualTo("{}");
    assertThat(item.path("modalities").toString()).isEqualTo("{\"steps\":[[1,2]]}");
    assertNear(Vectors.vector(item.path("embedding")), fusion("{'steps': [[1, 2]]}"), 1e-6);
    upsert(name, "{'id': 'a', 'embedding': " + Arrays.toString(VECTOR) + "}");
    assertThat(item(name, "a").has("modalities")).isFalse();
    assertThat(count(name)).isEqualTo(1);
  }

  @Test
  void aDeletedItemIsNotThere() {
    String name = collection();
    upsert(
        name,
        "{'id': 'a', 'modalities': {'text': [1]}}",
        "{'id': 'b', 'modalities': {'text': [2]}}");
    Answer deleted = api().delete(at(name, "a"));
    assertThat(deleted.status()).as("%s", deleted).isEqualTo(204);
    assertProblem(api().get(at(name, "a")), 404);
    assertProblem(api().delete(at(name, "a")), 404);
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [1]}}}"))).containsExactly("b");
    upsert(name, "{'id': 'a', 'modalities': {'text': [3]}}");
    assertThat(item(name, "a").path("modalities").toString()).isEqualTo("{\"text\":[3]}");
    assertThat(count(name)).isEqualTo(2);
  }

  @Test
  void ofSeveralWithOneIdTheLastWins() {
    String name = collection();
    Answer answer =
        items(
            name,
            """
            {'items': [{'id': 'a', 'modalities': {'text': [1]}}, {'id': 'b', 'modalities': {'text': [2]}},
                       {'id': 'a', 'modalities': {'text': [3]}, 'metadata': {'n': 3}}]}
            """);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(count(name)).isEqualTo(2);
    assertThat(item(name, "a").path("modalities").toString()).isEqualTo("{\"text\":[3]}");
    assertThat(item(name, "a").path("metadata").toString()).isEqualTo("{\"n\":3}");
    assertThat(hits(name, "{'query': {'modalities': {'text': [3]}}}").get(0).path("id").asString())
        .isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space",
        " ",
        "100%",
        "%2F",
        "a+b&c=d?e#f",
        "semi;colon=1",
        "é\uD83D\uDE00",
        "a/b",
        "/",
        "//a/../b/./c/",
        "back\\slash",
        "'quotes'",
        "...",
        ".hidden",
        "items",
        "{id}",
        "*"
      })
  void anyIdStandsInAPath(String id) {
    String name = collection();
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    body.putArray("items")
        .addObject()
        .put("id", id)
        .putObject("modalities")
        .putArray("text")
        .add(1);
    Answer put = api().post(at(name) + "/items", body.toString());
    assertThat(put.status()).as("%s", put).isEqualTo(200);
    JsonNode item = item(name, id);
    assertThat(item.path("id").asString()).isEqualTo(id);
    Answer patched = patch(name, id, "{'table': [1, 2, 3]}");
    assertThat(patched.status()).as("%s", patched).isEqualTo(200);
    assertThat(patched.body().path("id").asString()).isEqualTo(id);
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [1]}}}"))).containsExactly(id);
    Answer deleted = api().delete(at(name, id));
    assertThat(deleted.status()).as("%s", deleted).isEqualTo(204);
    assertThat(count(name)).isZero();
  }

  @Test
  void aRequestIsStoredWholeOrNotAtAll() {
    String name = collection();
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    JsonNode before = get(at(name));
    Answer answer =
        items(
            name,
            """
            {'items': [{'id': 'a', 'modalities': {'text': [2]}}, {'id': 'b', 'modalities': {'text': [2]}},
                       {'id': 'c', 'modalities': {'text': [99]}}]}
            """);
    assertFault(answer, 422, "/items/2/modalities/text/0");
    assertThat(get(at(name))).isEqualTo(before);
    assertThat(item(name, "a").path("modalities").toString()).isEqualTo("{\"text\":[1]}");
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [2]}}}"))).containsExactly("a");
  }

  @Test
  void countAndBytesGoUpAndDownExactly() {
    String name =
        collection("'model': '" + every() + "', 'keep': ['fusion', 'unimodal', 'channels']");
    String small = "{'id': 'a', 'modalities': {'text': [1]}}";
    String large =
        "{'id': 'a', 'modalities': " + WHOLE_SAMPLE + ", 'metadata': {'note': 'longer'}}";
    upsert(name, small);
    long one = get(at(name)).path("bytes").asLong();
    assertThat(one).isGreaterThan(16 * 4);
    upsert(name, small);
    assertThat(get(at(name)).path("bytes").asLong()).as("the same again").isEqualTo(one);
    upsert(name, small.replace("'a'", "'b'"));
    assertThat(get(at(name)).path("bytes").asLong()).as("another like it").isEqualTo(2 * one);
    upsert(name, large);
    long both = get(at(name)).path("bytes").asLong();
    assertThat(both).as("a larger one in its place").isGreaterThan(2 * one);
    upsert(name, small);
    assertThat(get(at(name)).path("bytes").asLong()).as("and back").isEqualTo(2 * one);
    assertThat(patch(name, "a", "{'table': [1, 2, 3]}").status()).isEqualTo(200);
    assertThat(get(at(name)).path("bytes").asLong()).as("patched").isGreaterThan(2 * one);
    assertThat(api().delete(at(name, "a")).status()).isEqualTo(204);
    assertThat(get(at(name)).path("bytes").asLong()).isEqualTo(one);
    assertThat(count(name)).isEqualTo(1);
    assertThat(api().delete(at(name, "b")).status()).isEqualTo(204);
    assertThat(get(at(name)).path("bytes").asLong(-1)).isZero();
    assertThat(count(name)).isZero();
  }

  @Test
  void cborGoesInAndOut() {
    String name = collection();
    Answer answer =
        itemsInCbor(
            name,
            tree(
                "{'items': [{'id': 'a', 'modalities': {'table': [0.1, null, 2.5]}, 'metadata':"
                    + " {'x': [0.1, 1]}}]}"));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    Answer got = api().get(at(name, "a") + "?include=embedding,modalities", "Accept", Api.CBOR);
    assertThat(got.type()).isEqualTo(Api.CBOR);
    assertThat(got.body().path("metadata").toString()).isEqualTo("{\"x\":[0.1,1]}");
    assertThat(got.body().path("modalities").toString()).isEqualTo("{\"table\":[0.1,null,2.5]}");
    assertNear(
        Vectors.vector(got.body().path("embedding")), fusion("{'table': [0.1, null, 2.5]}"), 1e-6);
  }

  /** What only CBOR can say, and JSON must say otherwise. */
  @Test
  void aSampleOfCborIsShownInJsonThatMeansTheSame() {
    String name = collection();
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    ObjectNode item = body.putArray("items").addObject().put("id", "a");
    ObjectNode modalities = item.putObject("modalities");
    modalities.putArray("table").add(0.5f).add(Float.NaN).add(2f);
    ObjectNode steps = modalities.putObject("steps").put("dtype", "F32");
    steps.put("base64", bytes(new float[] {1, 2})).putArray("shape").add(1).add(2);
    Answer answer = itemsInCbor(name, body);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    JsonNode shown = item(name, "a");
    assertThat(shown.path("present").toString()).isEqualTo("[\"table\",\"steps\"]");
    Answer again =
        items(name, "{'items': [{'id': 'b', 'modalities': " + shown.path("modalities") + "}]}");
    assertThat(again.status()).as("%s for %s", again, shown).isEqualTo(200);
    assertThat(item(name, "b").path("embedding")).isEqualTo(shown.path("embedding"));
  }

  @Test
  void asManyItemsAsTheMostAreStored() {
    String name = collection();
    var items = new String[1024];
    for (int i = 0; i < items.length; i++) {
      items[i] = "{'id': '%d', 'modalities': {'text': [%d]}}".formatted(i, 1 + i % 9);
    }
    upsert(name, items);
    assertThat(count(name)).isEqualTo(1024);
  }

  @Test
  void moreIsShownWhereMoreIsKept() {
    String name =
        collection("'model': '" + every() + "', 'keep': ['fusion', 'unimodal', 'channels']");
    String modalities = "{'text': [1, 2], 'table': [1, 2, 3]}";
    upsert(name, "{'id': 'a', 'modalities': " + modalities + "}");
    JsonNode shown = item(name, "a").path("embeddings");
    JsonNode embedded = embedded(every(), 1, modalities);
    var expected = new ArrayList<String>(embedded.path("unimodal").propertyNames());
    expected.addAll(embedded.path("channels").propertyNames());
    assertThat(shown.propertyNames()).containsExactlyInAnyOrderElementsOf(expected);
    for (String target : shown.propertyNames()) {
      JsonNode same = embedded.path(target.contains("+") ? "channels" : "unimodal").path(target);
      assertNear(Vectors.vector(shown.path(target)), Vectors.vector(same), 1e-6);
    }
    String unimodal = collection("'model': 'every', 'keep': ['unimodal']");
    upsert(unimodal, "{'id': 'a', 'modalities': " + modalities + "}");
    assertThat(item(unimodal, "a").has("embedding")).isFalse();
    assertThat(item(unimodal, "a").path("embeddings").propertyNames())
        .containsExactly("table", "text");
  }
}
