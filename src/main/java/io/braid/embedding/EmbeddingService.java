package io.braid.embedding;

import io.braid.config.BraidProperties;
import io.braid.device.Devices;
import io.braid.encoder.Embedding;
import io.braid.encoder.Encoder;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.modality.Sample;
import io.braid.model.ModelVersion;
import io.braid.model.Residents;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.server.Client;
import io.braid.torch.Device;
import io.micrometer.tracing.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.springframework.stereotype.Service;

/** Embeds samples on whichever device is free first. */
@Service
public class EmbeddingService implements AutoCloseable {
  /** How often a waiting request looks whether its client is still there. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private static final Duration FOR_EVER = Duration.ofDays(365);

  /**
   * Embeddings of a request's samples, in order.
   *
   * @param queue longest wait of a piece of the request for a device
   * @param compute time of the batches that held its pieces
   */
  public record Answer(List<Embedding> embeddings, Duration queue, Duration compute) {}

  private final BatchQueue queue = new BatchQueue();

  /** Numbers of batches that share with nobody. */
  private final AtomicLong batches = new AtomicLong();

  private final Semaphore permits;
  private final BraidProperties.Queue limits;
  private final int maxSubsets;
  private final long pieceTokens;
  private final EmbeddingMetrics metrics;
  private final BatchTraces traces;
  private final Traffic traffic;
  private final List<Worker> workers;

  EmbeddingService(
      BraidProperties properties,
      Devices devices,
      Residents<Encoder> residents,
      EmbeddingMetrics metrics,
      BatchTraces traces,
      Traffic traffic) {
    this.traffic = traffic;
    this.limits = properties.queue();
    this.maxSubsets = properties.limits().subsets();
    this.permits = new Semaphore(limits.requests());
    this.metrics = metrics;
    this.traces = traces;
    this.pieceTokens = devices.all().stream().mapToLong(this::batchTokens).min().orElseThrow();
    metrics.watch(queue);
    metrics.watchRequests(() -> limits.requests() - permits.availablePermits());
    this.workers =
        devices.all().stream()
            .map(device ->
                new Worker(device, queue, residents, batchTokens(device), metrics, traces))
            .toList();
  }

  /** Runs a request within the limit of requests in flight; refuses it at the door beyond that. */
  public <T> T admit(Supplier<T> request) {
    if (!permits.tryAcquire()) {
      throw new BraidException(
          ProblemKind.BUSY, limits.requests() + " requests are in flight; try again shortly");
    }
    try {
      return request.get();
    } finally {
      permits.release();
    }
  }

