package io.braid.retrieval;

import io.braid.encoder.Vector;
import io.braid.modality.Modalities;
import io.braid.modality.RawSample;
import io.braid.model.ModelVersion;
import java.util.List;
import java.util.Optional;

/**
 * An item that is to be stored.
 *
 * @param at where its modalities came from, for faults: a JSON pointer
 * @param metadata a JSON object
 */
record NewItem(String id, String at, String metadata, Content content) {
  sealed interface Content {}

  /** A stored sample, to be read by whichever version is to embed it. */
  record Raw(RawSample raw) implements Content {}

  /**
   * It came as a sample.
   *
   * @param read what {@code by} reads of it
   */
  record OfSample(RawSample raw, Modalities read, ModelVersion by) implements Content {}

  /**
   * It came as an embedding.
   *
   * @param vector at unit length
   * @param present modalities that it rests on, in schema order; none where that was not said
   * @param by the version that the collection was searched with
   */
  record OfVector(Vector vector, List<String> present, ModelVersion by) implements Content {}

  Item item() {
    return new Item(
        id,
        metadata,
        switch (content) {
          case Raw(var raw) -> Optional.of(raw);
          case OfSample(var raw, _, _) -> Optional.of(raw);
          case OfVector _ -> Optional.empty();
        });
  }
}
