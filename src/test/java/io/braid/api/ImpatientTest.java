package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** A service in which requests may hardly wait. */
@TestPropertySource(
    properties = {
      "braid.queue.max-wait=1s",
      "braid.queue.cpu-batch-tokens=1",
      "braid.device-memory=8MB",
      "braid.demo-items=0"
    })
@Timeout(180)
class ImpatientTest extends ApiTest {
  private static final int REQUESTS = 8;
  private static final String SMALL_REQUEST = "{'samples': [{'modalities': {'text': [1]}}]}";

  @Autowired private DeviceGate device;

  @Test
  void whatWaitsTooLongIsToldToComeBack() throws Exception {
    comesToServe();
    var answers = new ArrayList<Future<Answer>>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      try (var _ = device.hold(large())) {
        for (int i = 0; i < REQUESTS; i++) {
          answers.add(clients.submit(() -> api().embed(every(), SMALL_REQUEST)));
        }
        await(() -> answers.stream().allMatch(Future::isDone));
      }
    }
    int late = 0;
    for (Future<Answer> future : answers) {
      Answer answer = future.get();
      late += answer.status() == 503 ? 1 : 0;
      // 429: the one that the device had taken found no room on it
      assertThat(answer.status()).as("%s", answer).isIn(503, 429);
      assertThat(answer.type()).isEqualTo("application/problem+json");
      assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
    }
    assertThat(late).isPositive();
    comesToServe();
  }

  /** A busy machine may be late even with a free device. */
  private void comesToServe() {
    String sample = "{'samples': [{'modalities': " + WHOLE_SAMPLE + "}]}";
    await(() -> api().embed(every(), sample).status() == 200);
  }
}
