package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.plain.Deviation;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What an embedding depends on, and what goes with it. */
class EmbedTest extends ApiTest {
  private static final String ALL = "'outputs': ['fusion', 'unimodal', 'channels']";

  private static final List<String> NAMES = List.of("table", "steps", "text", "counts", "spectro");

  private Answer embed(String request) {
    Answer answer = api().embed(every(), request);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer;
  }

  private JsonNode embedding(String modalities) {
    return embed(
            "{'samples': [{'modalities': " + modalities + "}], 'normalize': false, " + ALL + "}")
        .body()
        .path("embeddings")
        .get(0);
  }

  private List<Map<String, float[]>> vectors(List<String> samples) {
    String request =
        "{'samples': [" + String.join(",", samples) + "], 'normalize': false, " + ALL + "}";
    return embed(request).body().path("embeddings").valueStream().map(Vectors::all).toList();
  }

  /** A sample with any subset of modalities, of any lengths. */
  private static String random(Random random, int subset) {
    List<String> values =
        List.of(
            "[%s, %s, %s]".formatted(number(random), number(random), "null"),
            "["
                + String.join(
                    ",",
                    IntStream.rangeClosed(0, random.nextInt(4))
                        .mapToObj(_ -> "[" + number(random) + "," + number(random) + "]")
                        .toList())
                + "]",
            "["
                + String.join(
                    ",",
                    IntStream.rangeClosed(0, random.nextInt(5))
                        .mapToObj(_ -> String.valueOf(1 + random.nextInt(9)))
                        .toList())
                + "]",
            "{'%d': %s}".formatted(1 + random.nextInt(9), number(random)),
            "[[%s, 1, 2, 3], [1, 2, 3, %s]]".formatted(number(random), number(random)));
    var present = new ArrayList<String>();
    for (int m = 0; m < NAMES.size(); m++) {
      if ((subset >> m & 1) == 1) {
        present.add("'%s': %s".formatted(NAMES.get(m), values.get(m)));
      }
    }
    return "{'modalities': {" + String.join(",", present) + "}}";
  }

  private static String number(Random random) {
    return String.valueOf((float) random.nextGaussian());
  }

  @Test
  void aSampleAloneEqualsItselfInAnyBatch() {
    var random = new Random(7);
    var samples = new ArrayList<String>();
    for (int subset = 1; subset < 32; subset++) {
      samples.add(random(random, subset));
    }
    List<Map<String, float[]>> together = vectors(samples);
    for (int i = 0; i < samples.size(); i++) {
      Map<String, float[]> alone = vectors(List.of(samples.get(i))).getFirst();
      Map<String, float[]> batched = together.get(i);
      assertThat(batched.keySet()).isEqualTo(alone.keySet());
      alone.forEach((name, vector) ->
          assertThat(Deviation.relative(Objects.requireNonNull(batched.get(name)), vector, 0))
              .as(name)
              .isLessThan(1e-5));
    }
  }

