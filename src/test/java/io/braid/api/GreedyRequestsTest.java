package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small requests for much work are refused, and break nothing for others. */
class GreedyRequestsTest extends CollectionsApiTest {
  private static final String SAMPLE = "'modalities': {'text': [1]}";

  @Test
  void hitsOfAllQueriesTogetherHaveALimit() {
    String name = collection();
    upsert(name, "{'id': 'a', " + SAMPLE + "}");
    String queries =
        "{'queries': [%s], 'k': %%d}"
            .formatted(String.join(",", Collections.nCopies(100, "{'item': 'a'}")));
    assertThat(searchAnswer(name, queries.formatted(1000)).status()).isEqualTo(200);
    assertFault(searchAnswer(name, queries.formatted(1001)), 422, "/k");
    String more = queries.replace("'k'", "'include': ['modalities'], 'k'");
    assertThat(searchAnswer(name, more.formatted(100)).status()).isEqualTo(200);
    assertFault(searchAnswer(name, more.formatted(101)), 422, "/k");
  }

  @Test
  void longNamesOverManyValuesAreTooMuchMetadata() {
    String values =
        IntStream.range(0, 1000).mapToObj(i -> "'" + i + "': 1").collect(Collectors.joining(","));
    String metadata = "{'" + "n".repeat(5000) + "': {" + values + "}}";
    Answer answer =
        items(
            collection(), "{'items': [{'id': 'a', 'metadata': " + metadata + ", " + SAMPLE + "}]}");
    assertFault(answer, 422, "/items/0/metadata");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'eq': '%s'", "'gte': '%s'", "'in': ['%s']"})
  void aFilterAsksForNothingLongerThanMetadata(String condition) {
    String name = collection();
    upsert(name, "{'id': 'a', " + SAMPLE + "}");
    String filter = "{'field': 's', " + condition.formatted("l".repeat(100_000)) + "}";
    Answer answer = searchAnswer(name, "{'query': {'item': 'a'}, 'filter': " + filter + "}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(422);
    assertThat(ids(hits(name, "{'query': {'item': 'a'}}"))).containsExactly("a");
  }

  /** Finite weights may be so large that what they make is not. */
  @ParameterizedTest
  @ValueSource(strings = {"lucene", "torch"})
  void anEmbeddingThatIsNotFiniteIsRefused(String engine) {
    String config =
        """
        {"architecture": "mca", "embedding_dim": 4, "layers": 1, "heads": 1, "head_dim": 4,
         "fusion_tokens": 1, "channels": [1],
         "modalities": [{"name": "text", "type": "tokens", "vocabulary": 9, "max_length": 4}]}
        """;
    byte[] weights = weights(config, 1);
    ByteBuffer bytes = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 8 + (int) bytes.getLong(0); at < weights.length; at += Float.BYTES) {
      bytes.putFloat(at, 1e30f);
    }
    String model = "overflowing-" + engine;
    api().importVersion(model, Part.config(config), Part.weights(weights));
    String name = collection("'model': '%s', 'engine': '%s'".formatted(model, engine));
    upsert(name, "{'id': 'a', 'embedding': [1, 2, 3, 4]}");
    assertFault(
        items(name, "{'items': [{'id': 'b', " + SAMPLE + "}]}"), 422, "/items/0/modalities");
    assertFault(searchAnswer(name, "{'query': {" + SAMPLE + "}}"), 422, "/query/modalities");
    assertThat(ids(hits(name, "{'query': {'item': 'a'}}"))).containsExactly("a");
  }

  @Test
  void embeddingsWiderThanLuceneLikesAreStoredAndFound() {
    String config =
        """
        {"architecture": "mca", "embedding_dim": 4098, "layers": 1, "heads": 1, "head_dim": 1,
         "feed_forward_multiplier": 1, "fusion_tokens": 1, "channels": [1],
         "modalities": [{"name": "text", "type": "tokens", "vocabulary": 2, "max_length": 1}]}
        """;
    imported("wide", config, 1);
    String name = collection("'model': 'wide'");
    String vector = "[1" + ", 0".repeat(4097) + "]";
    upsert(name, "{'id': 'a', 'embedding': " + vector + "}");
    assertThat(ids(hits(name, "{'query': {'embedding': " + vector + "}}"))).containsExactly("a");
  }

  @Test
  void itemsAreListedById() {
    String name = collection();
    upsert(name, "{'id': 'b', " + SAMPLE + "}", "{'id': 'a', " + SAMPLE + "}");
    var first = get(at(name) + "/items?limit=1");
    assertThat(first.path("items").get(0).path("id").asString()).isEqualTo("a");
    var second = get(at(name) + "/items?limit=1&cursor=" + first.path("next_cursor").asString());
    assertThat(second.path("items").get(0).path("id").asString()).isEqualTo("b");
    assertThat(second.path("next_cursor").isNull()).isTrue();
    assertProblem(api().get(at("nowhere") + "/items"), 404);
  }
}
