package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.braid.store.Replicas;
import io.braid.store.SharedLock;
import io.braid.training.JobFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Jobs as they stand. Every change goes through here, one at a time: it is durable first, and then
 * told in the job's events, also where a crash came between.
 */
@Component
class Jobs {
  private static final Logger log = LoggerFactory.getLogger(Jobs.class);

  private final JobRepository repository;
  private final JobQueue queue;
  private final Path folder;
  private final TransactionTemplate transaction;
  private final Clock clock = Clock.systemUTC();

  /** Ended jobs whose folders are kept, the newest. */
  private final int keptFolders;

  /** Whether a job has ended since folders were last looked at. */
  private final AtomicBoolean someEnded = new AtomicBoolean();

  /** Jobs whose state their events do not tell yet. */
  private final Set<String> untold = ConcurrentHashMap.newKeySet();

  /** Held while jobs come or change. */
  private final SharedLock changes;

  Jobs(
      JobRepository repository,
      DataFolder data,
      TransactionTemplate transaction,
      BraidProperties properties,
      Replicas replicas) {
    this.repository = repository;
    this.queue = new JobQueue(properties.training().ageing());
    this.keptFolders = properties.training().keepJobs();
    this.folder = data.folder("jobs");
    this.transaction = transaction;
    this.changes = new SharedLock(replicas, "jobs");
    changes.holding(this::clean);
    tellAll();
  }

