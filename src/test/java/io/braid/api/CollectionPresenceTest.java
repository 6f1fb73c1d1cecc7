package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Which modalities the items of a collection have, and the queries that came. */
class CollectionPresenceTest extends CollectionsApiTest {
  private JsonNode presence(String collection) {
    return get(at(collection) + "/presence");
  }

  @Test
  void itemsAreCountedByWhatTheyRestOn() {
    String name = collection();
    assertThat(presence(name).path("items").isEmpty()).isTrue();
    upsert(
        name,
        "{'id': 'a', 'modalities': {'text': [1], 'table': [1, 2, 3]}}",
        "{'id': 'b', 'modalities': {'table': [1, 2, 4], 'text': [2], 'steps': null}}",
        "{'id': 'c', 'modalities': {'text': [3]}}",
        "{'id': 'd', 'embedding': " + EMBEDDING + "}");
    JsonNode items = presence(name).path("items");
    assertThat(List.copyOf(items.propertyNames())).containsExactly("table+text", "", "text");
    assertThat(items.path("table+text").asInt()).isEqualTo(2);
    patch(name, "b", "{'table': null}");
    api().delete(at(name, "d"));
    assertThat(presence(name).path("items"))
        .isEqualTo(Api.JSON_MAPPER.readTree("{\"text\": 2, \"table+text\": 1}"));
  }

  @Test
  void queriesAreCountedByWhatTheyHad() {
    String name = collection();
    upsert(name, "{'id': 'a', 'modalities': {'text': [1], 'table': [1, 2, 3]}}");
    assertThat(presence(name).path("queries").isEmpty()).isTrue();
    search(name, "{'queries': [{'modalities': {'text': [1]}}, {'item': 'a'}]}");
    search(name, "{'queries': [{'modalities': {'text': [2]}}, {'embedding': " + EMBEDDING + "}]}");
    assertThat(presence(name).path("queries"))
        .isEqualTo(Api.JSON_MAPPER.readTree("{\"text\": 2, \"table+text\": 1}"));
  }

  @Test
  void aCollectionThatIsNotThereHasNone() {
    assertThat(api().get(at("nobody") + "/presence").status()).isEqualTo(404);
  }
}
