package io.braid.embedding;

import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Device;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** What is counted of embedding. Names are documented in {@code docs/metrics.md}. */
@Component
class EmbeddingMetrics {
  private final MeterRegistry registry;

  EmbeddingMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * @param admitted requests that hold a place of {@code braid.queue.requests}
   */
  void watchRequests(Supplier<Number> admitted) {
    Gauge.builder("braid.queue.requests", admitted)
        .description("Requests that wait for a device or are computed")
        .register(registry);
  }

  void watch(BatchQueue queue) {
    Gauge.builder("braid.queue.depth", queue, BatchQueue::depth)
        .description("Entries that wait for a device")
        .register(registry);
    Gauge.builder("braid.queue.tokens", queue, BatchQueue::tokens)
        .description("Tokens that wait for a device")
        .baseUnit("tokens")
        .register(registry);
  }

  /**
   * @param up 1 while the device computes
   */
  void watch(Device device, Supplier<Number> up) {
    Gauge.builder("braid.device.up", up)
        .description("Whether the last forward that readiness asked for succeeded in time")
        .tag("device", device.name())
        .register(registry);
  }

  void waited(Duration wait) {
    Timer.builder("braid.queue.wait")
        .description("Time from the queue's door to a device")
        .publishPercentiles(0.5, 0.95)
        .register(registry)
        .record(wait);
  }

  void computed(Device device, List<Sample> samples, ModalitySchema schema, Duration time) {
    long tokens = samples.stream().mapToLong(Sample::tokens).sum();
    long most = (long) samples.size() * schema.maxTokens();
    long subsets = samples.stream().map(sample -> sample.modalities().keySet()).distinct().count();
    Timer.builder("braid.compute")
        .description("Time a device computes a batch")
        .tag("device", device.name())
        .register(registry)
        .record(time);
    summary("braid.batch.samples", "Samples a batch").record(samples.size());
    summary("braid.batch.tokens", "Tokens a batch").record(tokens);
    summary("braid.batch.subsets", "Distinct subsets of modalities a batch").record(subsets);
    count("braid.tokens.present", "Tokens computed", tokens);
    count("braid.tokens.absent", "Tokens skipped because they were absent", most - tokens);
  }

  private void count(String name, String description, long amount) {
    Counter.builder(name).description(description).register(registry).increment(amount);
  }

  private DistributionSummary summary(String name, String description) {
    return DistributionSummary.builder(name).description(description).register(registry);
  }
}
