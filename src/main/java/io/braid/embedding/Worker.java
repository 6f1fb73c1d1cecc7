package io.braid.embedding;

import io.braid.encoder.Embedding;
import io.braid.encoder.Encoder;
import io.braid.encoder.PackedBatch;
import io.braid.modality.Sample;
import io.braid.model.Residents;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.torch.Device;
import io.braid.torch.TorchException;
import io.micrometer.tracing.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two threads of a device: one packs the next batch while the other computes. A third batch is
 * never taken ahead, so that late requests may still join it.
 */
final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /** A batch on its way from one thread to the other. */
  private record Packed(
      List<QueueEntry> entries,
      Residents<Encoder>.Lease lease,
      PackedBatch batch,
      BatchTrace trace) {}

  private final Device device;
  private final BatchQueue queue;
  private final Residents<Encoder> residents;
  private final long maxTokens;
  private final EmbeddingMetrics metrics;
  private final BatchTraces traces;
  private final SynchronousQueue<Packed> handOver = new SynchronousQueue<>();
  private final List<Thread> threads;

  /**
   * @param maxTokens tokens of a batch
   */
  Worker(
      Device device,
      BatchQueue queue,
      Residents<Encoder> residents,
      long maxTokens,
      EmbeddingMetrics metrics,
      BatchTraces traces) {
    this.device = device;
    this.queue = queue;
    this.residents = residents;
    this.maxTokens = maxTokens;
    this.metrics = metrics;
    this.traces = traces;
    this.threads =
        List.of(
            Thread.ofPlatform().daemon().name("pack-" + device).start(() -> repeat(this::pack)),
            Thread.ofPlatform()
                .daemon()
                .name("compute-" + device)
                .start(() -> repeat(this::compute)));
  }

  private interface Turn {
    void run() throws InterruptedException;
  }

  /** Until it is interrupted; what a turn did not handle is logged, and the next one tried. */
  private static void repeat(Turn turn) {
    while (true) {
      try {
        turn.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        log.error("{} goes on after a failure", Thread.currentThread().getName(), e);
      }
    }
  }

  private void pack() throws InterruptedException {
    List<QueueEntry> entries = queue.take(maxTokens);
    BatchTrace trace = BatchTrace.NONE;
    Residents<Encoder>.Lease lease = null;
    PackedBatch batch = null;
    try {
      trace = traces.begin(device, entries);
      lease = residents.lease(entries.getFirst().kind().version(), device);
      batch = lease.get().pack(samples(entries), entries.getFirst().kind().outputs());
      handOver.put(new Packed(entries, lease, batch, trace));
    } catch (RuntimeException | Error | InterruptedException e) {
      trace.failed(e);
      trace.end();
      fail(entries, e);
      if (batch != null) {
        batch.close();
      }
      if (lease != null) {
        lease.close();
      }
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
    }
  }

  private void compute() throws InterruptedException {
    Packed packed = handOver.take();
    List<QueueEntry> entries = packed.entries();
    try (var lease = packed.lease();
        var batch = packed.batch()) {
      long start = System.nanoTime();
      List<Embedding> embeddings = compute(lease.get(), batch, packed.trace());
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      metrics.computed(device, samples(entries), lease.get().config().schema(), time);
      answer(entries, embeddings, time);
    } catch (TorchException e) {
      if (e.isOutOfMemory() && samples(entries).size() > 1) {
        log.warn("a batch of {} samples outgrew {}", samples(entries).size(), device);
        entries.forEach(this::computeOneByOne);
      } else {
        fail(entries, e);
      }
    } catch (RuntimeException | Error e) {
      fail(entries, e);
    }
  }

  /** Its spans end before any of its requests is answered, and so before theirs. */
  private static List<Embedding> compute(Encoder encoder, PackedBatch batch, BatchTrace trace) {
    Span span = trace.computing();
    try {
      return encoder.compute(batch);
    } catch (RuntimeException | Error e) {
      trace.failed(e);
      throw e;
    } finally {
      span.end();
      trace.end();
    }
  }

  /** An entry of a batch that outgrew the device's memory, sample by sample. */
  private void computeOneByOne(QueueEntry entry) {
    try (var lease = residents.lease(entry.kind().version(), device)) {
      long start = System.nanoTime();
      var embeddings = new ArrayList<Embedding>();
      for (Sample sample : entry.samples()) {
        embeddings.addAll(lease.get().encode(List.of(sample), entry.kind().outputs()));
      }
      answer(List.of(entry), embeddings, Duration.ofNanos(System.nanoTime() - start));
    } catch (RuntimeException | Error e) {
      fail(List.of(entry), e);
    }
  }

  private static void answer(List<QueueEntry> entries, List<Embedding> embeddings, Duration time) {
    int from = 0;
    for (QueueEntry entry : entries) {
      int to = from + entry.samples().size();
      entry
          .answer()
          .complete(new QueueEntry.Answer(embeddings.subList(from, to), entry.waited(), time));
      from = to;
    }
  }

  private void fail(List<QueueEntry> entries, Throwable cause) {
    Throwable reason = cause;
    if (cause instanceof TorchException torch && torch.isOutOfMemory()) {
      reason =
          new BraidException(
              ProblemKind.UNAVAILABLE, "the sample outgrows the free memory of " + device);
    } else if (cause instanceof InterruptedException) {
      reason = new BraidException(ProblemKind.UNAVAILABLE, "the service is shutting down");
    }
    for (QueueEntry entry : entries) {
      entry.answer().completeExceptionally(reason);
    }
  }

  private static List<Sample> samples(List<QueueEntry> entries) {
    return entries.stream().flatMap(entry -> entry.samples().stream()).toList();
  }

  /** Ends both threads after the batch that computes now. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
