package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.dataset.SyntheticDataset;
import io.braid.index.ClusteredVectors;
import java.util.ArrayList;
import tools.jackson.databind.json.JsonMapper;

/** Demo samples as a stream, beside the rate of embed, and as many by vector. */
final class CollectionIngest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SAMPLES = 100_000;

  private final CollectionServer server;

  CollectionIngest(CollectionServer server) {
    this.server = server;
  }

  void run() throws Exception {
    var patients = new SyntheticDataset(7);
    // The encoder's own speed on such samples, just before: 256 a request, two requests at once.
    double embedded = embedRate(patients);
    System.out.printf("POST embed of the same samples: %.0f samples/s%n", embedded);
    server.put("samples", "demo", "lucene");
    double seconds =
        server.stream("samples", SAMPLES, from -> StreamedItems.samples(patients, from));
    System.out.printf("%.2f of the rate of embed%n", SAMPLES / seconds / embedded);
    server.put("vectors", "demo", "lucene");
    var vectors = new ClusteredVectors(1000, 64, 0.5, 1);
    server.stream("vectors", SAMPLES, from -> StreamedItems.vectors(vectors, from, 1000));
  }

  private double embedRate(SyntheticDataset patients) throws Exception {
    var bodies = new ArrayList<byte[]>();
    for (int b = 0; b < 8; b++) {
      var samples =
          patients.post(256 * b, 256, StreamedItems.SPARSITY).stream()
              .map(p -> "{\"modalities\": %s}".formatted(JSON.writeValueAsString(p.modalities())))
              .toList();
      bodies.add(
          RawClient.post(
              "/v1/models/demo/embed",
              "application/json",
              "{\"encoding\": \"base64\", \"samples\": [%s]}"
                  .formatted(String.join(",", samples))
                  .getBytes(UTF_8)));
    }
    Load.repeat(
        server.port(),
        2,
        5,
        (client, i) -> client.sendValid(bodies.get((int) (i % bodies.size()))));
    Load load =
        Load.repeat(
            server.port(),
            2,
            10,
            (client, i) -> client.sendValid(bodies.get((int) (i % bodies.size()))));
    return load.perSecond() * 256;
  }
}
