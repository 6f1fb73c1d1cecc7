package io.braid.encoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an encoder makes of one sample, raw (not at unit length). What rests on no present modality
 * is not here: the published code keeps a meaningless vector there.
 *
 * @param fusion empty if not asked for, or if none of the root channel's modalities is present
 * @param unimodal by modality name, in schema order
 * @param channels by channel name, in channel order
 * @param subsets empty if not asked for, or if there is no fusion
 */
public record Embedding(
    Optional<Vector> fusion,
    Map<String, Vector> unimodal,
    Map<String, Vector> channels,
    Optional<SubsetFusions> subsets) {
  public Embedding {
    unimodal = Collections.unmodifiableMap(new LinkedHashMap<>(unimodal));
    channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
  }
}
