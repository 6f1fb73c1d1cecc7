package io.braid.retrieval;

import io.braid.encoder.Output;
import io.braid.model.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a snapshot is of: the first file of it, {@code collection.json}. The others are {@code
 * items.cbor}, a {@link SnapshotItem} after the other, and {@code scores.json}, where there is one.
 *
 * @param format of the snapshot; grows when older versions of Braid cannot read it
 * @param weightsSha256 content of the model's weights: only they make embeddings that can be
 *     compared with those in the snapshot
 * @param config of the model's version, as JSON
 * @param items how many follow
 */
@JsonNaming(SnakeCaseStrategy.class)
record SnapshotHead(
    int format,
    String collection,
    String model,
    int version,
    String weightsSha256,
    String config,
    String engine,
    List<String> keep,
    long items,
    String createdAt) {
  static final int FORMAT = 1;
  static final String HEAD = "collection.json";
  static final String ITEMS = "items.cbor";

  /** Its name changes with its form: of a snapshot with another it is fitted anew. */
  static final String CALIBRATION = "scores.json";

  SnapshotHead {
    keep = List.copyOf(keep);
  }

  static SnapshotHead of(StoredCollection collection, ModelVersion version, Instant now) {
    return new SnapshotHead(
        FORMAT,
        collection.name(),
        version.model(),
        version.version(),
        version.weightsSha256(),
        version.config().toJson(),
        collection.engine().toString(),
        CollectionRepository.names(collection.keep()),
        collection.items(),
        now.toString());
  }

  /** Whether a version makes the embeddings that are in the snapshot. */
  boolean isOf(ModelVersion any) {
    return any.model().equals(model)
        && any.weightsSha256().equals(weightsSha256)
        && any.config().toJson().equals(config);
  }

  Set<Output> outputs() {
    return CollectionRepository.outputs(keep);
  }
}
