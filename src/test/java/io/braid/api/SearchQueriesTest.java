package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Each kind of query, one or many at once, in JSON and CBOR. */
class SearchQueriesTest extends SearchApiTest {
  @Test
  void anItemIsAsGoodAQueryAsItsSample() {
    String rest = ", 'k': 20, 'exact': true}";
    JsonNode byItem = hits(filled(), "{'query': {'item': 'item-12'}" + rest);
    assertThat(byItem.get(0).path("id").asString()).isEqualTo("item-12");
    assertThat(ids(byItem))
        .isEqualTo(ids(hits(filled(), "{'query': {'modalities': " + sample(12) + "}" + rest)));
  }

  @Test
  void anEmbeddingIsAQueryOfAnyLengthAndWriting() {
    float[] fusion = fusions().get(12);
    var longer = new float[16];
    var bytes = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 16; i++) {
      longer[i] = 250 * fusion[i];
      bytes.putFloat(longer[i]);
    }
    JsonNode expected = hits(filled(), "{'query': {'item': 'item-12'}, 'k': 20, 'exact': true}");
    for (String vector :
        List.of(
            Arrays.toString(longer),
            "'" + Base64.getEncoder().encodeToString(bytes.array()) + "'",
            TensorJson.f32("[16]", longer))) {
      JsonNode hits =
          hits(filled(), "{'query': {'embedding': " + vector + "}, 'k': 20, 'exact': true}");
      assertThat(ids(hits)).isEqualTo(ids(expected));
      assertThat(hits.get(0).path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-6);
    }
  }

  @Test
  void aQuerysVectorMayBeAByteString() {
    var bytes = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (float number : unit(3)) {
      bytes.putFloat(number);
    }
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    body.putObject("query").put("embedding", bytes.array());
    Answer answer =
        api().post(at(filled()) + "/search", Api.CBOR, Api.CBOR_MAPPER.writeValueAsBytes(body));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(ids(answer.body().path("results").get(0).path("hits")))
        .isEqualTo(
            ids(hits(filled(), "{'query': {'embedding': " + Arrays.toString(unit(3)) + "}}")));
  }

  @Test
  void cborGoesInAndOut() {
    String search =
        "{'query': {'modalities': " + sample(4) + "}, 'k': 5, 'include': ['embedding']}";
    byte[] body = Api.CBOR_MAPPER.writeValueAsBytes(tree(search));
    Answer answer =
        api()
            .send(
                "POST",
                at(filled()) + "/search",
                java.net.http.HttpRequest.BodyPublishers.ofByteArray(body),
                "Content-Type",
                Api.CBOR,
                "Accept",
                Api.CBOR);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.type()).isEqualTo(Api.CBOR);
    JsonNode hits = answer.body().path("results").get(0).path("hits");
    JsonNode expected = hits(filled(), search);
    assertThat(ids(hits)).isEqualTo(ids(expected));
    assertNear(
        Vectors.vector(hits.get(0).path("embedding")),
        Vectors.vector(expected.get(0).path("embedding")),
        1e-7);
  }

  @Test
  void whatIsNullIsLeftOut() {
    JsonNode plain = hits(filled(), "{'query': {'item': 'item-8'}}");
    assertThat(
            hits(
                filled(),
                """
                {'query': {'item': 'item-8', 'modalities': null, 'embedding': null}, 'queries': null,
                 'k': null, 'filter': null, 'exact': null, 'include': null, 'target': null}
                """))
        .isEqualTo(plain);
  }

  @Test
  void whatIsCutOfAQueryIsSaid() {
    JsonNode results =
        search(
                filled(),
                "{'queries': [{'modalities': {'text': [1, 2, 3, 4, 5, 6]}}, {'modalities': {'text':"
                    + " [1]}}, {'item': 'item-1'}]}")
            .path("results");
    assertThat(results.get(0).path("warnings").get(0).asString()).startsWith("text: 6 tokens");
    assertThat(results.get(1).has("warnings")).isFalse();
    assertThat(results.get(2).has("warnings")).isFalse();
  }

  @Test
  void manyQueriesEqualSingleOnes() {
    var queries = new ArrayList<String>();
    for (int i = 0; i < 12; i++) {
      queries.add("{'modalities': " + sample(100 + i) + "}");
      queries.add("{'item': 'item-" + i + "'}");
      queries.add("{'embedding': " + Arrays.toString(unit(i)) + "}");
    }
    String rest = "'k': 5, 'exact': true, 'filter': {'field': 'n', 'lt': 40}}";
    JsonNode together =
        search(filled(), "{'queries': [" + String.join(",", queries) + "], " + rest)
            .path("results");
    assertThat(together.size()).isEqualTo(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      JsonNode alone = hits(filled(), "{'query': " + queries.get(i) + ", " + rest);
      JsonNode hits = together.get(i).path("hits");
      assertThat(hits.size()).isEqualTo(5);
      for (int h = 0; h < 5; h++) {
        double score = alone.get(h).path("score").asDouble();
        assertThat(hits.get(h).path("score").asDouble()).isBetween(score - 1e-5, score + 1e-5);
      }
      assertThat(ids(hits)).containsExactlyInAnyOrderElementsOf(ids(alone));
    }
    JsonNode one =
        search(filled(), "{'queries': [" + queries.get(0) + "], " + rest).path("results");
    assertThat(ids(one.get(0).path("hits"))).isEqualTo(ids(together.get(0).path("hits")));
  }

  @Test
  void asManyQueriesAsTheMostAreAnswered() {
    String queries =
        String.join(
            ",",
            IntStream.range(0, 1024).mapToObj(i -> "{'item': 'item-" + i % ITEMS + "'}").toList());
    JsonNode results = search(filled(), "{'queries': [" + queries + "], 'k': 1}").path("results");
    assertThat(results.size()).isEqualTo(1024);
    for (int i = 0; i < 1024; i++) {
      assertThat(ids(results.get(i).path("hits"))).containsExactly("item-" + i % ITEMS);
    }
  }
}
