package io.braid.training;

import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a job, through which service and worker speak. Either may die at any moment, and
 * finds what it needs here afterwards.
 *
 * <table>
 * <caption>Its files</caption>
 * <tr><td>{@code order.json}</td><td>what to do: written by the service before each attempt</td></tr>
 * <tr><td>{@code worker.json}</td><td>which process the worker is</td></tr>
 * <tr><td>{@code worker.lock}</td><td>locked by the worker for its life</td></tr>
 * <tr><td>{@code heartbeat}</td><td>touched by the worker while it gets on, see {@link Pulse}</td></tr>
 * <tr><td>{@code cancel}</td><td>made by the service: the worker stops after a checkpoint</td></tr>
 * <tr><td>{@code events.ndjson}</td><td>appended by both, see {@link JobEvents}</td></tr>
 * <tr><td>{@code log.txt}</td><td>output of all attempts</td></tr>
 * <tr><td>{@code checkpoints/}</td><td>the worker's own, see {@link Checkpoint}</td></tr>
 * <tr><td>{@code outcome.json}</td><td>how the attempt ended, if the worker lived to say so</td></tr>
 * </table>
 */
public record JobFolder(Path path) {
  private static final Duration CLOCK_MOVES = Duration.ofSeconds(10);
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * What a worker is told.
   *
   * @param attempt from 1
   * @param spec what to train
   * @param datasetFolder the dataset, opened by {@code StoredDataset.open}
   * @param devices name of the device behind each leased slot, {@code cpu} or {@code cuda:0}
   * @param threads that libtorch takes on the CPU, on all of its slots together
   */
  public record Order(
      String job,
      int attempt,
      TrainingSpec spec,
      String datasetFolder,
      List<String> devices,
      int threads) {
    public Order {
      devices = List.copyOf(devices);
    }
  }

  /** How an attempt ended. */
  public enum End {
    SUCCEEDED,
    /** Would fail again: the data or the settings are at fault. */
    FAILED,
    /** Might succeed if tried again. */
    BROKEN,
    CANCELLED
  }

  /**
   * @param failure in plain words, with what to do; empty where it succeeded
   * @param metrics what the run measured on the test split with the weights it chose
   * @param config of the new version, as JSON
   * @param weights the chosen weights, a safetensors file in this folder
   */
  public record Outcome(
      int attempt,
      End end,
      Optional<String> failure,
      Map<String, Object> metrics,
      Optional<String> config,
      Optional<String> weights) {}

  /**
   * Orders the next attempt, unless a worker lives. The order changes under the hold alone: so who
   * has the hold works by the order that is there, and a worker that was started for an earlier
   * attempt, and takes the hold later, sees that it comes too late.
   *
   * @return whether it was ordered
   */
  public boolean order(Order order) {
    Optional<FileChannel> hold = hold();
    if (hold.isEmpty()) {
      return false;
    }
    try (FileChannel _ = hold.get()) {
      removeOutcome();
      write("order.json", order);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Order readOrder() {
    return lastOrder()
        .orElseThrow(() -> new IllegalStateException("no order in " + path + "; this is a bug"));
  }

  /** The order of the latest attempt; empty before the first. */
  public Optional<Order> lastOrder() {
    return read("order.json", Order.class);
  }

  /**
   * When the latest attempt was ordered or, if that was later, a worker last came up for it: an
   * evicted one is replaced without another order. Empty before the first order.
   */
  public Optional<Instant> lastStart() {
    return Stream.of("order.json", "worker.json")
        .flatMap(name -> lastChanged(name).stream())
        .max(Comparator.naturalOrder());
  }

  public void writeOutcome(Outcome outcome) {
    write("outcome.json", outcome);
  }

  public Optional<Outcome> readOutcome() {
    return read("outcome.json", Outcome.class);
  }

  private void removeOutcome() {
    DurableFiles.delete(path.resolve("outcome.json"));
  }

  /** Asks the worker to stop after a checkpoint. Several may ask at once. */
  public void cancel() {
    touch("cancel");
  }

  public boolean isCancelled() {
    return Files.exists(path.resolve("cancel"));
  }

  /** Forgets how the last attempt ended, and why; its checkpoints stay. */
  public void reopen() {
    DurableFiles.delete(path.resolve("cancel"));
    removeOutcome();
  }

  /** Says that the worker is getting on. */
  public void beat() {
    touch("heartbeat");
  }

  private void touch(String name) {
    try {
      Files.write(path.resolve(name), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When the worker last said so. */
  public Optional<Instant> lastBeat() {
    return lastChanged("heartbeat");
  }

  private Optional<Instant> lastChanged(String name) {
    try {
      return Optional.of(Files.getLastModifiedTime(path.resolve(name)).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says which process works at the job. */
  public void writeWorker() {
    ProcessHandle self = ProcessHandle.current();
    write("worker.json", new Worker(self.pid(), started(self)));
  }

  /** The process that works at the job, as far as it is still the same one, on this machine. */
  public Optional<ProcessHandle> worker() {
    return read("worker.json", Worker.class)
        .flatMap(
            worker -> ProcessHandle.of(worker.pid()).filter(process -> isSame(process, worker)));
  }

  private record Worker(long pid, Instant started) {}

  private static Instant started(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /** The start is told by the boot time, which moves a little where the clock is set. */
  private static boolean isSame(ProcessHandle process, Worker worker) {
    return Duration.between(started(process), worker.started()).abs().compareTo(CLOCK_MOVES) < 0;
  }

  public Path log() {
    return path.resolve("log.txt");
  }

  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  public JobEvents events() {
    return new JobEvents(path.resolve("events.ndjson"));
  }

  /**
   * The worker's hold on the job. The system ends it with the process, however that dies; so
   * whoever cannot take it knows that a worker lives.
   *
   * @return the hold, to be closed; empty where another process has it
   */
  public Optional<FileChannel> hold() {
    try {
      FileChannel channel =
          FileChannel.open(
              path.resolve("worker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      return Optional.ofNullable(lock).map(_ -> channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a worker lives. To be asked by one thread at a time. */
  public boolean isHeld() {
    Optional<FileChannel> hold = hold();
    if (hold.isPresent()) {
      try {
        hold.get().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return hold.isEmpty();
  }

  private void write(String name, Object value) {
    DurableFiles.write(path.resolve(name), JSON.writeValueAsBytes(value));
  }

  private <T> Optional<T> read(String name, Class<T> type) {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(path.resolve(name)), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
