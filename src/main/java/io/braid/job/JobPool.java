package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.dataset.DatasetService;
import io.braid.job.JobProgress.Progress;
import io.braid.job.WorkerLauncher.Worker;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.DiskFull;
import io.braid.store.DurableFiles;
import io.braid.torch.DeviceMemory;
import io.braid.training.JobFolder;
import io.braid.training.JobFolder.Order;
import io.braid.training.JobFolder.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Starts jobs on free slots, watches their workers, and ends them. One thread looks at everything a
 * few times a second; all that it must know stands in the database and the jobs' folders, so it
 * goes on after a restart where the last service left off, with workers that ran on meanwhile.
 */
@Component
class JobPool implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JobPool.class);
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Longest time that a worker may take to its first sign. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final int LOG_LINES = 12;
  private static final int LOG_BYTES = 4000;

  private final Jobs jobs;
  private final JobProgress progress;
  private final Slots slots;
  private final WorkerLauncher launcher;
  private final TrainedVersions versions;
  private final DatasetService datasets;
  private final BraidProperties.Training settings;

  /**
   * A worker that is watched.
   *
   * @param since when it was started, or found after a restart
   * @param bytes that it will have taken of its devices' memory when it has made a step
   * @param before how far the job was when it was started
   * @param killed why the pool killed it, if it did
   */
  private record Run(
      Worker worker, Instant since, long bytes, Progress before, Optional<String> killed) {
    Run(Worker worker, Instant since, long bytes, Progress before) {
      this(worker, since, bytes, before, Optional.empty());
    }

    Run killedFor(String why) {
      worker.kill();
      return new Run(worker, since, bytes, before, Optional.of(why));
    }
  }

  /** Workers by job; the pool's own thread alone looks at them. */
  private final Map<String, Run> runs = new HashMap<>();

  /** Jobs that wait for memory, and were told so. */
  private final Set<String> waiting = new HashSet<>();

  /** What last went wrong with a job, so that it is logged once. */
  private final Map<String, String> troubles = new HashMap<>();

  private volatile CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean running;
  private Thread thread = Thread.ofPlatform().unstarted(() -> {});

  JobPool(
      Jobs jobs,
      JobProgress progress,
      Slots slots,
      WorkerLauncher launcher,
      TrainedVersions versions,
      DatasetService datasets,
      BraidProperties properties) {
    this.jobs = jobs;
    this.progress = progress;
    this.slots = slots;
    this.launcher = launcher;
    this.versions = versions;
    this.datasets = datasets;
    this.settings = properties.training();
  }

  private void loop(CountDownLatch end) {
    try {
      while (!end.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at everything. What goes wrong with one job is no hindrance to the others. */
  private void look() {
    for (Job job : jobs.running()) {
      guarded(job.id(), () -> watch(job));
    }
    guarded("the queue", this::startNext);
    guarded("what is untold", jobs::tellAgain);
  }

  private void guarded(String what, Runnable step) {
    try {
      step.run();
      troubles.remove(what);
    } catch (RuntimeException | Error e) {
      if (!e.toString().equals(troubles.put(what, e.toString()))) {
        log.error("{} is looked at again after a failure", what, e);
      }
    }
  }

  private void startNext() {
    List<Job> line = jobs.line();
    waiting.retainAll(line.stream().map(Job::id).toList());
    for (Job job : line) {
      if (job.spec().devices() > slots.all().size()) {
        fail(
            job,
            "it asks for %d devices, and the pool by now has %d; post it again with fewer"
                .formatted(job.spec().devices(), slots.all().size()));
      }
    }
    for (var start : jobs.next(slots).entrySet()) {
      if (!start(start.getKey(), start.getValue())) {
        return;
      }
    }
  }

  /** Whether those behind it in the line may start too. */
  private boolean start(Job job, List<Slot> leased) {
    switch (fit(job, leased)) {
      case Fit.Never(String why) -> fail(job, why);
      case Fit.Later(String why) -> {
        if (waiting.add(job.id())) {
          jobs.note(job.id(), "it waits for memory: " + why);
        }
        return false;
      }
      case Fit.Now now -> {
        List<String> names = leased.stream().map(Slot::name).toList();
        Job started =
            jobs.change(
                job.id(),
                current ->
                    current.state() == JobState.QUEUED
                        ? current.started(names, jobs.now()).attempted()
                        : current); // it was cancelled meanwhile
        if (started.state() == JobState.RUNNING) {
          attempt(started, leased, now);
        }
      }
    }
    return true;
  }

  private Fit fit(Job job, List<Slot> leased) {
    long free = leased.stream().mapToLong(slot -> free(slot, job)).min().orElseThrow();
    return Fit.of(job, jobs, datasets, settings.heap(), leased.getFirst().name(), free);
  }

  /**
   * Memory of a slot's device, less what other jobs will take that have only just started there.
   */
  private long free(Slot slot, Job whose) {
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
    return Math.max(0, DeviceMemory.available(slot.device()) - promised);
  }

  /** Orders the attempt that a running job is at, and starts its worker. */
  private void attempt(Job job, List<Slot> leased, Fit.Now fit) {
    JobFolder folder = jobs.folder(job.id());
    try {
      boolean isOrdered =
          folder.order(
              new Order(
                  job.id(),
                  job.attempts(),
                  job.spec().withMicroBatch(fit.microBatch()),
                  datasets.folder(job.content()).toString(),
                  leased.stream().map(slot -> slot.device().name()).toList(),
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

  private void watch(Job job) {
    JobFolder folder = jobs.folder(job.id());
    if (job.cancelAt().isPresent() && !folder.isCancelled()) {
      folder.cancel();
    }
    Run run = runs.get(job.id());
    if (run == null) {
      recover(job, folder);
    } else if (run.worker().isAlive()) {
      killOverdue(job, folder, run);
    } else {
      ended(job, outcome(folder), run.killed().or(run.worker()::end));
      runs.remove(job.id(), run); // it is looked at again where that failed
    }
  }

  /**
   * A job that an earlier service started: its worker may live, may have ended, or may never have
   * come to be. That a worker died together with its service is not held against the job.
   */
  private void recover(Job job, JobFolder folder) {
    Optional<Worker> worker = launcher.find(folder);
    Optional<Outcome> outcome = worker.isPresent() ? Optional.empty() : outcome(folder);
    if (worker.isPresent()) {
      log.info("{} goes on with the worker that it has", job.id());
      runs.put(job.id(), new Run(worker.get(), jobs.now(), 0, progress.of(job)));
    } else if (outcome.isPresent() || job.cancelAt().isPresent()) {
      ended(job, outcome, Optional.empty());
    } else {
      again(job, "the service was started anew and finds no worker");
    }
  }

  private void killOverdue(Job job, JobFolder folder, Run run) {
    Optional<Instant> beat = folder.lastBeat().filter(run.since()::isBefore);
    Duration patience = settings.heartbeat();
    if (beat.isEmpty() && patience.compareTo(START) < 0) {
      patience = START;
    }
    if (job.cancelAt().filter(at -> isOver(at, settings.cancelGrace())).isPresent()) {
      kill(job, run, "it did not stop within %d s".formatted(settings.cancelGrace().toSeconds()));
    } else if (isOver(beat.orElse(run.since()), patience)) {
      kill(job, run, "there was no sign of it for %d s".formatted(patience.toSeconds()));
    }
  }

  private void kill(Job job, Run run, String why) {
    if (run.killed().isEmpty()) {
      jobs.note(job.id(), "the worker is killed: " + why);
    }
    runs.put(job.id(), run.killedFor(why));
  }

  private boolean isOver(Instant since, Duration limit) {
    return Duration.between(since, jobs.now()).compareTo(limit) > 0;
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
  private void ended(Job job, Optional<Outcome> outcome, Optional<String> how) {
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
        attempt(jobs.change(job.id(), Job::attempted), leased, now);
      }
    }
  }

  private void cancelled(Job job) {
    Map<String, Object> at = progress.end(job);
    jobs.change(job.id(), current -> current.cancelled(at, jobs.now()));
  }

  private void fail(Job job, String why) {
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
    DurableFiles.delete(jobs.folder(job.id()).checkpoints());
  }

  @Override
  public void start() {
    running = true;
    stop = new CountDownLatch(1);
    if (settings.enabled()) {
      CountDownLatch end = stop;
      thread = Thread.ofPlatform().daemon().name("jobs").start(() -> loop(end));
    }
  }

  /** Workers run on. What the pool is at is finished, not interrupted. */
  @Override
  public void stop() {
    running = false;
    stop.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Stopped first, so that those who watch a job are let go before requests are waited for. */
  @Override
  public int getPhase() {
    return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 2;
  }
}
