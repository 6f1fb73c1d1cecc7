package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.dataset.DatasetService;
import io.braid.job.JobProgress.Progress;
import io.braid.job.WorkerLauncher.Worker;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.DiskFull;
import io.braid.store.DurableFiles;
import io.braid.training.JobFolder;
import io.braid.training.JobFolder.Order;
import io.braid.training.JobFolder.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * The attempts of jobs: starts a worker for each, and decides what comes after its end. Used by the
 * pool's thread alone.
 */
@Component
class Attempts {
  private static final Logger log = LoggerFactory.getLogger(Attempts.class);
  private static final int LOG_LINES = 12;
  private static final int LOG_BYTES = 4000;

  /**
   * A worker that is watched.
   *
   * @param since when it was started, found after a restart, or last without a place to run
   * @param bytes that it will have taken of its devices' memory when it has made a step
   * @param before how far the job was when it was started
   * @param waits what it last waited for, if it ever did
   * @param killed why the pool killed it, if it did
   */
  record Run(
      Worker worker,
      Instant since,
      long bytes,
      Progress before,
      Optional<String> waits,
      Optional<String> killed) {
    Run(Worker worker, Instant since, long bytes, Progress before) {
      this(worker, since, bytes, before, Optional.empty(), Optional.empty());
    }

    Run waitsFor(String why, Instant now) {
      return new Run(worker, now, bytes, before, Optional.of(why), killed);
    }

    Run killedFor(String why) {
      worker.kill();
      return new Run(worker, since, bytes, before, waits, Optional.of(why));
    }
  }

  /** By job. Others may look whether one waits. */
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  private final Jobs jobs;
  private final JobProgress progress;
  private final Slots slots;
  private final WorkerLauncher launcher;
  private final TrainedVersions versions;
  private final DatasetService datasets;
  private final BraidProperties.Training settings;
  private final ApplicationEventPublisher publisher;

  Attempts(
      Jobs jobs,
      JobProgress progress,
      Slots slots,
      WorkerLauncher launcher,
      TrainedVersions versions,
      DatasetService datasets,
      BraidProperties properties,
      ApplicationEventPublisher publisher) {
    this.jobs = jobs;
    this.progress = progress;
    this.slots = slots;
    this.launcher = launcher;
    this.versions = versions;
    this.datasets = datasets;
    this.settings = properties.training();
    this.publisher = publisher;
  }

  /** The worker of a job, as far as this service has started or found it. */
  Optional<Run> run(Job job) {
    return Optional.ofNullable(runs.get(job.id()));
  }

  /** Another replica watches over the workers from now on. */
  void forget() {
    runs.clear();
  }

  /** Until when the worker of a job had no place to run, if it ever had none. */
  Optional<Instant> waitedUntil(Job job) {
    return run(job).filter(run -> run.waits().isPresent()).map(Run::since);
  }

  /** Its worker has no place to run. */
  void waits(Job job, Run run, String why) {
    if (!run.waits().equals(Optional.of(why))) {
      jobs.note(job.id(), "its worker waits: " + why);
    }
    runs.put(job.id(), run.waitsFor(why, jobs.now()));
  }

  void endStrays() {
    launcher.endStrays(jobs.running().stream().map(Job::id).collect(Collectors.toSet()));
  }

  Fit fit(Job job, List<Slot> leased) {
    return Fit.of(
        job,
        jobs,
        datasets,
        settings.heap(),
        leased.getFirst().name(),
        slots.memory(leased, slot -> promised(slot, job)));
  }

  /** What other jobs will take of a slot's device that have only just started there. */
  private long promised(Slot slot, Job whose) {
    long promised = 0;
    for (Job job : jobs.running()) {
      Run run = runs.get(job.id());
      if (run != null
          && !job.id().equals(whose.id())
          && progress.of(job).equals(run.before())
          && slots.named(job.slots()).stream().anyMatch(s -> s.device().equals(slot.device()))) {
        promised += run.bytes();
      }
    }
    return promised;
  }

  /** Orders the attempt that a running job is at, and starts its worker. */
  void start(Job job, List<Slot> leased, Fit.Now fit) {
    JobFolder folder = jobs.folder(job.id());
    try {
      boolean isOrdered =
          folder.order(
              new Order(
                  job.id(),
                  job.attempts(),
                  job.spec().withMicroBatch(fit.microBatch()),
                  datasets.folder(job.content()).toString(),
                  slots.devices(leased),
                  slots.threads(leased)));
      if (!isOrdered) {
        return; // a worker lives that an earlier service started: it is found at the next look
      }
      Worker worker = launcher.launch(folder, job.attempts());
      runs.put(job.id(), new Run(worker, jobs.now(), fit.bytes(), progress.of(job)));
    } catch (UncheckedIOException e) {
      if (DiskFull.isBehind(e)) {
        fail(job, DiskFull.advice());
      } else {
        broken(job, "a worker cannot be started: " + e.getMessage());
      }
    }
  }

