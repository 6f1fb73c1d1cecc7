package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a search finds, in which order, and what it says of it. */
class SearchHitsTest extends SearchApiTest {
  @Test
  void everyItemIsItsOwnNearest() {
    for (int i = 0; i < ITEMS; i += 7) {
      JsonNode hits = hits(filled(), "{'query': {'modalities': " + sample(i) + "}, 'k': 1}");
      assertThat(ids(hits)).containsExactly("item-" + i);
      assertThat(hits.get(0).path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void scoresAreCosinesOfWhatTheModelEmbeds(boolean isExact) {
    List<float[]> fusions = fusions();
    for (int query : new int[] {0, 17, 30, 59}) {
      JsonNode hits =
          hits(
              filled(),
              "{'query': {'modalities': %s}, 'k': 100, 'exact': %s}"
                  .formatted(sample(query), isExact));
      assertThat(hits.size()).isEqualTo(ITEMS);
      assertThat(ids(hits)).doesNotHaveDuplicates();
      assertOrdered(hits);
      for (JsonNode hit : hits) {
        int found = Integer.parseInt(hit.path("id").asString().substring("item-".length()));
        double cosine = Vectors.cosine(fusions.get(query), fusions.get(found));
        assertThat(hit.path("score").asDouble()).isBetween(cosine - 1e-5, cosine + 1e-5);
      }
    }
  }

  @Test
  void theNearestComeFirstHoweverManyAreAskedFor() {
    String search = "{'query': {'modalities': %s}, 'exact': true, 'k': %d}";
    List<String> all = ids(hits(filled(), search.formatted(sample(5), ITEMS)));
    for (int k : new int[] {1, 2, 10, 59}) {
      assertThat(ids(hits(filled(), search.formatted(sample(5), k)))).isEqualTo(all.subList(0, k));
    }
    assertThat(ids(hits(filled(), "{'query': {'modalities': " + sample(5) + "}}"))).hasSize(10);
    assertThat(ids(hits(filled(), search.formatted(sample(5), 10_000)))).isEqualTo(all);
    assertThat(ids(hits(filled(), search.formatted(sample(5), null))))
        .isEqualTo(all.subList(0, 10));
  }

  @Test
  void equalScoresComeInTheOrderOfTheirIds() {
    String name = empty("");
    List<String> ids = List.of("b", "a", "\u00e9", "10", "9", "A", "\ud83d\ude00", "\uffee");
    for (String id : ids) {
      upsert(name, "{'id': '" + id + "', 'modalities': {'text': [1]}}");
    }
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [1]}}}")))
        .containsExactlyElementsOf(ids.stream().sorted(Comparator.naturalOrder()).toList());
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [1]}}, 'k': 3}")))
        .containsExactly("10", "9", "A");
  }

  @Test
  void anEmptyCollectionHasNoHits() {
    String name = empty("");
    String query = "{'modalities': {'text': [1]}}";
    assertThat(hits(name, "{'query': " + query + "}").size()).isZero();
    assertThat(hits(name, "{'query': " + query + ", 'exact': true, 'filter': {'all': []}}").size())
        .isZero();
  }

  @Test
  void anItemThatLacksWhatTheQueryHasIsStillFound() {
    String name = empty("");
    upsert(
        name,
        "{'id': 'text', 'modalities': {'text': [1]}}",
        "{'id': 'table', 'modalities': {'table': [1, 2, 3]}}",
        "{'id': 'given', 'embedding': [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}");
    assertThat(ids(hits(name, "{'query': {'modalities': {'spectro': [[1, 2], [3, 4]]}}}")))
        .containsExactlyInAnyOrder("text", "table", "given");
  }

  @Test
  void everySearchSeesWhatWasWrittenBefore() {
    String name = empty("");
    String query = "{'query': {'modalities': {'text': [1, 2]}}, 'k': 100}";
    for (int i = 0; i < 20; i++) {
      String id = "i" + i;
      upsert(
          name, "{'id': '%s', 'modalities': {'text': [1, 2]}, 'metadata': {'n': 1}}".formatted(id));
      assertThat(ids(hits(name, query))).contains(id);
      upsert(
          name, "{'id': '%s', 'modalities': {'text': [1, 2]}, 'metadata': {'n': 2}}".formatted(id));
      String filter = ", 'filter': {'field': 'n', 'eq': %d}}";
      assertThat(ids(hits(name, query.replace("}, 'k': 100}", "}" + filter.formatted(2)))))
          .contains(id);
      assertThat(ids(hits(name, query.replace("}, 'k': 100}", "}" + filter.formatted(1)))))
          .doesNotContain(id);
      assertThat(patch(name, id, "{'table': [1, 2, 3]}").status()).isEqualTo(200);
      assertThat(hits(name, "{'query': {'item': '" + id + "'}}").get(0).path("present").toString())
          .isEqualTo("[\"table\",\"text\"]");
      if (i % 2 == 1) {
        assertThat(api().delete(at(name, id)).status()).isEqualTo(204);
        assertThat(ids(hits(name, query))).doesNotContain(id);
        assertThat(searchAnswer(name, "{'query': {'item': '" + id + "'}}").status()).isEqualTo(422);
      }
    }
    assertThat(ids(hits(name, query))).hasSize(10);
  }

  @Test
  void theAnswerSaysWhoMadeTheEmbeddings() {
    JsonNode answer = search(filled(), "{'query': {'item': 'item-3'}, 'k': 1}");
    assertThat(answer.propertyNames()).containsExactly("model", "version", "results");
    assertThat(answer.path("model").asString()).isEqualTo("every");
    assertThat(answer.path("version").asInt()).isEqualTo(1);
    assertThat(answer.path("results").get(0).propertyNames()).containsExactly("hits");
    assertThat(answer.path("results").get(0).path("hits").get(0).propertyNames())
        .containsExactly("id", "score", "present");
  }

  @Test
  void whatIsIncludedIsWhatTheItemHas() {
    String name = filled();
    JsonNode hits =
        hits(
            name,
            "{'query': {'item': 'item-8'}, 'k': 7, 'include': ['modalities', 'metadata',"
                + " 'embedding']}");
    assertThat(hits.size()).isEqualTo(7);
    for (JsonNode hit : hits) {
      JsonNode item = item(name, hit.path("id").asString());
      var expected = (ObjectNode) item.deepCopy();
      var shown = (ObjectNode) hit.deepCopy();
      shown.remove("score");
      assertThat(shown).isEqualTo(expected);
    }
    JsonNode hit =
        hits(name, "{'query': {'item': 'item-8'}, 'k': 1, 'include': ['metadata']}").get(0);
    assertThat(hit.propertyNames()).containsExactly("id", "score", "present", "metadata");
    assertThat(hit.path("metadata").toString()).isEqualTo("{\"n\":8}");
    hit = hits(name, "{'query': {'item': 'item-8'}, 'k': 1, 'include': []}").get(0);
    assertThat(hit.propertyNames()).containsExactly("id", "score", "present");
  }

  @Test
  void hitsSayWhatTheyRestOn() {
    for (JsonNode hit : hits(filled(), "{'query': {'item': 'item-8'}, 'k': 60}")) {
      int i = Integer.parseInt(hit.path("id").asString().substring("item-".length()));
      assertThat(hit.path("present")).isEqualTo(embedded(every(), 1, sample(i)).path("present"));
    }
  }

  @Test
  void timesGoWithTheAnswerWhereverTheServiceRuns() {
    Locale before = Locale.getDefault();
    for (Locale locale :
        List.of(Locale.ROOT, Locale.GERMANY, Locale.forLanguageTag("ar-EG-u-nu-arab"))) {
      Locale.setDefault(locale);
      try {
        Answer answer = searchAnswer(filled(), "{'query': {'item': 'item-1'}}");
        assertThat(answer.header("Server-Timing"))
            .matches("queue;dur=[0-9.]+, embed;dur=[0-9.]+, search;dur=[0-9.]+, total;dur=[0-9.]+");
      } finally {
        Locale.setDefault(before);
      }
    }
  }
}
