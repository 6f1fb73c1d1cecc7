package io.braid.embedding;

import io.braid.modality.Sample;
import io.braid.model.ModelVersion;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Which subsets of modalities clients send to which version, since the service started. Subsets
 * beyond a number are counted together, versions beyond one not at all: clients must not be able to
 * fill memory, or a registry of metrics, with them.
 */
@Component
public class Traffic {
  private static final int MAX_VERSIONS = 256;

  /** A version is told by when it was made too: a deleted one's number may come again. */
  private record Key(String model, int version, Instant createdAt) {}

  /** What was sent to a version. */
  private record Sent(ModelVersion version, SubsetCounts subsets) {}

  private final Map<Key, Sent> counts = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  Traffic(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(ModelVersion version, List<Sample> samples) {
    Sent ofVersion = counts.get(key(version));
    if (ofVersion == null) {
      if (counts.size() >= MAX_VERSIONS) {
        return;
      }
      ofVersion = counts.computeIfAbsent(key(version), _ -> new Sent(version, new SubsetCounts()));
    }
    List<String> names = version.config().encoder().schema().names();
    Map<String, Long> sent =
        samples.stream().collect(Collectors.groupingBy(s -> name(names, s), Collectors.counting()));
    for (var subset : sent.entrySet()) {
      String name = ofVersion.subsets().add(subset.getKey(), subset.getValue());
      Counter.builder("braid.traffic.samples")
          .description("Samples that clients sent, by the modalities that they had")
          .tag("model", version.model())
          .tag("subset", name)
          .register(registry)
          .increment(subset.getValue());
    }
  }

  /** Joined by {@code +}, in schema order. */
  private static String name(List<String> schema, Sample sample) {
    return SubsetCounts.name(schema.stream().filter(sample.modalities()::containsKey).toList());
  }

  private static Key key(ModelVersion version) {
    return new Key(version.model(), version.version(), version.createdAt());
  }

  /** Samples by subset, as {@code gene+protein} in schema order. */
  public Map<String, Long> of(ModelVersion version) {
    Sent ofVersion = counts.get(key(version));
    return ofVersion == null ? Map.of() : ofVersion.subsets().all();
  }

  /** Versions that samples were counted of. */
  public List<ModelVersion> versions() {
    return counts.values().stream().map(Sent::version).toList();
  }
}
