package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.dataset.DatasetService;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.model.ModelConfigReader;
import io.braid.model.ModelService;
import io.braid.problem.BraidException;
import io.braid.store.DataFolder;
import io.braid.torch.DeviceMemory;
import io.braid.training.JobFolder;
import io.braid.training.JobFolder.Order;
import io.braid.training.JobFolder.Outcome;
import io.braid.training.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts jobs on free slots, watches their workers, and ends them. One thread looks at everything a
 * few times a second; all that it knows stands in the database and the jobs' folders, so it goes on
 * after a restart where the last service left off, with workers that ran on meanwhile.
 */
@Component
class JobPool implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JobPool.class);
  private static final Duration LOOK = Duration.ofMillis(200);

  /** A worker that was just started takes its hold within this time, or is not coming. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final int LOG_LINES = 12;

  private final JobRepository repository;
  private final Slots slots;
  private final WorkerLauncher launcher;
  private final ModelService models;
  private final DatasetService datasets;
  private final BraidProperties.Training settings;
  private final JobQueue queue;
  private final Path folder;
  private final Clock clock;

  /** Workers that this service started. */
  private final Map<String, WorkerLauncher.Worker> workers = new ConcurrentHashMap<>();

  /** Held while a job changes its state. */
  private final ReentrantLock changes = new ReentrantLock();

  private volatile boolean running;
  private Thread thread = Thread.ofPlatform().unstarted(() -> {});

  JobPool(
      JobRepository repository,
      Slots slots,
      WorkerLauncher launcher,
      ModelService models,
      DatasetService datasets,
      DataFolder data,
      BraidProperties properties) {
    this.repository = repository;
    this.slots = slots;
    this.launcher = launcher;
    this.models = models;
    this.datasets = datasets;
    this.settings = properties.training();
    this.queue = new JobQueue(settings.ageing());
    this.folder = data.folder("jobs");
    this.clock = Clock.systemUTC();
  }

  JobFolder folder(Job job) {
    return new JobFolder(folder.resolve(job.id()));
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Runs a change of jobs' states, one at a time. */
  <T> T change(java.util.function.Supplier<T> what) {
    changes.lock();
    try {
      return what.get();
    } finally {
      changes.unlock();
    }
  }

  /** Stores a job's new state, and tells those who watch it. */
  Job put(Job job) {
    repository.update(job);
    var data = new LinkedHashMap<String, Object>();
    data.put("state", job.state().toString());
    data.put("attempts", job.attempts());
    job.failure().ifPresent(failure -> data.put("failure", failure));
    job.version().ifPresent(version -> data.put("version", version));
    folder(job).events().append("state", data);
    return job;
  }

  /** Jobs that wait, in the order in which they start. */
  List<Job> line() {
    return queue.line(repository.ofState(JobState.QUEUED), now());
  }

  /** Who holds which slot, by the slot's name. */
  Map<String, Job> leases() {
    var leases = new LinkedHashMap<String, Job>();
    for (Job job : repository.ofState(JobState.RUNNING)) {
      job.slots().forEach(slot -> leases.put(slot, job));
    }
    return leases;
  }

  private void loop() {
    while (running) {
      try {
        tick();
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        log.error("the pool goes on after a failure", e);
      }
    }
  }

  /** One look at everything. */
  void tick() {
    for (Job job : repository.ofState(JobState.RUNNING)) {
      change(() -> {
        repository.find(job.id()).filter(j -> j.state() == JobState.RUNNING).ifPresent(this::watch);
        return job;
      });
    }
    change(() -> {
      startNext();
      return running;
    });
  }

  private void startNext() {
    var taken = new HashSet<>(leases().keySet());
    List<Slot> free = slots.all().stream().filter(slot -> !taken.contains(slot.name())).toList();
    if (!free.isEmpty()) {
      queue
          .next(repository.ofState(JobState.QUEUED), free, now())
          .forEach((job, leased) -> launch(job, leased));
    }
  }

  private void launch(Job job, List<Slot> leased) {
    Optional<Job> fitted = fitted(job, leased);
    if (fitted.isEmpty()) {
      return;
    }
    Job started = fitted.get().started(leased.stream().map(Slot::name).toList(), now());
    JobFolder jobFolder = folder(job);
    jobFolder.removeOutcome();
    jobFolder.beat(); // what an earlier attempt left is no sign of this one
    jobFolder.writeOrder(
        new Order(
            job.id(),
            started.attempts(),
            started.spec(),
            datasets.folder(job.content()).toString(),
            leased.stream().map(slot -> slot.device().name()).toList(),
            slots.threads(leased)));
    put(started);
    workers.put(job.id(), launcher.launch(jobFolder.path(), started.attempts()));
  }

  /** The job with a micro batch that fits the memory; empty where none does, and it has failed. */
  private Optional<Job> fitted(Job job, List<Slot> leased) {
    TrainingSpec spec = job.spec();
    EncoderConfig config;
    try (StoredDataset dataset = StoredDataset.open(datasets.folder(job.content()))) {
      config = spec.network().encoder(spec.architecture(), dataset.schema());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      put(
          job.ended(
              JobState.FAILED,
              Optional.of("the dataset's files cannot be read: " + e.getMessage()),
              now()));
      return Optional.empty();
    }
    MemoryEstimate estimate = MemoryEstimate.of(spec, config);
    long free = DeviceMemory.available(leased.getFirst().device());
    int wanted = spec.microBatchSize() > 0 ? spec.microBatchSize() : spec.batchSize();
    int fits = estimate.samplesIn(free * 9 / 10, wanted);
    if (fits < (spec.microBatchSize() > 0 ? wanted : 1)) {
      put(
          job.ended(
              JobState.FAILED,
              Optional.of(
                  ("it does not fit %s: %d bytes are needed with %d samples at once, %d are free;"
                          + " give a smaller network or micro_batch_size")
                      .formatted(
                          leased.getFirst().name(),
                          estimate.bytes(Math.max(1, spec.microBatchSize())),
                          Math.max(1, spec.microBatchSize()),
                          free)),
              now()));
      return Optional.empty();
    }
    return Optional.of(job.withSpec(spec.withMicroBatch(fits)));
  }

  private void watch(Job job) {
    JobFolder jobFolder = folder(job);
    WorkerLauncher.Worker worker = workers.get(job.id());
    if (isAlive(job, jobFolder, worker)) {
      if (job.cancelAt().filter(at -> isOver(at, settings.cancelGrace())).isPresent()) {
        log.warn("{} did not stop within {}; it is killed", job.id(), settings.cancelGrace());
        kill(jobFolder, worker);
      } else if (jobFolder.lastBeat().filter(at -> isOver(at, settings.heartbeat())).isPresent()
          && isOver(job.startedAt().orElse(now()), settings.heartbeat())) {
        log.warn("{} has not moved for {}; its worker is killed", job.id(), settings.heartbeat());
        kill(jobFolder, worker);
      }
      return;
    }
    workers.remove(job.id());
    Optional<Outcome> outcome = jobFolder.readOutcome();
    if (outcome.isPresent()) {
      finish(job, outcome.get());
    } else if (job.cancelAt().isPresent()) {
      put(job.ended(JobState.CANCELLED, Optional.empty(), now()));
    } else {
      String end = worker == null ? "" : worker.end().map(text -> " (" + text + ")").orElse("");
      tryAgain(job, "the worker died" + end);
    }
  }

  private boolean isOver(Instant since, Duration limit) {
    return Duration.between(since, clock.instant()).compareTo(limit) > 0;
  }

  /** A worker of ours is a process; one that another service started holds the job's lock. */
  private boolean isAlive(
      Job job,
      JobFolder jobFolder,
      WorkerLauncher.@org.jspecify.annotations.Nullable Worker worker) {
    if (worker != null) {
      return worker.isAlive();
    }
    Optional<FileChannel> hold = jobFolder.hold();
    if (hold.isPresent()) {
      try {
        hold.get().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // It may be on its way: a service that was killed may have started it a moment ago.
      return jobFolder.readOutcome().isEmpty() && jobFolder.isStarting(job.attempts(), START);
    }
    return true;
  }

  private static void kill(
      JobFolder jobFolder, WorkerLauncher.@org.jspecify.annotations.Nullable Worker worker) {
    if (worker != null) {
      worker.kill();
    } else {
      jobFolder.worker().ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private void finish(Job job, Outcome outcome) {
    switch (outcome.end()) {
      case SUCCEEDED -> succeed(job, outcome);
      case CANCELLED -> put(job.ended(JobState.CANCELLED, Optional.empty(), now()));
      case FAILED -> put(job.ended(JobState.FAILED, outcome.failure(), now()));
      case BROKEN -> tryAgain(job, outcome.failure().orElse("the worker broke off"));
    }
  }

  private void tryAgain(Job job, String why) {
    JobFolder jobFolder = folder(job);
    int tries = job.attempts() - job.attemptsBefore();
    if (tries >= settings.attempts()) {
      put(
          job.ended(
              JobState.FAILED,
              Optional.of(
                  "%s, in each of %d attempts; the last lines of its log: %s"
                      .formatted(why, tries, lastLines(jobFolder.log()))),
              now()));
    } else {
      jobFolder
          .events()
          .append("log", Map.of("message", why + "; it is tried again from its last checkpoint"));
      launch(job, slots.named(job.slots()));
    }
  }

  private static String lastLines(Path file) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(they cannot be read: " + e.getMessage() + ")";
    }
  }

  private void succeed(Job job, Outcome outcome) {
    try {
      Path file = models.incoming();
      Files.copy(Path.of(outcome.weights().orElseThrow()), file);
      var lineage = new LinkedHashMap<String, Object>();
      lineage.put("source", "training");
      lineage.put("job", job.id());
      lineage.put("dataset", job.spec().dataset());
      lineage.put("dataset_sha256", job.content());
      var version =
          models.add(
              job.spec().model(),
              () -> ModelConfigReader.stored(outcome.config().orElseThrow()),
              file,
              outcome.metrics(),
              lineage,
              Optional.of("training:" + job.id() + ":" + job.attemptsBefore()));
      put(job.succeeded(version.version(), outcome.metrics(), now()));
    } catch (BraidException e) {
      put(
          job.ended(
              JobState.FAILED,
              Optional.of("the trained version was refused: " + e.getMessage()),
              now()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the folders of jobs that no longer are in the database. */
  private void clean() {
    try (var all = Files.list(folder)) {
      var folders = new ArrayList<>(all.toList());
      folders.removeIf(one -> repository.find(one.getFileName().toString()).isPresent());
      folders.forEach(io.braid.store.DurableFiles::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void start() {
    clean();
    running = true;
    thread = Thread.ofPlatform().daemon().name("jobs").start(this::loop);
  }

  /** Workers run on. */
  @Override
  public void stop() {
    running = false;
    thread.interrupt();
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
