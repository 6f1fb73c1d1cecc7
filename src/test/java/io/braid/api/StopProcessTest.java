package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.ServiceProcess;
import io.braid.api.Api.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * SIGTERM while clients embed and store: what was sent before it is answered, and is there after.
 */
@Timeout(180)
class StopProcessTest {
  private static final int CLIENTS = 8;
  private static final String SAMPLE = "\"modalities\": {\"protein\": {\"EGFR\": 0.4}}";

  /**
   * What became of a request.
   *
   * @param sent nanoseconds
   * @param status 0 where no answer came
   */
  private record Sent(long sent, int status, String what) {}

  private final ConcurrentLinkedQueue<Sent> requests = new ConcurrentLinkedQueue<>();
  private final Map<String, Boolean> stored = new ConcurrentHashMap<>();
  private volatile boolean isOver;

  @Test
  void noRequestInFlightFails() throws Exception {
    Path folder = ServiceProcess.newFolder();
    var signal = new AtomicLong(Long.MAX_VALUE);
    ServiceProcess service = ServiceProcess.ofClasses(folder, List.of());
    try {
      var api = new Api(service.port());
      assertThat(api.put("/v1/collections/c", "{\"model\": \"demo\"}").status()).isEqualTo(201);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var clients = new ArrayList<Future<?>>();
        for (int client = 0; client < CLIENTS; client++) {
          String name = "c" + client;
          clients.add(threads.submit(() -> send(api, name)));
        }
        ApiTest.await(() -> stored.size() > 100);
        signal.set(System.nanoTime());
        assertThat(service.stop()).isEqualTo(143);
        isOver = true;
        for (Future<?> client : clients) {
          client.get();
        }
      }
    } finally {
      service.kill();
    }
    List<Sent> before = requests.stream().filter(one -> one.sent() < signal.get()).toList();
    assertThat(before).hasSizeGreaterThan(100);
    assertThat(before).allSatisfy(one -> assertThat(one.status()).as("%s", one).isLessThan(300));
    assertThat(requests)
        .allSatisfy(one -> assertThat(one.status()).as("%s", one).isIn(0, 200, 201, 503));

    try (var again = ServiceProcess.ofClasses(folder, List.of())) {
      var api = new Api(again.port());
      stored
          .keySet()
          .forEach(id ->
              assertThat(api.get("/v1/collections/c/items/" + id).status())
                  .as("%s, which was acknowledged", id)
                  .isEqualTo(200));
    }
  }

  /** Embeds and stores in turn, until the service is gone. */
  private void send(Api api, String client) {
    for (int i = 0; !isOver; i++) {
      String id = client + "-" + i;
      boolean isEmbed = i % 2 == 0;
      long now = System.nanoTime();
      try {
        Answer answer =
            isEmbed
                ? api.embed("demo", "{\"samples\": [{" + SAMPLE + "}]}")
                : api.post(
                    "/v1/collections/c/items",
                    "{\"items\": [{\"id\": \"%s\", %s}]}".formatted(id, SAMPLE));
        requests.add(new Sent(now, answer.status(), answer.toString()));
        if (!isEmbed && answer.status() < 300) {
          stored.put(id, true);
        }
      } catch (AssertionError e) {
        requests.add(new Sent(now, 0, String.valueOf(e.getCause())));
        if (e.getCause() instanceof java.net.ConnectException) {
          return; // the port is closed
        }
      }
    }
  }
}
