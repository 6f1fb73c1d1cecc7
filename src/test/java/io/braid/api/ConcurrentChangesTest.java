package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Versions come and go while others do the same, or use them. */
@Timeout(120)
class ConcurrentChangesTest extends ApiTest {
  private static final int CLIENTS = 8;

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    clients.close();
  }

  private List<Answer> importAtOnce(String model, String... headers) throws Exception {
    List<Part> parts = List.of(Part.config(ONE_TABLE), Part.weights(weights(ONE_TABLE, 1)));
    var answers = new ArrayList<Future<Answer>>();
    for (int i = 0; i < CLIENTS; i++) {
      answers.add(
          clients.submit(() -> api().form("/v1/models/" + model + "/versions", parts, headers)));
    }
    var got = new ArrayList<Answer>();
    for (Future<Answer> answer : answers) {
      got.add(answer.get());
      assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(201);
    }
    return got;
  }

  @Test
  void importsAtOnceGetNumbersOfTheirOwn() throws Exception {
    assertThat(importAtOnce("at-once"))
        .extracting(answer -> answer.body().path("version").asInt())
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, CLIENTS).boxed().toList());
  }

  @Test
  void importsAtOnceUnderOneKeyAreOne() throws Exception {
    assertThat(importAtOnce("one-key", "Idempotency-Key", "k"))
        .extracting(answer -> answer.body().path("version").asInt())
        .containsOnly(1);
    assertThat(api().get("/v1/models/one-key").body().path("versions").size()).isEqualTo(1);
  }

  @Test
  void aVersionThatIsDeletedWhileItIsUsedIsFoundOrIsNot() throws Exception {
    imported("vanish", ONE_TABLE, 0);
    for (int round = 1; round <= 10; round++) {
      int version = imported("vanish", ONE_TABLE, round);
      var done = new AtomicBoolean();
      var started = new CountDownLatch(CLIENTS);
      var statuses = new ArrayList<Future<List<Answer>>>();
      for (int i = 0; i < CLIENTS; i++) {
        statuses.add(
            clients.submit(() -> {
              started.countDown();
              var answers = new ArrayList<Answer>();
              while (!done.get()) {
                answers.add(
                    api()
                        .post(
                            "/v1/models/vanish/embed?version=" + version,
                            "{\"samples\": [{\"modalities\": {\"gene\": [1, 2]}}]}"));
              }
              return answers;
            }));
      }
      started.await();
      Answer deleted = api().delete("/v1/models/vanish/versions/" + version);
      assertThat(deleted.status()).as("%s", deleted).isEqualTo(204);
      done.set(true);
      for (Future<List<Answer>> answers : statuses) {
        assertThat(answers.get())
            .allSatisfy(a -> assertThat(a.status()).as("%s", a).isIn(200, 404));
      }
    }
  }
}
