package io.braid.retrieval;

import io.braid.encoder.Embedding;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * What one version of a model made of an item.
 *
 * @param present modalities it rests on, in schema order; none where they are not known
 * @param vectors by target, at unit length
 */
record Embedded(List<String> present, Map<String, Vector> vectors) {
  /** The target of the embedding of all modalities together. */
  static final String FUSION = "fusion";

  private static final CBORMapper CBOR = new CBORMapper();

  Embedded {
    present = List.copyOf(present);
    vectors = Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
  }

  /** Names of what items may be searched by. */
  static Set<String> targets(EncoderConfig encoder, Set<Output> keep) {
    var names = new LinkedHashSet<String>();
    if (keep.contains(Output.FUSION)) {
      names.add(Embedded.FUSION);
    }
    if (keep.contains(Output.UNIMODAL)) {
      names.addAll(encoder.schema().names());
    }
    if (keep.contains(Output.CHANNELS)) {
      encoder.channels().forEach(channel -> names.add(channel.name(encoder.schema())));
    }
    return names;
  }

  /** What is wrong with a target, if anything is. */
  static Optional<String> targetFault(String target, EncoderConfig encoder, Set<Output> keep) {
    Set<String> targets = targets(encoder, keep);
    return targets.contains(target)
        ? Optional.empty()
        : Optional.of(
            "'%s', the collection keeps %s; `keep` says what, when it is made"
                .formatted(Json.shown(target), targets));
  }

  /** The embeddings of a sample that a collection keeps. */
  static Embedded of(List<String> present, Embedding embedding, Set<Output> keep) {
    var vectors = new LinkedHashMap<String, Vector>();
    if (keep.contains(Output.FUSION)) {
      embedding.fusion().ifPresent(fusion -> vectors.put(FUSION, fusion.normalized()));
    }
    embedding.unimodal().forEach((name, vector) -> vectors.put(name, vector.normalized()));
    embedding.channels().forEach((name, vector) -> vectors.put(name, vector.normalized()));
    return new Embedded(present, vectors);
  }

  /** As the database holds it, with the vectors of {@link #vectorBytes}. */
  static Embedded stored(List<String> present, byte[] vectorBytes) {
    var vectors = new LinkedHashMap<String, Vector>();
    CBOR.readTree(vectorBytes)
        .forEachEntry(
            (target, bytes) -> vectors.put(target, Vector.fromBytes(bytes.binaryValue())));
    return new Embedded(present, vectors);
  }

  /** The vector of a target, if there is one. */
  Optional<Vector> vector(String target) {
    return Optional.ofNullable(vectors.get(target));
  }

  /** Whether all of its numbers are; weights may be so large that they are not. */
  boolean isFinite() {
    return vectors.values().stream().allMatch(Vector::isFinite);
  }

  byte[] vectorBytes() {
    ObjectNode map = CBOR.createObjectNode();
    vectors.forEach((target, vector) -> map.put(target, vector.toBytes()));
    return CBOR.writeValueAsBytes(map);
  }
}
