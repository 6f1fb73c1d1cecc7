package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.test.context.TestPropertySource;

/** A service in which requests may hardly wait. */
@TestPropertySource(properties = {"braid.queue.max-wait=50ms", "braid.queue.cpu-batch-tokens=2048"})
@Timeout(180)
class ImpatientTest extends ApiTest {
  private static final int REQUESTS = 8;

  @Test
  void whatWaitsTooLongIsToldToComeBack() throws Exception {
    imported("slow", SlowModel.CONFIG, 1);
    comesToServe();
    var answers = new ArrayList<Future<Answer>>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < REQUESTS; i++) {
        answers.add(clients.submit(() -> api().embed("slow", SlowModel.REQUEST)));
      }
    }
    int served = 0;
    int refused = 0;
    for (Future<Answer> future : answers) {
      Answer answer = future.get();
      if (answer.status() == 200) {
        served++;
      } else {
        assertThat(answer.status()).as("%s", answer).isEqualTo(503);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
        refused++;
      }
    }
    // What the device had taken when the others gave up is served.
    assertThat(served).isBetween(1, REQUESTS - 1);
    assertThat(refused).isPositive();
    comesToServe();
  }

  /** A busy machine may be late even with a free device. */
  private void comesToServe() {
    String sample = "{'samples': [{'modalities': " + WHOLE_SAMPLE + "}]}";
    await(() -> api().embed(every(), sample).status() == 200);
  }
}
