package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.job.Attempts.Run;
import io.braid.job.WorkerLauncher.State;
import io.braid.store.Replicas;
import io.braid.training.JobFolder;
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
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts jobs on free slots and watches their workers. One thread looks at everything a few times a
 * second; all that it must know stands in the database and the jobs' folders, so it goes on after a
 * restart, or where another replica has left off, with workers that ran on meanwhile. Only the
 * replica that leads does so.
 */
@Component
class JobPool implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JobPool.class);
  private static final Duration LOOK = Duration.ofMillis(200);

  /** How often checkpoints and folders are looked for that are no longer kept. */
  private static final Duration BETWEEN_REMOVALS = Duration.ofDays(1);

  /** Longest time that a worker may take to its first sign. */
  private static final Duration START = Duration.ofSeconds(60);

  private final Jobs jobs;
  private final Slots slots;
  private final Attempts attempts;
  private final Replicas replicas;
  private final BraidProperties.Training settings;

  /** Jobs that wait for memory, and were told so. */
  private final Set<String> waiting = new HashSet<>();

  /** What last went wrong with a job, so that it is logged once. */
  private final Map<String, String> troubles = new HashMap<>();

  /** Whether this replica led at the last look. */
  private boolean led;

  /** Whether strays were looked for since it leads. */
  private boolean isTidy;

  private Instant nextRemoval = Instant.MIN;

  private volatile CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean running;
  private Thread thread = Thread.ofPlatform().unstarted(() -> {});

  JobPool(
      Jobs jobs, Slots slots, Attempts attempts, Replicas replicas, BraidProperties properties) {
    this.jobs = jobs;
    this.slots = slots;
    this.attempts = attempts;
    this.replicas = replicas;
    this.settings = properties.training();
  }

  private void loop(CountDownLatch end) {
    try {
      while (!end.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        lead();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lead() {
    boolean leads = replicas.isLeader();
    if (leads && !led) {
      isTidy = false;
      nextRemoval = Instant.MIN;
      guarded("what is untold", jobs::tellAll);
    } else if (!leads && led) {
      attempts.forget();
    }
    led = leads;
    if (leads) {
      look();
    }
  }

  /** One look at everything. What goes wrong with one job is no hindrance to the others. */
  private void look() {
    for (Job job : jobs.running()) {
      guarded(job.id(), () -> watch(job));
    }
    guarded("the queue", this::startNext);
    if (!isTidy) {
      guarded("workers of no job", this::tidy);
    }
    guarded("what is untold", jobs::tellAgain);
    if (jobs.now().isAfter(nextRemoval)) {
      nextRemoval = jobs.now().plus(BETWEEN_REMOVALS);
      guarded("old checkpoints", () -> jobs.removeCheckpoints(settings.keepCheckpoints()));
      guarded("folders of old jobs", jobs::removeFolders);
    }
    guarded("folders of old jobs", jobs::removeFoldersOnceEnded);
  }

  private void tidy() {
    attempts.endStrays();
    isTidy = true;
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
        attempts.fail(
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
    switch (attempts.fit(job, leased)) {
      case Fit.Never(String why) -> attempts.fail(job, why);
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
          attempts.start(started, leased, now);
        }
      }
    }
    return true;
  }

  private void watch(Job job) {
    JobFolder folder = jobs.folder(job.id());
    if (job.cancelAt().isPresent() && !folder.isCancelled()) {
      folder.cancel();
    }
    Optional<Run> run = attempts.run(job);
    if (run.isEmpty()) {
      attempts.recover(job);
      return;
    }
    switch (run.get().worker().state()) {
      case State.Waiting(String why) -> waits(job, run.get(), why);
      case State.Running() -> killOverdue(job, folder, run.get());
      case State.Ended(Optional<String> how) -> attempts.ended(job, run.get(), how);
    }
  }

  /** A worker without a place to run is not late, and has nothing to write before it stops. */
  private void waits(Job job, Run run, String why) {
    attempts.waits(job, run, why);
    if (job.cancelAt().isPresent()) {
      attempts.kill(job, run, "it was cancelled while it waited");
    }
  }

  private void killOverdue(Job job, JobFolder folder, Run run) {
    Optional<Instant> beat = folder.lastBeat().filter(run.since()::isBefore);
    Duration patience = settings.heartbeat();
    if (beat.isEmpty() && patience.compareTo(START) < 0) {
      patience = START;
    }
    if (job.cancelAt().filter(at -> isOver(at, settings.cancelGrace())).isPresent()) {
      attempts.kill(
          job, run, "it did not stop within %d s".formatted(settings.cancelGrace().toSeconds()));
    } else if (isOver(beat.orElse(run.since()), patience)) {
      attempts.kill(job, run, "there was no sign of it for %d s".formatted(patience.toSeconds()));
    }
  }

  private boolean isOver(Instant since, Duration limit) {
    return Duration.between(since, jobs.now()).compareTo(limit) > 0;
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
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 2;
  }
}
