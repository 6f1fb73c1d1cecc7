package io.braid.retrieval;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** What is counted of collections. Names are documented in {@code docs/metrics.md}. */
@Component
class RetrievalMetrics {
  private final MeterRegistry registry;

  RetrievalMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void searched(Engine engine, int queries, Duration time) {
    Timer.builder("braid.search")
        .description("Time of an index to answer a search, all of its queries together")
        .tag("engine", engine.toString())
        .register(registry)
        .record(time);
    Counter.builder("braid.search.queries")
        .description("Queries of searches")
        .tag("engine", engine.toString())
        .register(registry)
        .increment(queries);
  }

  void stored(int items) {
    Counter.builder("braid.items.stored")
        .description("Items that were stored, anew or over others")
        .register(registry)
        .increment(items);
  }
}
