package io.braid.retrieval;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** What is counted and traced of collections. Names are documented in {@code docs/metrics.md}. */
@Component
class RetrievalMetrics {
  private final MeterRegistry registry;
  private final Tracer tracer;

  RetrievalMetrics(MeterRegistry registry, Tracer tracer) {
    this.registry = registry;
    this.tracer = tracer;
  }

  /** What a search found, and how long the index took. */
  record Searched<T>(T found, Duration time) {}

  /** Searches an index. A search that fails is traced, but not counted. */
  <T> Searched<T> searching(Engine engine, int queries, Supplier<T> search) {
    Span span =
        tracer
            .nextSpan()
            .name("braid.search")
            .tag("braid.engine", engine.toString())
            .tag("braid.queries", queries)
            .start();
    long start = System.nanoTime();
    try (Tracer.SpanInScope _ = tracer.withSpan(span)) {
      T found = search.get();
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      searched(engine, queries, time);
      return new Searched<>(found, time);
    } catch (RuntimeException | Error e) {
      span.error(e);
      throw e;
    } finally {
      span.end();
    }
  }

  private void searched(Engine engine, int queries, Duration time) {
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
