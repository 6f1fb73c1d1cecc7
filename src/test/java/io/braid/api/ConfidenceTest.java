package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.api.Api.Answer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Hits that tell how likely they are to be the match. */
class ConfidenceTest extends SearchApiTest {
  private JsonNode calibrated(String collection, String query, String more) {
    return search(collection, "{'query': " + query + ", 'score': 'calibrated'" + more + "}");
  }

  private static List<Double> confidences(JsonNode answer) {
    return answer
        .path("results")
        .get(0)
        .path("hits")
        .valueStream()
        .map(hit -> hit.path("confidence").doubleValue())
        .toList();
  }

  private static double sum(List<Double> confidences) {
    return confidences.stream().mapToDouble(Double::doubleValue).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6, 14})
  void everyHitHasAConfidenceAndTheySumToOneAtMost(int i) {
    JsonNode answer = calibrated(filled(), "{'modalities': " + sample(i) + "}", ", 'k': 60");
    assertThat(answer.path("calibration").asString()).isEqualTo("fitted");
    List<Double> confidences = confidences(answer);
    assertThat(confidences).hasSize(ITEMS).allMatch(one -> one >= 0 && one <= 1);
    assertThat(sum(confidences)).isLessThanOrEqualTo(1 + 1e-9);
    JsonNode hits = answer.path("results").get(0).path("hits");
    assertOrdered(hits);
    assertThat(hits.get(0).path("calibration").asString()).isEqualTo("fitted");
    assertThat(ids(hits))
        .isEqualTo(ids(hits(filled(), "{'query': {'modalities': " + sample(i) + "}, 'k': 60}")));
  }

  @Test
  void hitsComeByConfidenceWhereThatIsAskedFor() {
    String query = "{'modalities': " + sample(6) + "}";
    List<Double> confidences =
        confidences(calibrated(filled(), query, ", 'order_by': 'confidence', 'k': 20"));
    assertThat(confidences).hasSize(20).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(confidences)
        .isEqualTo(
            confidences(
                search(filled(), "{'query': " + query + ", 'order_by': 'confidence', 'k': 20}")));
    List<Double> all = confidences(calibrated(filled(), query, ", 'k': 60"));
    assertThat(confidences)
        .isEqualTo(all.stream().sorted((a, b) -> Double.compare(b, a)).limit(20).toList());
  }

  @Test
  void unlikelyHitsAreLeftOut() {
    String query = "{'modalities': " + sample(30) + "}";
    List<Double> all = confidences(calibrated(filled(), query, ", 'k': 60"));
    double least = all.get(0) / 2;
    List<Double> some =
        confidences(
            search(
                filled(), "{'query': %s, 'min_confidence': %s, 'k': 60}".formatted(query, least)));
    assertThat(some).isEqualTo(all.stream().filter(one -> one >= least).toList());
    assertThat(confidences(calibrated(filled(), query, ", 'min_confidence': 1"))).isEmpty();
  }

  @Test
  void theConfidenceOfAHitDoesNotHangOnHowManyAreAskedFor() {
    String query = "{'modalities': " + sample(14) + "}";
    double one = confidences(calibrated(filled(), query, ", 'k': 1")).get(0);
    double ofMany = confidences(calibrated(filled(), query, ", 'k': 60")).get(0);
    assertThat(one).isCloseTo(ofMany, within(0.02));
  }

  @Test
  void itemsThatAreNotFoundWeighAsTheirScoresAreExpectedTo() {
    String name = empty("");
    upsert(
        name,
        IntStream.range(0, 300)
            .mapToObj(i ->
                "{'id': 'i-%d', 'modalities': {'text': [%d, %d, %d], 'counts': {'%d': %s}}}"
                    .formatted(i, 1 + i % 9, 1 + i / 9 % 9, 1 + i / 81, 1 + i % 7, 0.1 + i % 11))
            .toArray(String[]::new));
    String query = "{'modalities': {'text': [3, 4, 1], 'counts': {'3': 1.1}}}";
    List<Double> all = confidences(calibrated(name, query, ", 'k': 300"));
    List<Double> few = confidences(calibrated(name, query, ", 'k': 5"));
    assertThat(all).hasSize(300);
    assertThat(sum(all)).isLessThanOrEqualTo(1 + 1e-9);
    for (int i = 0; i < few.size(); i++) {
      assertThat(few.get(i)).isCloseTo(all.get(i), within(0.3 * all.get(i) + 1e-3));
    }
  }

  @Test
  void queriesAreRatedEachForItself() {
    JsonNode many =
        search(
                filled(),
                "{'queries': [{'modalities': %s}, {'item': 'item-7'}], 'score': 'calibrated'}"
                    .formatted(sample(3)))
            .path("results");
    JsonNode one = hits(filled(), "{'query': {'item': 'item-7'}, 'score': 'calibrated'}");
    assertThat(ids(many.get(1).path("hits")).subList(0, 5)).isEqualTo(ids(one).subList(0, 5));
    assertThat(many.get(1).path("hits").get(0).path("confidence").doubleValue())
        .isCloseTo(one.get(0).path("confidence").doubleValue(), within(0.02)); // bins have edges
  }

  @Test
  void whatIsNotKnownOfAQueryIsSaid() {
    JsonNode answer = calibrated(filled(), "{'embedding': " + EMBEDDING + "}", "");
    assertThat(answer.path("calibration").asString()).isEqualTo("fallback");
    assertThat(confidences(answer)).hasSize(10).allMatch(one -> one >= 0 && one <= 1);
  }

  @Test
  void whereNoMatchCanBeSeenConfidencesRestOnAnAssumptionAndSaySo() {
    String name = empty("");
    assertThat(confidences(calibrated(name, "{'embedding': " + EMBEDDING + "}", ""))).isEmpty();
    upsert(
        name,
        "{'id': 'a', 'embedding': %s}".formatted(EMBEDDING),
        "{'id': 'b', 'embedding': %s, 'present': ['text']}"
            .formatted(EMBEDDING.replace("1, 0", "1, 1")),
        "{'id': 'c', 'modalities': {'text': [1]}}");
    for (String query :
        List.of("{'embedding': " + EMBEDDING + "}", "{'modalities': {'text': [1]}}")) {
      JsonNode answer = calibrated(name, query, "");
      assertThat(answer.path("calibration").asString()).isEqualTo("fallback");
      assertThat(confidences(answer)).hasSize(3).allMatch(one -> one >= 0 && one <= 1);
    }
    assertThat(get(at(name) + "/calibration").path("state").asString()).isEqualTo("fallback");
  }

  @Test
  void otherTargetsAreNotCalibrated() {
    String name = empty(", 'keep': ['fusion', 'unimodal']");
    upsert(name, IntStream.range(0, ITEMS).mapToObj(SearchApiTest::item).toArray(String[]::new));
    JsonNode answer =
        calibrated(name, "{'modalities': " + sample(30) + "}", ", 'target': 'text', 'k': 5");
    assertThat(answer.path("calibration").asString()).isEqualTo("fallback");
    assertThat(confidences(answer)).hasSize(5);
  }

  @Test
  void aFilterIsPartOfWhatIsRated() {
    JsonNode answer =
        calibrated(
            filled(),
            "{'modalities': " + sample(6) + "}",
            ", 'filter': {'field': 'n', 'lt': 20}, 'k': 60");
    assertThat(confidences(answer)).hasSize(20);
    assertThat(ids(answer.path("results").get(0).path("hits")))
        .allMatch(id -> Integer.parseInt(id.substring(5)) < 20);
  }

  @Test
  void theCalibrationTellsWhatItRestsOn() {
    calibrated(filled(), "{'modalities': " + sample(6) + "}", "");
    JsonNode calibration = get(at(filled()) + "/calibration");
    assertThat(calibration.path("state").asString()).isEqualTo("fitted");
    assertThat(calibration.path("version").asInt()).isPositive();
    assertThat(calibration.path("items").asInt()).isEqualTo(ITEMS);
    assertThat(calibration.path("samples").asInt()).isEqualTo(ITEMS);
    assertThat(
            calibration
                .path("forms")
                .valueStream()
                .mapToLong(form -> form.path("items").asLong())
                .sum())
        .isEqualTo(ITEMS);
    assertThat(calibration.path("reliability").path("error").doubleValue()).isBetween(0.0, 0.2);
    assertThat(calibration.path("reliability").path("bins").size()).isPositive();
    assertThat(calibration.path("pairs").size()).isPositive();
    Answer picture = api().get(at(filled()) + "/calibration", "Accept", "image/svg+xml");
    assertThat(picture.status()).isEqualTo(200);
    assertThat(picture.text()).contains("<svg", "Calibration");
  }

  @Test
  void thereIsNoCalibrationUntilOneIsAskedFor() {
    String name = empty("");
    upsert(name, item(1), item(2));
    assertThat(get(at(name) + "/calibration").path("state").asString()).isEqualTo("none");
    assertThat(api().get(at(name) + "/calibration", "Accept", "image/svg+xml").status())
        .isEqualTo(404);
    assertThat(api().post(at(name) + "/calibration", "").status()).isEqualTo(202);
    await(() -> !get(at(name) + "/calibration").path("fitting").booleanValue());
    assertThat(get(at(name) + "/calibration").path("state").asString()).isEqualTo("fallback");
    assertThat(api().get(at("nobody") + "/calibration").status()).isEqualTo(404);
  }

  @Test
  void itIsFittedAgainWhenMuchHasChanged() {
    String name = empty("");
    upsert(name, IntStream.range(0, 30).mapToObj(SearchApiTest::item).toArray(String[]::new));
    calibrated(name, "{'modalities': " + sample(6) + "}", "");
    JsonNode first = get(at(name) + "/calibration");
    upsert(name, IntStream.range(30, 60).mapToObj(SearchApiTest::item).toArray(String[]::new));
    calibrated(name, "{'modalities': " + sample(6) + "}", "");
    JsonNode second = get(at(name) + "/calibration");
    assertThat(first.path("items").asInt()).isEqualTo(30);
    assertThat(second.path("items").asInt()).isEqualTo(60);
    assertThat(second.path("version").asInt()).isEqualTo(first.path("version").asInt() + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /score           | 'score': 'raw'
          /score           | 'score': 1
          /order_by        | 'order_by': 'confidenc'
          /min_confidence  | 'min_confidence': 1.5
          /min_confidence  | 'min_confidence': -0.1
          /min_confidence  | 'min_confidence': 'high'
          /explain         | 'explain': 'yes'
          """)
  void faultsNameTheField(String pointer, String field) {
    Answer answer = searchAnswer(filled(), "{'query': {'item': 'item-1'}, " + field + "}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly(pointer);
  }
}
