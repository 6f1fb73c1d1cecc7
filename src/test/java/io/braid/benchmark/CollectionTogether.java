package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.dataset.SyntheticDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** 200 writes a second for a minute: each must be found by the search after it. */
final class CollectionTogether {
  private static final JsonMapper JSON = new JsonMapper();

  private final CollectionServer server;

  CollectionTogether(CollectionServer server) {
    this.server = server;
  }

  void run() throws Exception {
    var patients = new SyntheticDataset(8);
    server.put("together", "demo", "lucene");
    server.stream("together", 10_000, from -> StreamedItems.samples(patients, from));
    var searches = new ArrayList<byte[]>();
    for (var patient : patients.post(0, 200, StreamedItems.SPARSITY)) {
      searches.add(
          RawClient.post(
              "/v1/collections/together/search",
              "application/json",
              "{\"query\": {\"modalities\": %s}, \"k\": 10}"
                  .formatted(JSON.writeValueAsString(patient.modalities()))
                  .getBytes(UTF_8)));
    }
    int seconds = 60;
    int rate = 200;
    var writes = new double[rate * seconds];
    var finds = new double[rate * seconds];
    var late = new AtomicLong();
    Thread beside =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Load load =
                    Load.repeat(
                        server.port(),
                        1,
                        seconds,
                        (client, i) -> client.sendValid(searches.get((int) (i % 200))));
                System.out.printf(
                    Locale.ROOT,
                    "searches beside: %.0f a second, p50 %.1f ms, p99 %.1f ms%n",
                    load.perSecond(),
                    load.percentile(0.5),
                    load.percentile(0.99));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    long start = System.nanoTime();
    int writers = 16;
    var missed = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(writers)) {
      var running = new ArrayList<Future<?>>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        running.add(
            threads.submit(() -> {
              for (int i = writer; i < writes.length; i += writers) {
                long due = start + i * (1_000_000_000L / rate);
                long wait = due - System.nanoTime();
                if (wait > 0) {
                  Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                } else if (wait < -100_000_000L) {
                  late.incrementAndGet();
                }
                writeAndFind(patients, i, writes, finds, missed);
              }
              return null;
            }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    double took = (System.nanoTime() - start) / 1e9;
    beside.join();
    Arrays.sort(writes);
    Arrays.sort(finds);
    System.out.printf(
        Locale.ROOT,
        "%d writes in %.1f s (%d began more than 100 ms late), p50 %.1f ms, p99 %.1f ms; the search"
            + " after each: p50 %.1f ms, p99 %.1f ms; not found: %d%n",
        writes.length,
        took,
        late.get(),
        writes[writes.length / 2],
        writes[writes.length * 99 / 100],
        finds[finds.length / 2],
        finds[finds.length * 99 / 100],
        missed.get());
    if (missed.get() > 0) {
      throw new AssertionError("a write was not found");
    }
  }

  private void writeAndFind(
      SyntheticDataset patients, int i, double[] writes, double[] finds, AtomicLong missed)
      throws Exception {
    var patient = patients.post(50_000 + i, 1, StreamedItems.SPARSITY).getFirst();
    String id = "new-" + i % 5000; // later ones take the place of earlier ones
    String modalities = JSON.writeValueAsString(patient.modalities());
    long start = System.nanoTime();
    server
        .client()
        .post(
            "/v1/collections/together/items",
            "{\"items\": [{\"id\": \"%s\", \"metadata\": {\"i\": %d}, \"modalities\": %s}]}"
                .formatted(id, i, modalities));
    writes[i] = (System.nanoTime() - start) / 1e6;
    start = System.nanoTime();
    JsonNode hits =
        server
            .client()
            .post(
                "/v1/collections/together/search",
                "{\"query\": {\"item\": \"%s\"}, \"k\": 1, \"filter\": {\"field\": \"i\", \"eq\": %d}}"
                    .formatted(id, i))
            .path("results")
            .get(0)
            .path("hits");
    finds[i] = (System.nanoTime() - start) / 1e6;
    boolean isFound =
        hits.size() == 1
            && hits.get(0).path("id").asString().equals(id)
            && hits.get(0).path("score").asDouble() > 0.9999;
    missed.addAndGet(isFound ? 0 : 1);
  }
}