  /**
   * Removes the folders of jobs that a crash kept from being taken, or from being removed whole,
   * and checkpoints of old.
   */
  private void clean() {
    try (var all = Files.list(folder)) {
      for (Path one : all.toList()) {
        Optional<Job> job = repository.find(one.getFileName().toString());
        if (job.isEmpty()) {
          DurableFiles.delete(one);
        } else if (job.get().state() == JobState.SUCCEEDED) {
          DurableFiles.delete(new JobFolder(one).checkpoints());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes the checkpoints of jobs that failed or were cancelled and that nobody went on with. A
   * job that is resumed afterwards begins anew.
   *
   * @param kept how long they are kept after the end of a job
   */
  void removeCheckpoints(Duration kept) {
    Instant before = now().minus(kept);
    for (JobState state : List.of(JobState.FAILED, JobState.CANCELLED)) {
      for (Job job : ofState(state)) {
        if (Files.exists(folder(job.id()).checkpoints())) {
          alone(() -> {
            Job current = find(job.id());
            if (current.state() == state && current.endedAt().filter(before::isAfter).isPresent()) {
              DurableFiles.delete(folder(job.id()).checkpoints());
              note(job.id(), "its checkpoints were removed; resumed, it begins anew");
            }
            return current;
          });
        }
      }
    }
  }

  /** Removes the folders of old jobs, where a job has ended since this was last asked for. */
  void removeFoldersOnceEnded() {
    if (someEnded.getAndSet(false)) {
      removeFolders();
    }
  }

  /**
   * Removes the folders of jobs that have ended, but for the newest. One stays as long as a
   * checkpoint is in it, from which the job may go on, or jobs of its sweep have yet to end, whose
   * report shows the losses of all.
   */
  void removeFolders() {
    List<String> folders = folders();
    if (folders.size() > keptFolders) {
      repository.ended(folders).stream()
          .sorted(Comparator.comparing(JobRepository.Ended::at).reversed())
          .skip(keptFolders)
          .forEach(old ->
              alone(() -> {
                Job job = find(old.id());
                if (isNeededNoMore(job)) {
                  remove(job);
                }
                return job;
              }));
    }
  }

  private List<String> folders() {
    try (var all = Files.list(folder)) {
      return all.map(one -> one.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isNeededNoMore(Job job) {
    return job.state().isEnd()
        && !untold.contains(job.id())
        && !Files.exists(folder(job.id()).checkpoints())
        && job.sweep().map(repository::ofSweep).orElse(List.of()).stream()
            .allMatch(other -> other.state().isEnd());
  }

  /** Under another name first, by which a start knows what a crash left of it. */
  private void remove(Job job) {
    Path removed = folder.resolve(job.id() + ".removed");
    try {
      Files.move(folder(job.id()).path(), removed, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DurableFiles.delete(removed);
    log.info("{}: its events and log were removed, for newer jobs have ended", job.id());
  }

  /** Whether the folder of a job is still there. */
  boolean isKept(Job job) {
    return Files.exists(folder(job.id()).path());
  }

  /** Why the folder of a job is not there. */
  String whyGone(Job job) {
    return "events, log and losses of %s are no longer kept: braid.training.keep-jobs=%d"
        .formatted(job.id(), keptFolders);
  }

  /** The folder of a job, for what is told from there alone; 404 where it is no longer kept. */
  JobFolder keptFolder(Job job) {
    if (!isKept(job)) {
      throw new BraidException(ProblemKind.NOT_FOUND, whyGone(job));
    }
    return folder(job.id());
  }

  JobFolder folder(String id) {
    return new JobFolder(folder.resolve(id));
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  Job find(String id) {
    return repository
        .find(id)
        .orElseThrow(
            () -> new BraidException(ProblemKind.NOT_FOUND, "there is no job '" + id + "'"));
  }

  /** Those that run, oldest first. */
  List<Job> running() {
    return ofState(JobState.RUNNING);
  }

  /** Those that wait, in the order in which they start. */
  List<Job> line() {
    return queue.line(ofState(JobState.QUEUED), now());
  }

  /** Those of the line that can start now, each with its slots. */
  Map<Job, List<Slot>> next(Slots slots) {
    Collection<String> taken = leases().keySet();
    List<Slot> free = slots.all().stream().filter(slot -> !taken.contains(slot.name())).toList();
    return queue.next(ofState(JobState.QUEUED), free, now());
  }

  private List<Job> ofState(JobState state) {
    return repository.ofState(state);
  }

  /** Who holds which slot, by the slot's name. */
  Map<String, Job> leases() {
    var leases = new LinkedHashMap<String, Job>();
    for (Job job : running()) {
      job.slots().forEach(slot -> leases.put(slot, job));
    }
    return leases;
  }

  /** Does something while no job comes or changes. */
  <T> T alone(Supplier<T> what) {
    return changes.holding(what);
  }

  /**
   * Takes new jobs, all of them or none.
   *
   * @param with what belongs into the same transaction
   */
  void add(List<Job> jobs, Runnable with) {
    alone(() -> {
      for (Job job : jobs) {
        try {
          Files.createDirectories(folder(job.id()).path());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      transaction.executeWithoutResult(_ -> {
        jobs.forEach(repository::insert);
        with.run();
      });
      jobs.forEach(this::tell);
      return jobs;
    });
  }

  /**
   * Changes a job, as it is by now.
   *
   * @return what it is then
   */
  Job change(String id, UnaryOperator<Job> change) {
    return alone(() -> {
      Job before = find(id);
      Job after = change.apply(before);
      boolean isNews = after.state() != before.state();
      transaction.executeWithoutResult(_ -> repository.update(after, !isNews));
      if (isNews) {
        tell(after);
      }
      if (after.state().isEnd()) {
        someEnded.set(true);
      }
      return after;
    });
  }

  private void tell(Job job) {
    try {
      folder(job.id()).events().append("state", told(job));
      repository.told(job);
      untold.remove(job.id());
      log.info(
          "{} for model {} is {}{}",
          job.id(),
          job.spec().model(),
          job.state(),
          job.failure().map(failure -> ": " + failure).orElse(""));
    } catch (UncheckedIOException | DataAccessException e) {
      if (untold.add(job.id())) {
        log.warn("{} is {}, which cannot be told yet: {}", job.id(), job.state(), e.getMessage());
      }
    }
  }

  /** What the event of a job's state says. */
  static Map<String, Object> told(Job job) {
    var data = new LinkedHashMap<String, Object>();
    data.put("state", job.state().toString());
    data.put("attempts", job.attempts());
    job.failure().ifPresent(failure -> data.put("failure", failure));
    job.version().ifPresent(version -> data.put("version", version));
    return data;
  }

  /** Tells what a crash kept from being told. */
  void tellAll() {
    alone(() -> {
      List<Job> all = repository.untold();
      all.forEach(this::tell);
      return all;
    });
  }

  /** Tells what could not be told before, for want of room on the disk. */
  void tellAgain() {
    for (String id : untold) {
      alone(() -> {
        tell(find(id));
        return id;
      });
    }
  }

  /** Whether a job has ended, and its events say so. */
  boolean isOver(String id) {
    return alone(() -> find(id).state().isEnd() && !untold.contains(id));
  }

  /** Notes something in a job's events; where that fails, all else about the job goes on. */
  void note(String id, String message) {
    try {
      folder(id).events().log(message);
    } catch (UncheckedIOException e) {
      log.warn("{}: '{}' cannot be noted: {}", id, message, e.getMessage());
    }
  }
}
