package io.braid.benchmark;

import io.braid.dataset.SyntheticDataset;
import io.braid.index.ClusteredVectors;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Lines of NDJSON, each an item. */
final class StreamedItems {
  private static final JsonMapper JSON = new JsonMapper();

  /** Part of the modalities that demo samples lack. */
  static final double SPARSITY = 0.3;

  private StreamedItems() {}

  /** 200 demo samples. */
  static List<String> samples(SyntheticDataset patients, int from) {
    return patients.post(from, 200, SPARSITY).stream()
        .map(patient ->
            "{\"id\": \"%s\", \"metadata\": %s, \"modalities\": %s}"
                .formatted(
                    patient.id(),
                    JSON.writeValueAsString(patient.metadata()),
                    JSON.writeValueAsString(patient.modalities())))
        .toList();
  }

  /** Items that come as vectors. */
  static List<String> vectors(ClusteredVectors source, int from, int number) {
    var lines = new ArrayList<String>();
    for (int i = from; i < from + number; i++) {
      String base64 = Base64.getEncoder().encodeToString(source.next().toBytes());
      lines.add(
          "{\"id\": \"v%d\", \"metadata\": {\"n\": %d}, \"embedding\": \"%s\"}"
              .formatted(i, i % 1000, base64));
    }
    return lines;
  }
}
