package io.braid.training;

import ch.qos.logback.classic.Level;
import io.braid.dataset.StoredDataset;
import io.braid.problem.DiskFull;
import io.braid.torch.Device;
import io.braid.torch.Torch;
import io.braid.torch.TorchException;
import io.braid.training.JobFolder.End;
import io.braid.training.JobFolder.Order;
import io.braid.training.JobFolder.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of a worker process: {@code TrainingWorker <job folder> <attempt>}. It does one
 * attempt of one job and ends. Where another process holds the job, or a newer attempt was ordered,
 * it ends at once.
 */
public final class TrainingWorker {
  private static final Logger log = LoggerFactory.getLogger(TrainingWorker.class);
  private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(60);

  private TrainingWorker() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !arguments[1].matches("\\d{1,9}")) {
      System.err.println("usage: TrainingWorker <job folder> <attempt>");
      System.exit(2);
    }
    quiet();
    var folder = new JobFolder(Path.of(arguments[0]));
    int attempt = Integer.parseInt(arguments[1]);
    Optional<FileChannel> hold = hold(folder);
    if (hold.isEmpty()) {
      log.info("another process works at this job");
      return;
    }
    try (FileChannel _ = hold.get()) {
      Order order = folder.readOrder();
      if (order.attempt() != attempt) {
        log.info("attempt {} was ordered, this is {}", order.attempt(), attempt);
        return;
      }
      folder.writeWorker();
      try (var pulse = new Pulse(folder)) {
        Outcome outcome = attempt(folder, order, pulse);
        folder.writeOutcome(outcome);
        outcome.failure().ifPresent(failure -> folder.events().log(failure));
      }
    }
    System.exit(0); // whatever threads libtorch has left
  }

  /** A job's log is for those who train: DJL's words on drivers and its own options are not. */
  private static void quiet() {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("ai.djl")).setLevel(Level.ERROR);
  }

  /** The hold on a job; whoever only looks whether it is held has it for a moment. */
  private static Optional<FileChannel> hold(JobFolder folder) {
    for (int i = 0; i < 30; i++) {
      Optional<FileChannel> hold = folder.hold();
      if (hold.isPresent()) {
        return hold;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Outcome attempt(JobFolder folder, Order order, Pulse pulse) {
    try {
      Files.createDirectories(folder.checkpoints());
      Torch.keepFreedMemory();
      Torch.limitThreads(order.threads());
      List<Device> devices = order.devices().stream().map(Device::new).distinct().toList();
      try (StoredDataset dataset = StoredDataset.open(Path.of(order.datasetFolder()))) {
        var samples = new TrainingSamples(dataset, order.spec());
        var config = RunConfig.of(order.spec(), dataset, samples, folder.events());
        var progress =
            new Trainer.Progress() {
              @Override
              public void beat() {
                pulse.beat();
              }

              @Override
              public boolean isCancelled() {
                return folder.isCancelled();
              }
            };
        try (var trainer =
            new Trainer(
                order.spec(),
                samples,
                config,
                devices,
                folder.events(),
                folder.checkpoints(),
                BETWEEN_CHECKPOINTS,
                progress)) {
          return trainer.run(order.attempt());
        }
      }
    } catch (UnfitException e) {
      return failed(order, End.FAILED, String.valueOf(e.getMessage()));
    } catch (TorchException e) {
      log.error("libtorch refused a call", e);
      return e.isOutOfMemory()
          ? failed(
              order,
              End.FAILED,
              "the device ran out of memory; lower micro_batch_size (%d) or the size of the network"
                  .formatted(order.spec().microBatchSize()))
          : failed(order, End.BROKEN, "libtorch refused a call: " + firstLine(e));
    } catch (IOException | UncheckedIOException e) {
      log.error("a file could not be read or written", e);
      return DiskFull.isBehind(e)
          ? failed(order, End.FAILED, DiskFull.advice())
          : failed(order, End.BROKEN, "a file could not be read or written: " + firstLine(e));
    } catch (OutOfMemoryError e) {
      log.error("the worker's heap is full", e);
      return failed(
          order,
          End.FAILED,
          "the worker's Java heap is full; raise braid.training.heap, or train on fewer samples or"
              + " a smaller network");
    } catch (RuntimeException e) {
      log.error("the attempt broke off", e);
      return failed(order, End.BROKEN, "the worker broke off: " + firstLine(e));
    }
  }

  private static Outcome failed(Order order, End end, String failure) {
    return new Outcome(
        order.attempt(), end, Optional.of(failure), Map.of(), Optional.empty(), Optional.empty());
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
