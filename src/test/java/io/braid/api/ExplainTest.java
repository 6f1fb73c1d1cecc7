package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which modalities of a query the scores of its hits rest on, and of a sample its embedding. */
class ExplainTest extends SearchApiTest {
  private static ObjectNode modalities(int sample) {
    return (ObjectNode) Api.JSON_MAPPER.readTree(sample(sample).replace('\'', '"'));
  }

  private static Map<String, Double> shares(JsonNode node) {
    var shares = new LinkedHashMap<String, Double>();
    node.forEachEntry((name, share) -> shares.put(name, share.doubleValue()));
    return shares;
  }

  private static double sum(Map<String, Double> shares) {
    return shares.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 14, 30, 46})
  void liftsAreMeansOverTheOrdersInWhichModalitiesMayBeAdded(int query) {
    ObjectNode modalities = modalities(query);
    Map<List<String>, float[]> fusions = fusionsOfSubsets(modalities);
    JsonNode hits =
        hits(
            filled(),
            "{'query': {'modalities': %s}, 'k': 7, 'explain': true, 'include': ['embedding']}"
                .formatted(modalities));
    assertThat(hits.size()).isEqualTo(7);
    List<float[]> items = fusions();
    for (JsonNode hit : hits) {
      float[] item = Vectors.vector(hit.path("embedding"));
      var values = new HashMap<List<String>, Double>();
      values.put(List.of(), 0.0);
      fusions.forEach((some, fusion) ->
          values.put(some, Vectors.cosine(fusion, item) - meanScore(fusion, items)));
      Map<String, Double> lift = shares(hit.path("lift"));
      Map<String, Double> expected = byOrders(List.copyOf(lift.keySet()), values);
      lift.forEach(
          (name, share) -> assertThat(share).as(name).isCloseTo(expected.get(name), within(1e-5)));
    }
  }

  private static double meanScore(float[] fusion, List<float[]> items) {
    return items.stream().mapToDouble(item -> Vectors.cosine(fusion, item)).average().orElseThrow();
  }

  private Map<List<String>, float[]> fusionsOfSubsets(ObjectNode modalities) {
    List<String> names = List.copyOf(modalities.propertyNames());
    var subsets = new ArrayList<List<String>>();
    var samples = new ArrayList<String>();
    for (int members = 1; members < 1 << names.size(); members++) {
      int some = members;
      List<String> subset =
          names.stream().filter(name -> (some >> names.indexOf(name) & 1) == 1).toList();
      subsets.add(subset);
      samples.add("{'modalities': %s}".formatted(modalities.deepCopy().retain(subset)));
    }
    Answer answer = api().embed(every(), "{'samples': [" + String.join(",", samples) + "]}");
    var fusions = new HashMap<List<String>, float[]>();
    for (int i = 0; i < subsets.size(); i++) {
      fusions.put(
          subsets.get(i), Vectors.vector(answer.body().path("embeddings").get(i).path("fusion")));
    }
    return fusions;
  }

  private static Map<String, Double> byOrders(
      List<String> names, Map<List<String>, Double> values) {
    var sums = new HashMap<String, Double>();
    List<List<String>> orders = orders(names);
    for (List<String> order : orders) {
      for (int i = 0; i < order.size(); i++) {
        double after = value(order.subList(0, i + 1), names, values);
        sums.merge(order.get(i), after - value(order.subList(0, i), names, values), Double::sum);
      }
    }
    sums.replaceAll((_, sum) -> sum / orders.size());
    return sums;
  }

  private static double value(
      List<String> some, List<String> names, Map<List<String>, Double> values) {
    return Objects.requireNonNull(values.get(names.stream().filter(some::contains).toList()));
  }

  private static List<List<String>> orders(List<String> names) {
    if (names.isEmpty()) {
      return List.of(List.of());
    }
    var orders = new ArrayList<List<String>>();
    for (String first : names) {
      for (var rest : orders(names.stream().filter(name -> !name.equals(first)).toList())) {
        var order = new ArrayList<>(List.of(first));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }

  @Test
  void sharesSumToTheScoreAndLiftsToWhatIsAboveTheBaseline() {
    JsonNode results =
        search(
                filled(),
                "{'queries': [{'modalities': %s}, {'item': 'item-12'}, {'modalities': %s}], 'explain': true}"
                    .formatted(sample(30), sample(0)))
            .path("results");
    List<List<String>> present =
        List.of(
            List.of("table", "steps", "text", "counts", "spectro"),
            List.of("table", "text", "counts"),
            List.of("table"));
    for (int i = 0; i < results.size(); i++) {
      for (JsonNode hit : results.get(i).path("hits")) {
        double score = hit.path("score").doubleValue();
        Map<String, Double> attribution = shares(hit.path("attribution"));
        Map<String, Double> lift = shares(hit.path("lift"));
        assertThat(attribution).containsOnlyKeys(present.get(i));
        assertThat(lift).containsOnlyKeys(present.get(i));
        assertThat(sum(attribution)).isCloseTo(score, within(1e-6));
        assertThat(sum(lift) + hit.path("baseline").doubleValue()).isCloseTo(score, within(1e-6));
        assertThat(hit.has("attribution_error")).isFalse();
      }
    }
  }

  @Test
  void anEmbeddingTellsWhatItsModalitiesContributed() {
    JsonNode embeddings =
        api()
            .embed(
                every(),
                "{'samples': [{'modalities': %s}, {'modalities': %s}], 'explain': true}"
                    .formatted(sample(30), sample(1)))
            .body()
            .path("embeddings");
    Map<String, Double> five = shares(embeddings.get(0).path("attribution"));
    assertThat(five).containsOnlyKeys("table", "steps", "text", "counts", "spectro");
    assertThat(sum(five)).isCloseTo(1, within(1e-9));
    assertThat(shares(embeddings.get(1).path("attribution"))).containsOnlyKeys("steps");
    assertThat(embeddings.get(1).path("attribution").path("steps").doubleValue())
        .isCloseTo(1, within(1e-9));
    assertThat(embeddings.get(0).has("fusion")).isTrue();
  }

  @Test
  void nothingIsExplainedUnasked() {
    assertThat(
            api()
                .embed(every(), "{'samples': [{'modalities': " + sample(3) + "}]}")
                .body()
                .path("embeddings")
                .get(0)
                .has("attribution"))
        .isFalse();
    JsonNode hit = hits(filled(), "{'query': {'modalities': " + sample(3) + "}}").get(0);
    assertThat(List.copyOf(hit.propertyNames())).containsExactly("id", "score", "present");
  }

  @Test
  void whatHasNoModalitiesCannotBeExplained() {
    String vector = "[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]";
    String name = empty("");
    upsert(name, "{'id': 'a', 'embedding': " + vector + "}");
    Answer answer =
        searchAnswer(
            name, "{'queries': [{'item': 'a'}, {'embedding': " + vector + "}], 'explain': true}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly("/queries/0/item", "/queries/1/embedding");
    assertThat(answer.text()).contains("leave 'explain' out");
  }

  @Test
  void anItemThatIsComparedByAnotherEmbeddingThanItsFusionCannotBeExplained() {
    String name = empty(", 'keep': ['fusion', 'unimodal']");
    upsert(name, item(30));
    String search = "{'query': %s, 'target': 'text', 'explain': true}";
    Answer answer = searchAnswer(name, search.formatted("{'item': 'item-30'}"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly("/query/item");
    JsonNode hit = hits(name, search.formatted("{'modalities': " + sample(30) + "}")).get(0);
    assertThat(sum(shares(hit.path("attribution"))))
        .isCloseTo(hit.path("score").doubleValue(), within(1e-6));
  }

  @Test
  void moreSubsetsThanARequestMayHaveAreRefusedBeforeTheyAreEmbedded() {
    String all = "{'modalities': %s}".formatted(sample(30)); // five modalities, 32 subsets
    String samples = String.join(",", Collections.nCopies(33, all));
    Answer embed = api().embed(every(), "{'samples': [%s], 'explain': true}".formatted(samples));
    Answer search = searchAnswer(filled(), "{'queries': [%s], 'explain': true}".formatted(samples));
    for (Answer answer : List.of(embed, search)) {
      assertThat(answer.status()).isEqualTo(422);
      JsonNode fault = answer.body().path("errors").path(0);
      assertThat(fault.path("pointer").asString()).isEqualTo("/explain");
      assertThat(fault.path("detail").asString()).contains("1056", "1024");
    }
    assertThat(api().embed(every(), "{'samples': [%s]}".formatted(samples)).status())
        .isEqualTo(200);
  }
}
