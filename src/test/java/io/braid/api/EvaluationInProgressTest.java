package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What a client does while an evaluation runs: the device is held until it has. */
@SmallDevice
class EvaluationInProgressTest extends ApiTest {
  private static final String MODEL = "held";

  @Autowired private DeviceGate device;

  private String evaluate(int version) {
    Answer posted =
        api()
            .post(
                EvaluationsTest.AT,
                """
                {"model": "%s", "version": %d, "dataset": "demo",
                 "gate": {"metric": "recall@10", "at_least": 0}}
                """
                    .formatted(MODEL, version));
    assertThat(posted.status()).as("%s", posted).isEqualTo(202);
    return posted.body().path("id").asString();
  }

  private JsonNode get(String id) {
    return api().get(EvaluationsTest.AT + "/" + id).body();
  }

  private boolean isIn(String id, String state) {
    return get(id).path("state").asString().equals(state);
  }

  @Test
  void oneThatIsCancelledChangesNothingAndTheNextOneRuns() {
    int first = imported(MODEL, EvaluationsTest.GATED, 1);
    int second = imported(MODEL, EvaluationsTest.GATED, 2);
    int third = imported(MODEL, EvaluationsTest.GATED, 3);
    String cancelled;
    String next;
    try (var _ = device.hold(large())) {
      cancelled = evaluate(second);
      await(() -> isIn(cancelled, "running"));
      assertThat(api().post(EvaluationsTest.AT + "/" + cancelled + "/cancel", "").status())
          .isEqualTo(202);
      assertThat(api().get("/v1/models/" + MODEL).body().path("default").asInt()).isEqualTo(first);
      next = evaluate(third);
    }
    await(() -> isIn(next, "succeeded"));
    assertThat(isIn(cancelled, "cancelled")).isTrue();
    assertThat(get(cancelled).path("metrics")).isEmpty();
    assertThat(get(next).path("metrics").path("gate").path("default").asInt()).isEqualTo(third);
  }
}
