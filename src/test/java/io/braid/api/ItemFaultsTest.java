package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Items that are wrong: none of their request is stored. */
class ItemFaultsTest extends FaultsApiTest {
  private static final String ONES = "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]";
  private static final String ZEROS = ONES.replace('1', '0');

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{'items': [",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}}]",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}}]} x",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': NaN}}]}",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': 1, 'n': 2}}]}",
        "{'items': [{'id': 'b', 'modalities': {'text': [1], 'text': [2]}}]}",
        "{'items': [{'id': 'b', 'modalities': {'table': [NaN, 1, 2]}}]}",
        "{'items': [{'id': 'b', 'modalities': {'text': [1"
      })
  void anUnreadableUpsertStoresNothing(String body) {
    assertProblem(items(name, body), 400);
    assertThat(count(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``     | []
          ``     | null
          /items | {}
          /items | {'items': []}
          /items | {'items': null}
          /items | {'items': {}}
          /more  | {'items': [{'id': 'b', 'modalities': {'text': [1]}}], 'more': [{}]}
          """)
  void theUpsertIsWrongAt(String pointer, String body) {
    assertFault(items(name, body), 422, pointer);
    assertFault(itemsInCbor(name, tree(body)), 422, pointer);
    assertThat(count(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                | 1
          ``                | null
          ``                | []
          /id               | {'modalities': {'text': [1]}}
          /id               | {'id': null, 'modalities': {'text': [1]}}
          /id               | {'id': '', 'modalities': {'text': [1]}}
          /id               | {'id': 7, 'modalities': {'text': [1]}}
          /id               | {'id': ['b'], 'modalities': {'text': [1]}}
          /id               | {'id': '.', 'modalities': {'text': [1]}}
          /id               | {'id': '..', 'modalities': {'text': [1]}}
          /id               | {'id': 'a\\nb', 'modalities': {'text': [1]}}
          /id               | {'id': 'a\\u0000b', 'modalities': {'text': [1]}}
          ``                | {'id': 'b'}
          ``                | {'id': 'b', 'metadata': {}}
          ``                | {'id': 'b', 'modalities': {'text': [1]}, 'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
          /modalities       | {'id': 'b', 'modalities': {}}
          /modalities       | {'id': 'b', 'modalities': []}
          /modalities       | {'id': 'b', 'modalities': {'table': null}}
          /modalities       | {'id': 'b', 'modalities': {'table': [null, null, null]}}
          /modalities/gene  | {'id': 'b', 'modalities': {'gene': [1]}}
          /modalities/table/1 | {'id': 'b', 'modalities': {'table': [1, 1e39, 2]}}
          /modalities/table/base64 | {'id': 'b', 'modalities': {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AAAA'}}}
          /embedding        | {'id': 'b', 'embedding': [1, 2, 3]}
          /embedding        | {'id': 'b', 'embedding': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}
          /embedding/2      | {'id': 'b', 'embedding': [1, 1, 1e400, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
          /embedding        | {'id': 'b', 'embedding': 'AACAPw=='}
          /embedding        | {'id': 'b', 'embedding': 7}
          /present          | {'id': 'b', 'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 'present': 'text'}
          /present/1        | {'id': 'b', 'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 'present': ['text', 'gene']}
          /present          | {'id': 'b', 'modalities': {'text': [1]}, 'present': ['text']}
          /metadata         | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': []}
          /metadata         | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': 'x'}
          /metadata         | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': 3}
          /metadata/n       | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': 1e400}}
          /metadata/a~1b/1/c | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'a/b': [1, {'c': -1e400}]}}
          /label            | {'id': 'b', 'modalities': {'text': [1]}, 'label': {'x': 1}}
          """)
  void theItemIsWrongAt(String pointer, String item) {
    assertItemFault("/items/0" + pointer, item);
  }

  @Test
  void anIdHasALength() {
    String item = "{'id': '%s', 'modalities': {'text': [1]}}";
    assertItemFault("/items/0/id", item.formatted("x".repeat(513)));
    String longest = "\u00e9".repeat(512);
    String other = collection();
    upsert(other, item.formatted(longest));
    assertThat(item(other, longest).path("id").asString()).isEqualTo(longest);
  }

  @Test
  void halfACharacterIsNoText() {
    String text = "'modalities': {'text': [1]}";
    assertFault(items(name, "{'items': [{'id': '\\ud800', " + text + "}]}"), 422, "/items/0/id");
    assertFault(
        items(name, "{'items': [{'id': 'b', " + text + ", 'metadata': {'n': ['\\udc00']}}]}"),
        422,
        "/items/0/metadata/n/0");
    Answer named =
        items(name, "{'items': [{'id': 'b', " + text + ", 'metadata': {'\\ud800': 1}}]}");
    assertThat(named.status()).as("%s", named).isIn(400, 422);
    assertFault(searchAnswer(name, "{'query': {'item': '\\ud800'}}"), 422, "/query/item");
    for (String filter :
        List.of(
            "{'field': '\\ud800', 'eq': 1}",
            "{'field': 'n', 'gt': '\\udc00'}",
            "{'field': 'n', 'eq': '\\ud800x'}")) {
      Answer answer = searchAnswer(name, QUERY + ", 'filter': " + filter + "}");
      assertThat(answer.status()).as("%s", answer).isIn(200, 422);
    }
    assertServes();
  }

  @Test
  void metadataHasASize() {
    String item = "{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'x': '%s'}}";
    assertItemFault("/items/0/metadata", item.formatted("y".repeat(20 << 10)));
    assertItemFault("/items/0/metadata", item.formatted("\u00e9".repeat(10 << 10)));
    assertItemFault("/items/0/metadata", item.formatted("y".repeat(16_384 - 7)));
  }

  @Test
  void metadataThatOnlyCborHasIsRefused() {
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    ObjectNode item = body.putArray("items").addObject().put("id", "b");
    item.putObject("modalities").putArray("text").add(1);
    ObjectNode metadata = item.putObject("metadata");
    metadata.putArray("nan").add(Double.NaN).add(Float.POSITIVE_INFINITY);
    metadata.put("bytes", new byte[] {1, 2});
    Answer answer = itemsInCbor(name, body);
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/items/0/metadata/nan/0", "/items/0/metadata/nan/1", "/items/0/metadata/bytes");
  }

  @Test
  void oneItemMoreThanTheMostIsRefused() {
    String items =
        String.join(",", Collections.nCopies(1025, "{'id': 'b', 'modalities': {'text': [1]}}"));
    Answer answer = items(name, "{'items': [" + items + "]}");
    assertFault(answer, 422, "/items");
    assertThat(answer.body().path("detail").asString()).contains("1025").contains("1024");
    assertThat(count(name)).isEqualTo(1);
  }

  @Test
  void allFaultsOfAnUpsertAreToldAtOnce() {
    Answer answer =
        items(
            name,
            """
            {'items': [{'id': 3, 'modalities': {'text': [99], 'gene': 1}}, {'id': 'b'},
                       {'id': 'c', 'modalities': {'text': [1]}, 'metadata': [], 'more': 1},
                       {'embedding': %s}], 'other': 1}
            """
                .formatted(ZEROS));
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/items/0/id",
            "/items/0/modalities/text/0",
            "/items/0/modalities/gene",
            "/items/1",
            "/items/2/metadata",
            "/items/2/more",
            "/items/3/embedding",
            "/items/3/id",
            "/other");
  }

  @Test
  void aVectorTooLargeIsRefusedHoweverItIsWritten() {
    var large = new float[16];
    large[0] = 1e20f;
    ObjectNode bytes = Api.JSON_MAPPER.createObjectNode();
    var little = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (float number : large) {
      little.putFloat(number);
    }
    bytes.putArray("items").addObject().put("id", "b").put("embedding", little.array());
    String other = collection();
    String item = "{'items': [{'id': 'b', 'embedding': %s}]}";
    int asArray = items(other, item.formatted("[1e20" + ", 0".repeat(15) + "]")).status();
    int asTensor = items(other, item.formatted(TensorJson.f32("[16]", large))).status();
    int asBase64 = items(other, bytes.toString()).status();
    int asBytes = itemsInCbor(other, bytes).status();
    assertThat(List.of(asArray, asTensor, asBase64, asBytes)).containsOnly(422);
  }

  @Test
  void anEmbeddingNeedsACollectionOfFusions() {
    String unimodal = collection("'model': 'every', 'keep': ['unimodal']");
    assertFault(
        items(unimodal, "{'items': [{'id': 'b', 'embedding': " + ONES + "}]}"),
        422,
        "/items/0/embedding");
  }
}
