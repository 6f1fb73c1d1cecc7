package io.braid.embedding;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.List;

/** The spans of one batch, from the device's taking it to the end of its computation. */
final class BatchTrace {
  /** Of a batch none of whose requests is sampled. */
  static final BatchTrace NONE = new BatchTrace(Tracer.NOOP, Span.NOOP, List.of());

  private final Tracer tracer;
  private final Span batch;
  private final List<Span> others;

  /**
   * @param batch in the trace of its first request
   * @param others in those of its other requests
   */
  BatchTrace(Tracer tracer, Span batch, List<Span> others) {
    this.tracer = tracer;
    this.batch = batch;
    this.others = List.copyOf(others);
  }

  /** The device begins; to be ended when it has. */
  Span computing() {
    return tracer.spanBuilder().setParent(batch.context()).name("braid.compute").start();
  }

  void failed(Throwable cause) {
    batch.error(cause);
    others.forEach(other -> other.error(cause));
  }

  void end() {
    batch.end();
    others.forEach(Span::end);
  }
}
