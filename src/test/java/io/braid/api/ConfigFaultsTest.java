package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configs that are refused, with all that is wrong. */
class ConfigFaultsTest extends ApiTest {
  private static final String SMALL =
      """
      architecture: mca
      embedding_dim: 8
      layers: 1
      heads: 2
      head_dim: 4
      modalities:
        - {name: gene, type: tabular, columns: 3}
        - {name: audio, type: sequence, features: 2, max_length: 5}
      """;

  private Answer post(Part... parts) {
    return api().importVersion("refused", parts);
  }

  private void assertRefused(Answer answer) {
    assertProblem(answer, 422);
    assertThat(api().get("/v1/models/refused").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "architecture",
        "[]",
        "a: b: c",
        "architecture: mca\n\tmodalities: []",
        "architecture: mca\narchitecture: mca",
        "--- \na: 1\n---\nb: 2",
        "a: &x [1, 2]\nb: *x",
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]",
        "a: !!java.net.URL [http://localhost]",
        "a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: {n: {o: {p: {q: 1}}}}}}}}}}}}}}}}",
        "\u0000",
        "architecture: mca # ok\nembedding_dim: 99999999999999999999999",
        "{\"architecture\": \"mca\""
      })
  void aConfigThatIsNoneIsRefused(String text) {
    Answer answer = post(Part.config(text), Part.weights(weights(SMALL, 1)));
    assertRefused(answer);
    assertThat(answer.pointers()).isNotEmpty();
  }

  @Test
  void aConfigThatIsNoTextIsRefused() {
    Answer answer =
        post(
            new Part("config", "config.yaml", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}),
            Part.weights(weights(SMALL, 1)));
    assertRefused(answer);
    assertThat(answer.pointers()).containsExactly("config");
  }

  @Test
  void everythingThatIsWrongWithAConfigIsTold() {
    Answer answer =
        post(
            Part.config(
                """
                architecture: mca
                embedding_dim: 0
                layerz: 3
                heads: many
                channels: [3, 2]
                modalities:
                  - {name: gene, type: tabular, columns: 3, colour: red}
                  - {name: gene, type: sequence, features: 2}
                """),
            Part.weights(weights(SMALL, 1)));
    assertRefused(answer);
    assertThat(answer.pointers())
        .contains(
            "/embedding_dim",
            "/layerz",
            "/heads",
            "/channels/0",
            "/modalities/0/colour",
            "/modalities/1/name",
            "/modalities/1/max_length");
  }

  @Test
  void aConfigOverItsLimitIsTooLarge() {
    Answer answer = post(Part.config("#".repeat(2 << 20)), Part.weights(weights(SMALL, 1)));
    assertProblem(answer, 413);
  }
}
