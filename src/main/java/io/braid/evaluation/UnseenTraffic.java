package io.braid.evaluation;

import io.braid.embedding.Traffic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts what clients send that training has not seen, as {@code docs/metrics.md} says. */
@Component
class UnseenTraffic {
  UnseenTraffic(MeterRegistry registry, Traffic traffic) {
    FunctionCounter.builder("braid.traffic.unseen.samples", traffic, UnseenTraffic::samples)
        .description("Samples whose subset of modalities their version was never trained on")
        .register(registry);
  }

  private static double samples(Traffic traffic) {
    return traffic.versions().stream()
        .mapToLong(version -> new TrainedSubsets(version.lineage()).unseen(traffic.of(version)))
        .sum();
  }
}
