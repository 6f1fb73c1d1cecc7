package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Searches of other embeddings than the fusion. */
class SearchTargetsTest extends SearchApiTest {
  @Test
  void otherTargetsAreComparedWithTheQuerysFusion() {
    String name = empty(", 'keep': ['fusion', 'unimodal', 'channels']");
    var samples = new HashMap<String, String>();
    for (int i = 0; i < 31; i++) {
      samples.put("item-" + i, sample(i));
    }
    upsert(name, IntStream.range(0, 31).mapToObj(SearchApiTest::item).toArray(String[]::new));
    float[] query = fusion(sample(77));
    for (Map.Entry<String, String> target :
        Map.of(
                "text",
                "unimodal",
                "table+steps",
                "channels",
                "table+steps+text+counts+spectro",
                "channels")
            .entrySet()) {
      var expected = new HashMap<String, Double>();
      samples.forEach((id, sample) -> {
        JsonNode vector =
            embedded(every(), 1, sample).path(target.getValue()).path(target.getKey());
        if (!vector.isMissingNode()) {
          expected.put(id, Vectors.cosine(query, Vectors.vector(vector)));
        }
      });
      JsonNode hits =
          hits(
              name,
              "{'query': {'modalities': %s}, 'k': 100, 'target': '%s'}"
                  .formatted(sample(77), target.getKey()));
      assertThat(ids(hits)).containsExactlyInAnyOrderElementsOf(expected.keySet());
      assertOrdered(hits);
      for (JsonNode hit : hits) {
        double cosine = expected.getOrDefault(hit.path("id").asString(), 2.0);
        assertThat(hit.path("score").asDouble()).isBetween(cosine - 1e-5, cosine + 1e-5);
      }
    }
    assertFault(
        searchAnswer(name, "{'query': {'item': 'item-0'}, 'target': 'text'}"), 422, "/query/item");
  }

  @Test
  void whatIsNotKeptIsNoTarget() {
    String name = empty(", 'keep': ['unimodal']");
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    String search = "{'query': {'modalities': {'text': [1]}}, 'target': '%s'}";
    assertThat(ids(hits(name, search.formatted("text")))).containsExactly("a");
    assertThat(ids(hits(name, search.formatted("table")))).isEmpty();
    assertFault(searchAnswer(name, search.formatted("fusion")), 422, "/target");
    assertFault(searchAnswer(name, search.formatted("table+steps")), 422, "/target");
    assertFault(searchAnswer(name, "{'query': {'modalities': {'text': [1]}}}"), 422, "/target");
  }
}
