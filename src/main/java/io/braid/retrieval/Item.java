package io.braid.retrieval;

import io.braid.modality.RawSample;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An item without its embeddings.
 *
 * @param metadata a JSON object
 * @param sample empty where the item came as an embedding
 */
record Item(String id, String metadata, Optional<RawSample> sample) {
  long bytes() {
    return (long) metadata.getBytes(StandardCharsets.UTF_8).length
        + sample.map(raw -> raw.toBytes().length).orElse(0);
  }
}
