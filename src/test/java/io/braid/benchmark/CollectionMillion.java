package io.braid.benchmark;

import io.braid.index.ClusteredVectors;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** A million vectors of 128: build, memory, latency, and starts after {@code kill -9}. */
final class CollectionMillion {
  private final CollectionServer server;

  CollectionMillion(CollectionServer server) {
    this.server = server;
  }

  void run() throws Exception {
    server.importModel("narrow", 128);
    server.put("million", "narrow", "lucene");
    var vectors = new ClusteredVectors(10_000, 128, 0.5, 1);
    server.stream("million", 1_000_000, from -> StreamedItems.vectors(vectors, from, 1000));
    var queries = new ArrayList<byte[]>();
    for (int i = 0; i < 500; i++) {
      String one = Base64.getEncoder().encodeToString(vectors.next().toBytes());
      queries.add(
          SearchRows.query(
              "million", "{\"query\": {\"embedding\": \"%s\"}, \"k\": 10}".formatted(one)));
    }
    System.out.println("killed at once, while the index is still merged");
    restart(queries);
    server.settle("million");
    SearchRows.head();
    SearchRows.row(server.port(), "million", "base64", 1, queries);
    SearchRows.row(server.port(), "million", "base64", 2, queries);
    server.memory();
    System.out.println("killed at rest");
    restart(queries);
  }

  private void restart(List<byte[]> queries) throws Exception {
    server.kill();
    long start = System.nanoTime();
    server.start();
    double ready = (System.nanoTime() - start) / 1e9;
    boolean isAnswered = false;
    try (var client = new RawClient(server.port())) {
      while (!isAnswered) {
        isAnswered = client.send(queries.getFirst()).startsWith("HTTP/1.1 200");
      }
    }
    System.out.printf(
        Locale.ROOT,
        "ready after %.1f s, first search answered after %.1f s; %d items%n",
        ready,
        (System.nanoTime() - start) / 1e9,
        server.client().get("/v1/collections/million").path("count").asLong());
    server.memory();
  }
}
