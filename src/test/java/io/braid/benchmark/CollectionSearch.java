package io.braid.benchmark;

import io.braid.index.ClusteredVectors;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** 100 000 vectors of 512, by either engine: where the time of a search goes. */
final class CollectionSearch {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SAMPLES = 100_000;

  private final CollectionServer server;

  CollectionSearch(CollectionServer server) {
    this.server = server;
  }

  void run() throws Exception {
    server.importModel("wide", 512);
    SearchRows.head();
    for (String engine : List.of("lucene", "torch")) {
      server.put(engine, "wide", engine);
      var vectors = new ClusteredVectors(1000, 512, 0.5, 1);
      server.stream(engine, SAMPLES, from -> StreamedItems.vectors(vectors, from, 1000));
      server.settle(engine);
      var base64 = new ArrayList<byte[]>();
      var numbers = new ArrayList<byte[]>();
      var batches = new ArrayList<byte[]>();
      for (int i = 0; i < 500; i++) {
        byte[] bytes = vectors.next().toBytes();
        String one = "{\"embedding\": \"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
        base64.add(SearchRows.query(engine, "{\"query\": %s, \"k\": 10}".formatted(one)));
        numbers.add(
            SearchRows.query(
                engine,
                "{\"query\": {\"embedding\": %s}, \"k\": 10}"
                    .formatted(JSON.writeValueAsString(vectors.next().toArray()))));
        batches.add(
            SearchRows.query(
                engine,
                "{\"queries\": [%s], \"k\": 10}"
                    .formatted(String.join(",", Collections.nCopies(32, one)))));
      }
      for (int connections : List.of(1, 2, 16)) {
        SearchRows.row(server.port(), engine, "base64", connections, base64);
      }
      SearchRows.row(server.port(), engine, "numbers", 2, numbers);
      SearchRows.row(server.port(), engine, "32 at once", 2, batches);
    }
  }
}
