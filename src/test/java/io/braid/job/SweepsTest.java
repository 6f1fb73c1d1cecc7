package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.job.TestService.Answer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Grids of jobs. */
@Timeout(600)
class SweepsTest extends ThreeSlots {
  @Test
  void aSweepMakesAJobACell() {
    service.script("swept", "steps=2");
    String sweep =
        "{'base': %s, 'grid': {'architecture': ['mca', 'zorro', 'eao'], 'network.layers': [1, 2]}}"
            .formatted(TestService.body("swept", ""));
    Answer posted = service.post("/v1/sweeps", sweep, "Idempotency-Key", "s");
    assertThat(posted.status()).as(posted.text()).isEqualTo(202);
    JsonNode body = posted.json();
    assertThat(body.path("jobs")).hasSize(6);
    assertThat(body.at("/jobs/3/spec/architecture").asString()).isEqualTo("zorro");
    assertThat(body.at("/jobs/3/spec/network/layers").asInt()).isEqualTo(2);
    assertThat(body.at("/jobs/3/cell/network.layers").asInt()).isEqualTo(2);
    assertThat(body.at("/jobs/5/spec/network/fusion_tokens").asInt()).isZero();
    assertThat(service.post("/v1/sweeps", sweep, "Idempotency-Key", "s").json().path("id"))
        .isEqualTo(body.path("id"));
    for (JsonNode job : body.path("jobs")) {
      service.awaitState(job.path("id").asString(), "succeeded");
    }
    JsonNode ended = service.get("/v1/sweeps/" + body.path("id").asString()).json();
    assertThat(ended.path("state").asString()).isEqualTo("ended");
    assertThat(service.get("/v1/sweeps/none").status()).isEqualTo(404);
  }

  @Test
  void everyFaultOfASweepHasItsPlace() {
    String sweep =
        """
        {'base': {'dataset': 'demo', 'model': 'X', 'network': {'fusion_tokens': 11}},
         'grid': {'architecture': ['mca', 'mlp'], 'network.layers': [1, 0, 2], 'nothing': [1]}}
        """;
    Answer answer = service.post("/v1/sweeps", sweep);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/base/model", "/grid/architecture/1", "/grid/network.layers/1", "/grid/nothing/0");
    assertThat(service.post("/v1/sweeps", "{'base': 1, 'grid': {}, 'x': 1}").pointers())
        .containsExactlyInAnyOrder("/base", "/grid", "/x");
    String many =
        "{'base': {}, 'grid': {'seed': [%s], 'epochs': [%s]}}"
            .formatted(numbers(100), numbers(100));
    assertThat(service.post("/v1/sweeps", many).pointers()).contains("/grid");
    String twice = "{'base': {}, 'grid': {'seed': [1, 2, 1]}}";
    assertThat(service.post("/v1/sweeps", twice).pointers()).contains("/grid/seed");
  }

  private static String numbers(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(","));
  }
}
