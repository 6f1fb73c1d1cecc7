package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What it is worth to measure more of a sample. */
class ValueTest extends SearchApiTest {
  private Answer answer(String collection, String sample) {
    return api().post(at(collection) + "/value", sample.replace('\'', '"'));
  }

  private JsonNode value(String collection, String sample) {
    Answer answer = answer(collection, sample);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.body();
  }

  @Test
  void absentModalitiesAreToldTheMostValuableFirst() {
    JsonNode value =
        value(filled(), "{'id': 'x', 'modalities': {'text': [1, 2, 3], 'steps': null}}");
    assertThat(value.path("id").asString()).isEqualTo("x");
    assertThat(value.path("present").toString()).isEqualTo("[\"text\"]");
    assertThat(value.path("calibration").asString()).isEqualTo("fitted");
    assertThat(value.path("confidence").doubleValue()).isBetween(0.0, 1.0);
    JsonNode values = value.path("values");
    assertThat(values.valueStream().map(one -> one.path("modality").asString()))
        .containsExactlyInAnyOrder("table", "steps", "counts", "spectro");
    var gains = new ArrayList<Double>();
    values.forEach(one -> gains.add(one.path("gain").doubleValue()));
    assertThat(gains)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a))
        .allMatch(gain -> gain >= -1 && gain <= 1);
    assertThat(gains.getFirst()).isPositive();
    values.forEach(one -> assertThat(one.path("error").doubleValue()).isPositive());
  }

  @Test
  void aCompleteSampleLacksNothing() {
    assertThat(value(filled(), "{'modalities': " + sample(30) + "}").path("values").isEmpty())
        .isTrue();
  }

  @Test
  void whereNoTrialCouldBeMadeNoGainIsTold() {
    String name = empty("");
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    JsonNode value = value(name, "{'modalities': {'text': [1]}}");
    assertThat(value.path("calibration").asString()).isEqualTo("fallback");
    assertThat(value.path("values").size()).isEqualTo(4);
    value.path("values").forEach(one -> assertThat(one.path("gain").isNull()).isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                   | 3
          ``                   | {}
          /modalities          | {'modalities': {}}
          /modalities          | {'modalities': {'text': null}}
          /modalities/gene     | {'modalities': {'gene': [1]}}
          /modalities/text/0   | {'modalities': {'text': [99]}}
          """)
  void faultsNameTheirPlace(String pointer, String body) {
    Answer answer = answer(filled(), body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).isEqualTo(List.of(pointer));
  }
}
