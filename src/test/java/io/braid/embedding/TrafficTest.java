package io.braid.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.model.ModelConfig;
import io.braid.model.ModelVersion;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficTest {
  /** Of seven modalities there are 127 subsets. */
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Traffic traffic = new Traffic(registry);

  @Test
  void theFirst64SubsetsAreCountedByNameAndTheRestTogether() {
    ModelVersion version = version(1, Instant.EPOCH);
    var expected = new HashMap<String, Long>();
    for (int subset = 1; subset < 128; subset++) {
      traffic.count(version, Collections.nCopies(subset, sample(subset)));
      String name = subset <= 64 ? String.join("+", names(subset)) : SubsetCounts.OTHER;
      expected.merge(name, (long) subset, Long::sum);
    }
    traffic.count(version, List.of(sample(0b11), sample(127), sample(0b11)));
    expected.merge("a+b", 2L, Long::sum);
    expected.merge(SubsetCounts.OTHER, 1L, Long::sum);
    assertThat(traffic.of(version)).hasSize(65).isEqualTo(expected);
    assertThat(registered()).isEqualTo(expected);
  }

  @Test
  void versionsBeyond256AreNotCounted() {
    for (int number = 1; number <= 257; number++) {
      traffic.count(version(number, Instant.EPOCH), List.of(sample(1)));
    }
    traffic.count(version(1, Instant.EPOCH), List.of(sample(1)));
    assertThat(traffic.of(version(1, Instant.EPOCH))).isEqualTo(Map.of("a", 2L));
    assertThat(traffic.of(version(256, Instant.EPOCH))).isEqualTo(Map.of("a", 1L));
    assertThat(traffic.of(version(257, Instant.EPOCH))).isEmpty();
    assertThat(registered()).isEqualTo(Map.of("a", 257L));
  }

  @Test
  void aVersionThatTakesADeletedOnesNumberStartsAnew() {
    traffic.count(version(1, Instant.EPOCH), List.of(sample(1)));
    ModelVersion anew = version(1, Instant.EPOCH.plusSeconds(1));
    assertThat(traffic.of(anew)).isEmpty();
    traffic.count(anew, List.of(sample(2)));
    assertThat(traffic.of(anew)).isEqualTo(Map.of("b", 1L));
  }

  /** What the metric says of the model, by subset. */
  private Map<String, Long> registered() {
    return registry.get("braid.traffic.samples").tag("model", "m").counters().stream()
        .collect(Collectors.toMap(TrafficTest::subset, counter -> (long) counter.count()));
  }

  private static String subset(Counter counter) {
    return Optional.ofNullable(counter.getId().getTag("subset")).orElseThrow();
  }

  /**
   * @param subset bits by modality
   */
  private static List<String> names(int subset) {
    return IntStream.range(0, NAMES.size())
        .filter(m -> (subset >> m & 1) == 1)
        .mapToObj(NAMES::get)
        .toList();
  }

  private static Sample sample(int subset) {
    Features token = new Features.TokenIds(IntVector.of(1), IntVector.of(0));
    return new Sample(
        Optional.empty(),
        names(subset).stream().collect(Collectors.toMap(name -> name, _ -> token)),
        List.of());
  }

  private static ModelVersion version(int number, Instant createdAt) {
    var schema =
        new ModalitySchema(
            NAMES.stream().<Modality>map(name -> new Modality.Tokens(name, 9, 9)).toList());
    var config = new EncoderConfig(Architecture.ZORRO, 8, 1, 1, 8, 4, 1, List.of(7), schema);
    return new ModelVersion(
        "m",
        number,
        new ModelConfig(config, Optional.empty()),
        "",
        0,
        Map.of(),
        Map.of(),
        createdAt);
  }
}
