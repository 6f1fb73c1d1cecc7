package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.api.Api.Answer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Where the items of a collection lie, for people to look at. */
class MapTest extends CollectionsApiTest {
  private JsonNode map(String collection, String query) {
    return get(at(collection) + "/map" + query);
  }

  /** Embeddings on a circle in the first two dimensions, twice as wide as high. */
  private String ellipse(int items) {
    String name = collection();
    upsert(
        name,
        IntStream.range(0, items)
            .mapToObj(i -> {
              double angle = 2 * Math.PI * i / items;
              return String.format(
                  Locale.ROOT,
                  "{'id': 'i%d', 'embedding': [%.6f, %.6f, 1%s], 'metadata': {'n': %d}}",
                  i,
                  0.2 * Math.cos(angle),
                  0.1 * Math.sin(angle),
                  ", 0".repeat(13),
                  i);
            })
            .toArray(String[]::new));
    return name;
  }

  @Test
  void itemsLieAlongTheDirectionsInWhichTheyDifferMost() {
    JsonNode map = map(ellipse(40), "?field=n");
    assertThat(map.path("items").asInt()).isEqualTo(40);
    assertThat(map.path("explained").get(0).doubleValue()).isCloseTo(0.8, within(0.02));
    assertThat(map.path("points").size()).isEqualTo(40);
    for (JsonNode point : map.path("points")) {
      double angle = 2 * Math.PI * point.path("value").asInt() / 40;
      assertThat(point.path("position").get(0).doubleValue())
          .isCloseTo(0.2 * Math.cos(angle), within(0.01));
      assertThat(point.path("position").get(1).doubleValue())
          .isCloseTo(0.1 * Math.sin(angle), within(0.01));
    }
  }

  @Test
  void fewerItemsAreDrawnTheSameOnesEachTime() {
    String name = ellipse(40);
    JsonNode some = map(name, "?limit=7&components=5");
    assertThat(some.path("items").asInt()).isEqualTo(40);
    assertThat(some.path("points").size()).isEqualTo(7);
    assertThat(some.path("points").get(0).path("position").size()).isEqualTo(5);
    assertThat(some.path("points").get(0).has("value")).isFalse();
    assertThat(map(name, "?limit=7&components=5")).isEqualTo(some);
  }

  @Test
  void itemsWithoutTheEmbeddingAreLeftOut() {
    String name = collection("'model': '%s', 'keep': ['fusion', 'unimodal']".formatted(every()));
    upsert(
        name,
        "{'id': 'a', 'modalities': {'text': [1], 'table': [1, 2, 3]}}",
        "{'id': 'b', 'modalities': {'table': [1, 2, 4]}}");
    JsonNode points = map(name, "?target=text").path("points");
    assertThat(points.size()).isEqualTo(1);
    assertThat(points.get(0).path("id").asString()).isEqualTo("a");
    assertThat(points.get(0).path("present").toString()).isEqualTo("[\"table\",\"text\"]");
    assertThat(map(collection(), "").path("points").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit",
    "limit=20001, limit",
    "components=33, components",
    "target=audio, target"
  })
  void whatCannotBeShownIsNamed(String query, String fault) {
    Answer answer = api().get(at(collection()) + "/map?" + query);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).isEqualTo(List.of(fault));
  }

  @Test
  void aCollectionThatIsNotThereHasNone() {
    assertThat(api().get(at("nobody") + "/map").status()).isEqualTo(404);
  }
}
