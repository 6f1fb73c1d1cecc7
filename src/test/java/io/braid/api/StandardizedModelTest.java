package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.plain.Deviation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model whose config has mean and deviation takes raw values. */
class StandardizedModelTest extends ApiTest {
  private static final String PLAIN =
      """
      architecture: mca
      embedding_dim: 16
      layers: 2
      heads: 2
      head_dim: 8
      modalities:
        - {name: table, type: tabular, columns: [A, B, C]}
        - {name: steps, type: sequence, features: 2, max_length: 4}
      """;

  private static final String STANDARDISED =
      PLAIN
          .replace("C]", "C], mean: [10, -2, 0.5], deviation: [4, 0.5, 2]")
          .replace("features: 2", "features: 2, mean: [100, 1], deviation: [50, 0.25]");

  /** The versions 1, plain, and 2, standardised, of a model; of the same weights. */
  private String model() {
    if (api().get("/v1/models/scaled").status() == 404) {
      imported("scaled", PLAIN, 7);
      imported("scaled", STANDARDISED, 7);
    }
    return "scaled";
  }

  private Map<String, float[]> vectors(int version, String modalities) {
    String request =
        "{'samples': [{'modalities': %s}], 'normalize': false, 'outputs': ['fusion', 'unimodal']}"
            .formatted(modalities)
            .replace('\'', '"');
    Answer answer = api().post("/v1/models/" + model() + "/embed?version=" + version, request);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return Vectors.all(answer.body().path("embeddings").get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'table': [12, -1.75, 4.5]}                      | {'table': [0.5, 0.5, 2]}
          {'table': [null, -1.75, null]}                   | {'table': [null, 0.5, null]}
          {'table': {'C': 4.5, 'A': 12}}                   | {'table': {'A': 0.5, 'C': 2}}
          {'steps': [[150, 0.5], [100, 1.25]]}             | {'steps': [[1, -2], [0, 1]]}
          {'steps': [[150, null], [null, 1.25]]}           | {'steps': [[1, null], [null, 1]]}
          {'table': {'B': -1.75}, 'steps': [[200, 2]]}     | {'table': {'B': 0.5}, 'steps': [[2, 4]]}
          """)
  void rawValuesEmbedAsStandardisedOnesDo(String raw, String standardised) {
    Map<String, float[]> expected = vectors(1, standardised);
    Map<String, float[]> actual = vectors(2, raw);
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).contains("fusion");
    actual.forEach((name, vector) ->
        assertThat(Deviation.absolute(vector, expected.getOrDefault(name, new float[0])))
            .as(name)
            .isLessThan(1e-6));
    assertThat(vectors(1, raw).get("fusion")).isNotEqualTo(expected.get("fusion"));
  }

  @Test
  void theSamplesSchemaIsThatOfRawValues() {
    String path = "/v1/models/" + model() + "/schema";
    var plain = api().get(path).body();
    api().put("/v1/models/scaled/default", "{\"version\": 2}");
    var standardised = api().get(path).body();
    api().put("/v1/models/scaled/default", "{\"version\": 1}");
    assertThat(standardised.path("properties")).isEqualTo(plain.path("properties"));
    assertThat(standardised.path("examples")).isEqualTo(plain.path("examples"));
  }

  @Test
  void noStandardisedValueOverflowsTheNorms() {
    String tiny = STANDARDISED.replace("deviation: [4", "deviation: [1e-40");
    imported("tiny-deviation", tiny, 7);
    Answer answer =
        api().embed("tiny-deviation", "{'samples': [{'modalities': {'table': [1e15, -1e15, 0]}}]}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    float[] fusion = Vectors.vector(answer.body().path("embeddings").get(0).path("fusion"));
    assertThat(Vectors.length(fusion)).isBetween(0.999, 1.001);
  }

  @Test
  void faultsOfMeanAndDeviationAreTold() {
    Answer answer =
        api()
            .importVersion(
                "refused",
                Part.config(
                    STANDARDISED
                        .replace("mean: [10, -2, 0.5]", "mean: [10, -2]")
                        .replace("[50, 0.25]", "[50, 0]")),
                Part.weights(weights(PLAIN, 7)));
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .isEqualTo(List.of("/modalities/0/mean", "/modalities/1/deviation/1"));
  }
}