  /**
   * Waits for a device, {@code braid.queue.max-wait} at most, and while the client does.
   *
   * @throws BraidException {@code INVALID} where {@link Output#SUBSETS} of the samples are more
   *     than {@code braid.limits.subsets}, {@code UNAVAILABLE} where no device was free in time,
   *     {@code CLIENT_GONE}
   */
  public Answer embed(
      ModelVersion version, List<Sample> samples, Set<Output> outputs, Client client) {
    refuseTooManySubsets(version, samples, outputs);
    traffic.count(version, samples);
    List<Integer> order = order(version, samples, outputs);
    Answer answer =
        embed(
            split(
                version,
                order.stream().map(samples::get).toList(),
                outputs,
                numExplained -> QueueEntry.Kind.shared(version, outputs, numExplained)),
            client,
            limits.maxWait());
    var embeddings = new Embedding[samples.size()];
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[order.get(i)] = answer.embeddings().get(i);
    }
    return new Answer(List.of(embeddings), answer.queue(), answer.compute());
  }

  /** The fusions of all subsets of all samples are held until the request is answered. */
  private void refuseTooManySubsets(
      ModelVersion version, List<Sample> samples, Set<Output> outputs) {
    if (!outputs.contains(Output.SUBSETS)) {
      return;
    }
    EncoderConfig encoder = version.config().encoder();
    long all = samples.stream().mapToLong(sample -> Encoder.numSubsets(encoder, sample)).sum();
    if (all > maxSubsets) {
      throw BraidException.invalid(
          List.of(
              new Fault(
                  "/explain",
                  "the samples have %d subsets of modalities together, each of which is embedded; the limit is %d: send fewer samples at once"
                      .formatted(all, maxSubsets))));
    }
  }

  /** Samples with as many subsets beside each other: a batch computes as many of each. */
  private static List<Integer> order(
      ModelVersion version, List<Sample> samples, Set<Output> outputs) {
    return IntStream.range(0, samples.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> numExplained(version, samples.get(i), outputs)))
        .toList();
  }

  /** Modalities of which every subset is embedded; 0 where none is asked for. */
  private static int numExplained(ModelVersion version, Sample sample, Set<Output> outputs) {
    return outputs.contains(Output.SUBSETS) ? version.config().encoder().fused(sample).size() : 0;
  }

  /**
   * Waits for a device as long as it takes: for work that has no client with a clock. Its batches
   * are its own, so that the same samples give the same bits whatever else is asked for.
   */
  public List<Embedding> embedInTurn(
      ModelVersion version, List<Sample> samples, Set<Output> outputs) {
    List<QueueEntry> entries =
        split(
            version,
            samples,
            outputs,
            _ -> new QueueEntry.Kind(version, outputs, batches.incrementAndGet()));
    return embed(entries, Client.NONE, FOR_EVER).embeddings();
  }

  /** The same for samples that a client sent, and are counted as such. */
  public List<Embedding> embedSentInTurn(
      ModelVersion version, List<Sample> samples, Set<Output> outputs) {
    traffic.count(version, samples);
    return embedInTurn(version, samples, outputs);
  }

  private Answer embed(List<QueueEntry> entries, Client client, Duration patience) {
    // No more than keeps every device busy: others' requests get in between the pieces of this one.
    int ahead = Math.min(entries.size(), workers.size() + 1);
    queue.add(entries.subList(0, ahead));
    var embeddings = new ArrayList<Embedding>();
    Duration wait = Duration.ZERO;
    Duration compute = Duration.ZERO;
    try {
      for (QueueEntry entry : entries) {
        QueueEntry.Answer answer = await(entry, client, patience);
        if (ahead < entries.size()) {
          queue.add(entries.subList(ahead, ++ahead));
        }
        embeddings.addAll(answer.embeddings());
        wait = answer.queue().compareTo(wait) > 0 ? answer.queue() : wait;
        compute = compute.plus(answer.compute());
      }
    } finally {
      entries.forEach(QueueEntry::drop); // those that no device has taken
    }
    metrics.waited(wait);
    return new Answer(embeddings, wait, compute);
  }

  private QueueEntry.Answer await(QueueEntry entry, Client client, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return entry.answer().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (client.isGone()) {
          throw new BraidException(ProblemKind.CLIENT_GONE, "the client closed its connection");
        }
        if (System.nanoTime() - deadline > 0 && entry.drop()) {
          throw new BraidException(
              ProblemKind.UNAVAILABLE,
              "no device was free within " + patience.toMillis() + " ms; try again");
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BraidException(ProblemKind.UNAVAILABLE, "the service is shutting down");
      }
    }
  }

  /**
   * Pieces that fit a batch on any device, of samples with as many subsets; a sample is never
   * split.
   *
   * @param kind by the number of modalities of which there are subsets
   */
  private List<QueueEntry> split(
      ModelVersion version,
      List<Sample> samples,
      Set<Output> outputs,
      IntFunction<QueueEntry.Kind> kind) {
    var entries = new ArrayList<QueueEntry>();
    Optional<TraceContext> trace = traces.current();
    var piece = new ArrayList<Sample>();
    BatchSize size = BatchSize.NONE;
    int numExplained = 0;
    for (Sample sample : samples) {
      int own = numExplained(version, sample, outputs);
      long cost = Encoder.cost(version.config().encoder(), sample, outputs);
      BatchSize longer = size.plus(new BatchSize(1, cost));
      if (!piece.isEmpty() && (longer.tokens() > pieceTokens || own != numExplained)) {
        entries.add(new QueueEntry(kind.apply(numExplained), piece, size, trace));
        piece.clear();
        longer = new BatchSize(1, cost);
      }
      piece.add(sample);
      numExplained = own;
      size = longer;
    }
    entries.add(new QueueEntry(kind.apply(numExplained), piece, size, trace));
    return entries;
  }

  private long batchTokens(Device device) {
    return device.isCuda() ? limits.cudaBatchTokens() : limits.cpuBatchTokens();
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }
}