  /**
   * A job that an earlier service started: its worker may live, may have ended, or may never have
   * come to be. That a worker died together with its service is not held against the job.
   */
  void recover(Job job) {
    JobFolder folder = jobs.folder(job.id());
    Optional<Worker> worker = launcher.find(folder);
    Optional<Outcome> outcome = worker.isPresent() ? Optional.empty() : outcome(folder);
    if (worker.isPresent()) {
      log.info("{} goes on with the worker that it has", job.id());
      runs.put(job.id(), new Run(worker.get(), jobs.now(), 0, progress.of(job)));
    } else if (outcome.isPresent() || job.cancelAt().isPresent()) {
      settle(job, outcome, Optional.empty());
    } else {
      again(job, "the service was started anew and finds no worker");
    }
  }

  void kill(Job job, Run run, String why) {
    if (run.killed().isEmpty()) {
      jobs.note(job.id(), "the worker is killed: " + why);
    }
    runs.put(job.id(), run.killedFor(why));
  }

  /** Its worker has ended: what comes next. */
  void ended(Job job, Run run, Optional<String> how) {
    settle(job, outcome(jobs.folder(job.id())), run.killed().or(() -> how));
    runs.remove(job.id(), run); // it is looked at again where that failed
  }

  /** How the latest attempt ended, if its worker lived to say so. */
  private static Optional<Outcome> outcome(JobFolder folder) {
    try {
      return folder
          .readOutcome()
          .filter(outcome -> outcome.attempt() == folder.readOrder().attempt());
    } catch (JacksonException e) {
      log.warn("{}: outcome.json is torn and left out", folder.path().getFileName());
      return Optional.empty();
    }
  }

  /** No worker is left: what comes next. */
  private void settle(Job job, Optional<Outcome> outcome, Optional<String> how) {
    if (outcome.isEmpty()) {
      broken(job, "the worker died" + how.map(text -> " (" + text + ")").orElse(""));
      return;
    }
    String failure = outcome.get().failure().orElse("the worker broke off");
    switch (outcome.get().end()) {
      case SUCCEEDED -> succeed(job, outcome.get());
      case CANCELLED -> cancelled(job);
      case FAILED -> fail(job, failure);
      case BROKEN -> broken(job, failure);
    }
  }

  private void broken(Job job, String why) {
    Job now = jobs.change(job.id(), Job::broken);
    if (now.cancelAt().isPresent()) {
      cancelled(now);
    } else if (now.failures() >= settings.attempts()) {
      fail(
          now,
          "%s, in %s. The last lines of its log:\n%s"
              .formatted(
                  why,
                  now.failures() == 1 ? "its only attempt" : now.failures() + " attempts",
                  lastLines(jobs.folder(job.id()).log())));
    } else {
      again(now, why);
    }
  }

  /** Another attempt on the slots that the job has. */
  private void again(Job job, String why) {
    List<Slot> leased = slots.named(job.slots());
    if (leased.size() < job.slots().size()) {
      fail(
          job,
          "%s, and the pool no longer has all of its devices %s; resume it when it has as many again"
              .formatted(why, job.slots()));
      return;
    }
    switch (fit(job, leased)) {
      case Fit.Never(String unfit) -> fail(job, why + ". " + unfit);
      case Fit.Later(String wait) ->
          fail(job, "%s, and others have its memory by now: %s; resume it".formatted(why, wait));
      case Fit.Now now -> {
        jobs.note(job.id(), why + "; it goes on from its last checkpoint");
        start(jobs.change(job.id(), Job::attempted), leased, now);
      }
    }
  }

  private void cancelled(Job job) {
    Map<String, Object> at = progress.end(job);
    jobs.change(job.id(), current -> current.cancelled(at, jobs.now()));
  }

  void fail(Job job, String why) {
    Map<String, Object> at = progress.end(job);
    jobs.change(
        job.id(),
        current -> current.state().isEnd() ? current : current.failed(why, at, jobs.now()));
  }

  private static String lastLines(Path file) {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(Math.max(0, in.length() - LOG_BYTES));
      var bytes = new byte[(int) (in.length() - in.getFilePointer())];
      in.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(it cannot be read: " + e.getMessage() + ")";
    }
  }

  private void succeed(Job job, Outcome outcome) {
    ModelVersion version;
    try {
      version = versions.add(job, outcome);
    } catch (BraidException e) {
      fail(job, "the trained version was refused: " + e.getMessage());
      return;
    } catch (UncheckedIOException e) {
      if (DiskFull.isBehind(e)) {
        fail(job, DiskFull.advice());
      } else {
        broken(job, "what was trained cannot be read: " + e.getMessage());
      }
      return;
    }
    Map<String, Object> at = progress.end(job);
    jobs.change(
        job.id(),
        current -> current.succeeded(version.version(), outcome.metrics(), at, jobs.now()));
    publisher.publishEvent(new TrainingRuns.Succeeded(job.id()));
    DurableFiles.delete(jobs.folder(job.id()).checkpoints());
  }
}
