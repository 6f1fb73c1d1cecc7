package io.braid.embedding;

import io.braid.model.ModelVersion;
import io.braid.torch.Device;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Makes the spans between a request and its device. A batch serves several requests, each of which
 * has a trace of its own: the span of the batch stands in that of the first, with links to the
 * spans of the others; each of these has one of the same time, with a link back. Names and tags are
 * documented in {@code docs/observe.md}.
 */
@Component
class BatchTraces {
  private final Tracer tracer;

  BatchTraces(Tracer tracer) {
    this.tracer = tracer;
  }

  /** The span that this thread is in, where it is sampled. */
  Optional<TraceContext> current() {
    return Optional.ofNullable(tracer.currentSpan())
        .map(Span::context)
        .filter(context -> Boolean.TRUE.equals(context.sampled()));
  }

  /** A device has taken these entries: their wait is over, and their batch begins. */
  BatchTrace begin(Device device, List<QueueEntry> entries) {
    List<TraceContext> requests =
        entries.stream().flatMap(entry -> entry.trace().stream()).distinct().toList();
    if (requests.isEmpty()) {
      return BatchTrace.NONE;
    }
    Instant now = Instant.now();
    entries.forEach(entry -> entry.trace().ifPresent(trace -> waited(trace, entry.waited(), now)));
    Span batch =
        requests.stream()
            .skip(1)
            .map(Link::new)
            .reduce(
                span("braid.batch", requests.getFirst(), now), Span.Builder::addLink, (a, _) -> a)
            .tag("braid.device", device.name())
            .tag("braid.model", name(entries.getFirst().kind().version()))
            .tag("braid.requests", requests.size())
            .tag("braid.samples", entries.stream().mapToLong(e -> e.samples().size()).sum())
            .tag("braid.tokens", entries.stream().mapToLong(e -> e.size().tokens()).sum())
            .start();
    List<Span> others =
        requests.stream()
            .skip(1)
            .map(request -> span("braid.batch", request, now).addLink(new Link(batch)).start())
            .toList();
    return new BatchTrace(tracer, batch, others);
  }

  private void waited(TraceContext request, Duration wait, Instant until) {
    span("braid.wait", request, until.minus(wait))
        .start()
        .end(micros(until), TimeUnit.MICROSECONDS);
  }

  private Span.Builder span(String name, TraceContext parent, Instant from) {
    return tracer
        .spanBuilder()
        .setParent(parent)
        .name(name)
        .startTimestamp(micros(from), TimeUnit.MICROSECONDS);
  }

  private static long micros(Instant time) {
    return TimeUnit.SECONDS.toMicros(time.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(time.getNano());
  }

  private static String name(ModelVersion version) {
    return version.model() + "/" + version.version();
  }
}
