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

  private String evaluate(String model, int version) {
    Answer posted =
        api()
            .post(
                EvaluationsTest.AT,
                """
                {"model": "%s", "version": %d, "dataset": "demo",
                 "gate": {"metric": "recall@10", "at_least": 0}}
                """
                    .formatted(model, version));
    assertThat(posted.status()).as("%s", posted).isEqualTo(202);
    return posted.body().path("id").asString();
  }

  private JsonNode get(String id) {
    return api().get(EvaluationsTest.AT + "/" + id).body();
  }

  private Answer post(String id, String what) {
    return api().post(EvaluationsTest.AT + "/" + id + "/" + what, "");
  }

  private boolean isIn(String id, String state) {
    return get(id).path("state").asString().equals(state);
  }

  @Test
  void aWaitingOneIsCancelledAtOnceAndMayBeResumed() {
    int version = imported("waited-for", EvaluationsTest.GATED, 1);
    String waiting;
    try (var _ = device.hold(large())) {
      String running = evaluate("waited-for", version);
      await(() -> isIn(running, "running"));
      waiting = evaluate("waited-for", version);
      assertThat(isIn(waiting, "queued")).isTrue();
      assertThat(post(waiting, "cancel").status()).isEqualTo(202);
      assertThat(isIn(waiting, "cancelled")).isTrue();
      assertThat(post(waiting, "resume").status()).isEqualTo(202);
      assertThat(isIn(waiting, "queued")).isTrue();
    }
    assertThat(api().get(EvaluationsTest.AT + "/" + waiting + "/events").text())
        .endsWith("\n\n")
        .contains("event: state\ndata: {\"id\":\"" + waiting + "\",\"state\":\"succeeded\"");
    assertThat(post(waiting, "resume").status()).isEqualTo(409);
  }

  @Test
  void oneThatIsCancelledChangesNothingAndTheNextOneRuns() {
    int first = imported(MODEL, EvaluationsTest.GATED, 1);
    int second = imported(MODEL, EvaluationsTest.GATED, 2);
    int third = imported(MODEL, EvaluationsTest.GATED, 3);
    String cancelled;
    String next;
    try (var _ = device.hold(large())) {
      cancelled = evaluate(MODEL, second);
      await(() -> isIn(cancelled, "running"));
      assertThat(post(cancelled, "cancel").status()).isEqualTo(202);
      assertThat(api().get("/v1/models/" + MODEL).body().path("default").asInt()).isEqualTo(first);
      next = evaluate(MODEL, third);
    }
    await(() -> isIn(next, "succeeded"));
    assertThat(isIn(cancelled, "cancelled")).isTrue();
    assertThat(get(cancelled).path("metrics")).isEmpty();
    assertThat(get(next).path("metrics").path("gate").path("default").asInt()).isEqualTo(third);
  }
}