  @Test
  void shufflingABatchShufflesItsAnswers() {
    var random = new Random(8);
    var samples = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      samples.add(random(random, 1 + random.nextInt(31)));
    }
    List<Map<String, float[]>> forward = vectors(samples);
    List<Map<String, float[]>> backward = vectors(samples.reversed()).reversed();
    for (int i = 0; i < samples.size(); i++) {
      Map<String, float[]> other = backward.get(i);
      forward
          .get(i)
          .forEach((name, vector) ->
              assertThat(Deviation.relative(Objects.requireNonNull(other.get(name)), vector, 0))
                  .isLessThan(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          table   | [0.5, -1.5, 2]                      | [3, 2, 1]
          steps   | [[0.1, 0.2], [0.3, -0.4]]           | [[9, 8], [7, 6]]
          text    | [7, 3, 9]                           | [1, 2, 3]
          counts  | {'indices': [3, 8], 'values': [1.5, 2]} | {'indices': [4, 5], 'values': [9, 9]}
          spectro | [[1, 2], [3, 4]]                    | [[9, 2], [3, 4]]
          """)
  void whatIsWithoutAModalityDoesNotChangeWithItByOneBit(
      String modality, String value, String other) {
    assertThat(WHOLE_SAMPLE).contains(value);
    Map<String, float[]> before = Vectors.all(embedding(WHOLE_SAMPLE));
    Map<String, float[]> after = Vectors.all(embedding(WHOLE_SAMPLE.replace(value, other)));
    assertThat(after.keySet()).isEqualTo(before.keySet());
    int same = 0;
    for (var vector : before.entrySet()) {
      String name = vector.getKey();
      boolean isWithout = !name.equals("fusion") && !name.contains(modality);
      float[] changed = Objects.requireNonNull(after.get(name));
      if (isWithout) {
        assertThat(changed).as(name).containsExactly(vector.getValue());
        same++;
      } else {
        assertThat(changed).as(name).isNotEqualTo(vector.getValue());
      }
    }
    assertThat(same).isEqualTo(4 + 4 + 6); // unimodal, triples and pairs without it
  }

  @Test
  void whatRestsOnNoPresentModalityIsNotThere() {
    JsonNode embedding = embedding("{'text': [1], 'steps': [[1, 2]], 'table': null}");
    assertThat(embedding.path("present").toString()).isEqualTo("[\"steps\",\"text\"]");
    assertThat(embedding.path("unimodal").propertyNames()).containsExactly("steps", "text");
    assertThat(embedding.path("channels").propertyNames())
        .contains("table+steps+text+counts+spectro", "table+steps", "text+counts")
        .doesNotContain("table+counts", "counts+spectro", "table+counts+spectro");
    assertThat(embedding.path("channels").path("table+steps+text+counts+spectro"))
        .isEqualTo(embedding.path("fusion"));
  }

  @Test
  void onlyTheOutputsThatAreAskedForAreThere() {
    String sample = "{'samples': [{'modalities': {'text': [1]}}]";
    JsonNode fusion = embed(sample + "}").body().path("embeddings").get(0);
    assertThat(fusion.propertyNames()).containsExactly("present", "fusion", "warnings");
    JsonNode unimodal =
        embed(sample + ", 'outputs': ['unimodal', 'unimodal']}").body().path("embeddings").get(0);
    assertThat(unimodal.propertyNames()).containsExactly("present", "unimodal", "warnings");
  }

  @Test
  void aMissingCellMayBeWrittenInManyWays() {
    JsonNode expected = embedding("{'table': [0.5, null, 2]}");
    float nan = Float.NaN;
    for (String same :
        List.of(
            "{'A': 0.5, 'B': null, 'C': 2}",
            "{'C': 2, 'A': 0.5}",
            TensorJson.f32("[3]", 0.5f, nan, 2),
            TensorJson.f64("[3]", 0.5, nan, 2))) {
      assertThat(embedding("{'table': " + same + "}")).isEqualTo(expected);
    }
    assertThat(embedding("{'table': [0.5, 0, 2]}")).isNotEqualTo(expected);
  }

  @Test
  void aRowOfOnlyMissingCellsIsAnAbsentModality() {
    JsonNode expected = embedding("{'text': [1]}");
    for (String absent :
        List.of(
            "null",
            "[null, null, null]",
            "{}",
            "{'A': null}",
            TensorJson.f32("[3]", Float.NaN, Float.NaN, Float.NaN))) {
      assertThat(embedding("{'text': [1], 'table': " + absent + "}")).isEqualTo(expected);
    }
    assertThat(embedding("{'text': [1], 'steps': [[null, null]]}")).isEqualTo(expected);
  }

  @Test
  void aMissingCellOfAStepReadsAsZero() {
    assertThat(embedding("{'steps': [[1, null]]}")).isEqualTo(embedding("{'steps': [[1, 0]]}"));
  }

  @Test
  void whatIsTooLongIsCutAndSaidSo() {
    JsonNode cut =
        embedding(
            """
            {'steps': [[1, 2], [3, 4], [5, 6], [7, 8], [9, 9], [9, 9]], 'text': [1, 2, 3, 4, 5, 6],
             'counts': {'indices': [1, 2, 3, 4, 5], 'values': [1, 2, 3, 4, 5]},
             'spectro': [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]]}
            """);
    assertThat(cut.path("warnings").valueStream().map(JsonNode::asString))
        .satisfiesExactly(
            warning -> assertThat(warning).startsWith("steps: 6 steps, the last 2"),
            warning -> assertThat(warning).startsWith("text: 6 tokens, the last 1"),
            warning -> assertThat(warning).startsWith("counts: 5 columns, the last 1"),
            warning -> assertThat(warning).startsWith("spectro: 6 patches, the last 2"));
    JsonNode kept = embedding("{'steps': [[1, 2], [3, 4], [5, 6], [7, 8]]}");
    float[] expected = Vectors.vector(kept.at("/unimodal/steps"));
    assertThat(Deviation.relative(Vectors.vector(cut.at("/unimodal/steps")), expected, 0))
        .isLessThan(1e-5);
    assertThat(kept.path("warnings")).isEmpty();
  }

  @Test
  void orderIsKeptAndIdsAreEchoedWhereThereAreSome() {
    Answer answer =
        embed(
            """
            {'samples': [{'id': 'b', 'modalities': {'text': [1]}}, {'modalities': {'text': [2]}},
                         {'id': 'a', 'modalities': {'text': [3]}}, {'id': '\\u00e9\\ud83d\\ude00', 'modalities': {'text': [4]}},
                         {'id': null, 'modalities': {'text': [5]}}, {'id': '', 'modalities': {'text': [5]}}]}
            """);
    JsonNode embeddings = answer.body().path("embeddings");
    assertThat(embeddings.valueStream().map(e -> e.path("id").asString("none")))
        .containsExactly("b", "none", "a", "\u00e9\ud83d\ude00", "none", "");
    assertThat(embeddings.get(1).has("id")).isFalse();
  }

  @Test
  void theAnswerSaysWhoMadeItOfHowMuch() {
    JsonNode answer =
        embed(
                "{'samples': [{'modalities': {'text': [1, 2]}}, {'modalities': {'table': [1, null,"
                    + " 2], 'text': [1]}}]}")
            .body();
    assertThat(answer.path("model").asString()).isEqualTo("every");
    assertThat(answer.path("version").asInt()).isEqualTo(1);
    assertThat(answer.path("architecture").asString()).isEqualTo("mca");
    assertThat(answer.path("dimension").asInt()).isEqualTo(16);
    assertThat(answer.path("embeddings").get(0).path("fusion").size()).isEqualTo(16);
    assertThat(answer.path("usage").toString()).isEqualTo("{\"samples\":2,\"tokens\":5}");
  }

  @Test
  void vectorsAreAtUnitLengthUnlessRawOnesAreAskedFor() {
    String sample = "{'samples': [{'modalities': {'text': [1]}}]";
    JsonNode unit = embed(sample + "}").body().path("embeddings").get(0).path("fusion");
    JsonNode raw =
        embed(sample + ", 'normalize': false}").body().path("embeddings").get(0).path("fusion");
    assertThat(Vectors.length(Vectors.vector(unit))).isBetween(1 - 1e-5, 1 + 1e-5);
    assertThat(Math.abs(Vectors.length(Vectors.vector(raw)) - 1)).isGreaterThan(1e-3);
  }

  @Test
  void timesAndTheRequestsNameGoWithTheAnswer() {
    Answer answer = embed("{'samples': [{'modalities': {'text': [1]}}]}");
    assertThat(answer.header("Server-Timing"))
        .matches("queue;dur=[\\d.]+, compute;dur=[\\d.]+, total;dur=[\\d.]+");
    assertThat(answer.header("X-Request-Id")).isNotBlank();
    Answer named =
        api()
            .send(
                "POST",
                "/v1/models/every/embed",
                BodyPublishers.ofString("{}"),
                "Content-Type",
                Api.JSON,
                "X-Request-Id",
                "my-request-1");
    assertThat(named.header("X-Request-Id")).isEqualTo("my-request-1");
  }

  @Test
  void aVersionMayBeNamed() {
    every();
    Answer answer =
        api()
            .post(
                "/v1/models/every/embed?version=1",
                "{\"samples\": [{\"modalities\": {\"text\": [1]}}]}");
    assertThat(answer.body().path("version").asInt()).isEqualTo(1);
  }
}
