package io.braid.embedding;

import io.braid.encoder.Embedding;
import io.braid.encoder.Output;
import io.braid.modality.Sample;
import io.braid.model.ModelVersion;
import io.micrometer.tracing.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** A piece of one request that waits for a device. */
final class QueueEntry {
  /**
   * What may share a batch.
   *
   * @param number 0 or below for what shares with others; else a number of its own
   */
  record Kind(ModelVersion version, Set<Output> outputs, long number) {
    /**
     * @param numExplained modalities of which every subset is embedded: samples share with those
     *     alone that have as many
     */
    static Kind shared(ModelVersion version, Set<Output> outputs, int numExplained) {
      return new Kind(version, outputs, -numExplained);
    }
  }

  /** What a device made of an entry. */
  record Answer(List<Embedding> embeddings, Duration queue, Duration compute) {}

  private enum State {
    QUEUED,
    TAKEN,
    DROPPED
  }

  private final Kind kind;
  private final List<Sample> samples;
  private final BatchSize size;
  private final Optional<TraceContext> trace;
  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private volatile long queuedAt = System.nanoTime();
  private volatile Duration wait = Duration.ZERO;

  /**
   * @param size what it takes of a batch
   * @param trace the span of its request, where that is sampled
   */
  QueueEntry(Kind kind, List<Sample> samples, BatchSize size, Optional<TraceContext> trace) {
    this.kind = kind;
    this.samples = List.copyOf(samples);
    this.size = size;
    this.trace = trace;
  }

  Kind kind() {
    return kind;
  }

  List<Sample> samples() {
    return samples;
  }

  BatchSize size() {
    return size;
  }

  Optional<TraceContext> trace() {
    return trace;
  }

  /** Completed by the worker. */
  CompletableFuture<Answer> answer() {
    return answer;
  }

  /** How long it waited for its device. */
  Duration waited() {
    return wait;
  }

  /** Its wait begins. */
  void queued() {
    queuedAt = System.nanoTime();
  }

  /** Claims it for a device; false if it was dropped. */
  boolean take() {
    wait = Duration.ofNanos(System.nanoTime() - queuedAt);
    return state.compareAndSet(State.QUEUED, State.TAKEN);
  }

  /** Takes it out of the queue; false if a device has it already. */
  boolean drop() {
    return state.compareAndSet(State.QUEUED, State.DROPPED);
  }

  boolean isDropped() {
    return state.get() == State.DROPPED;
  }
}
