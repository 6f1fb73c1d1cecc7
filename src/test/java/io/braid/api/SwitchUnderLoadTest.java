package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The default changes while requests are in flight: each finishes on the version it began with. */
@Timeout(120)
class SwitchUnderLoadTest extends ApiTest {
  private static final int CLIENTS = 8;
  private static final int SWITCHES = 40;
  private static final String GOOD =
      "{'samples': [{'modalities': {'gene': [1, 2]}}, {'modalities': {'gene': [null, 2]}}]}";

  private static String config(int dim) {
    return """
    architecture: mca
    embedding_dim: %d
    layers: 1
    heads: 1
    head_dim: 8
    channels: [1]
    modalities:
      - {name: gene, type: tabular, columns: [A, B]}
    """
        .formatted(dim);
  }

  @Test
  void noRequestFailsAndNoneMixesVersions() throws Exception {
    imported("flip", config(8), 1);
    imported("flip", config(16), 2);
    var done = new AtomicBoolean();
    var served = new AtomicInteger();
    Set<Integer> versions = ConcurrentHashMap.newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clients = new ArrayList<Future<?>>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(() -> {
              while (!done.get()) {
                versions.add(embed());
                served.incrementAndGet();
              }
            }));
      }
      try {
        for (int i = 0; i < SWITCHES; i++) {
          int before = served.get();
          Answer answer =
              api().put("/v1/models/flip/default", "{\"version\": %d}".formatted(1 + i % 2));
          assertThat(answer.status()).as("%s", answer).isEqualTo(200);
          while (served.get() < before + CLIENTS && clients.stream().noneMatch(Future::isDone)) {
            Thread.onSpinWait();
            Thread.yield();
          }
        }
      } finally {
        done.set(true);
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
    assertThat(versions).containsExactlyInAnyOrder(1, 2);
  }

  /** The version that answered, after the answer was looked at. */
  private int embed() {
    Answer answer = api().embed("flip", GOOD);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    int version = answer.body().path("version").asInt();
    assertThat(answer.body().path("dimension").asInt()).isEqualTo(8 * version);
    assertThat(answer.body().path("embeddings"))
        .allSatisfy(one -> assertThat(one.path("fusion").size()).isEqualTo(8 * version));
    return version;
  }
}
