package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.dataset.DatasetService;
import io.braid.dataset.DatasetUse;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.RandomId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;

/** Takes jobs and sweeps, cancels and resumes them. */
@Service
class JobService implements DatasetUse {
  private static final Duration WHILE_OFF = Duration.ofMinutes(1);

  private final JobRepository repository;
  private final IdempotencyKeys keys;
  private final JobSpecReader specs;
  private final Jobs jobs;
  private final DatasetService datasets;
  private final Slots slots;
  private final boolean isEnabled;

  JobService(
      JobRepository repository,
      IdempotencyKeys keys,
      JobSpecReader specs,
      Jobs jobs,
      DatasetService datasets,
      Slots slots,
      BraidProperties properties) {
    this.repository = repository;
    this.keys = keys;
    this.specs = specs;
    this.jobs = jobs;
    this.datasets = datasets;
    this.slots = slots;
    this.isEnabled = properties.training().enabled();
  }

  /** A sweep and its jobs, a cell each. */
  record Sweep(String id, Instant createdAt, List<Job> jobs) {
    Sweep {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * @param values that its cell has
   */
  private record SweptJob(JobSpecReader.Read read, Map<String, Object> values) {}

  @Override
  public boolean isUsed(String dataset) {
    return repository.usesDataset(dataset);
  }

  /** Takes a job. The same key with the same body gives the job of the first time. */
  Job create(JsonNode body, Optional<String> key) {
    Optional<String> earlier = keys.earlier("job", key, body);
    if (earlier.isPresent()) {
      return jobs.find(earlier.get());
    }
    requireEnabled();
    JobSpecReader.Read read = specs.read(body);
    return settled(() -> {
      Optional<String> meanwhile = keys.earlier("job", key, body);
      if (meanwhile.isPresent()) {
        return jobs.find(meanwhile.get());
      }
      requireContents(List.of(read));
      Job job = queued(read, repository.nextNumber("job"), Optional.empty(), Map.of());
      jobs.add(List.of(job), () -> keys.remember("job", key, body, job.id()));
      read.notes().forEach(note -> jobs.note(job.id(), note));
      return job;
    });
  }

  /** Does something while neither a dataset nor a job comes, changes or goes. */
  private <T> T settled(Supplier<T> what) {
    return datasets.whileUnchanged(() -> jobs.alone(what));
  }

  private Job queued(
      JobSpecReader.Read read, long number, Optional<String> sweep, Map<String, Object> cell) {
    return Job.queued(
        number, RandomId.of("job-"), read.spec(), read.content(), jobs.now(), sweep, cell);
  }

  /** One that went while the requests were checked is told like one that was never there. */
  private void requireContents(List<JobSpecReader.Read> reads) {
    var contents = new HashMap<String, Optional<String>>();
    for (JobSpecReader.Read read : reads) {
      String name = read.spec().dataset();
      if (contents
          .computeIfAbsent(name, datasets::content)
          .filter(read.content()::equals)
          .isEmpty()) {
        throw BraidException.invalid(
            List.of(new Fault("/dataset", "'" + name + "' was replaced or deleted just now")));
      }
    }
  }

  private void requireEnabled() {
    if (!isEnabled) {
      throw new BraidException(
          ProblemKind.UNAVAILABLE,
          "this service does not train: braid.training.enabled",
          WHILE_OFF);
    }
  }

  /** Stops a job: at once where it waits, after a checkpoint where it runs. */
  Job cancel(String id) {
    return jobs.change(
        jobs.find(id).id(),
        job ->
            switch (job.state()) {
              case QUEUED -> job.cancelled(job.progress(), jobs.now());
              case RUNNING -> {
                jobs.folder(job.id()).cancel();
                yield job.cancelling(jobs.now());
              }
              case SUCCEEDED, FAILED, CANCELLED -> throw wrongState(job, "cancelled");
            });
  }

  /** Queues a failed or cancelled job again; it goes on from its last checkpoint. */
  Job resume(String id) {
    requireEnabled();
    String found = jobs.find(id).id();
    return settled(() ->
        jobs.change(
            found,
            job -> {
              requireResumable(job);
              jobs.folder(job.id()).reopen();
              return job.queuedAgain(jobs.now());
            }));
  }

  private void requireResumable(Job job) {
    if (job.state() != JobState.FAILED && job.state() != JobState.CANCELLED) {
      throw wrongState(job, "resumed");
    }
    if (!jobs.isKept(job)) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "there is nothing to go on from: %s; post a new job with its spec"
              .formatted(jobs.whyGone(job)));
    }
    String dataset = job.spec().dataset();
    if (datasets.content(dataset).filter(job.content()::equals).isEmpty()) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "dataset '%s' is not what the job began with; post a new job".formatted(dataset));
    }
    if (job.spec().devices() > slots.all().size()) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "%s asks for %d devices, and the pool has %d; GET /v1/workers lists them"
              .formatted(job.id(), job.spec().devices(), slots.all().size()));
    }
  }

  private static BraidException wrongState(Job job, String what) {
    return new BraidException(
        ProblemKind.CONFLICT, "%s is %s and cannot be %s".formatted(job.id(), job.state(), what));
  }

  /** Takes a sweep: a job for each cell of its grid, all of them or none. */
  Sweep createSweep(JsonNode body, Optional<String> key) {
    Optional<String> earlier = keys.earlier("sweep", key, body);
    if (earlier.isPresent()) {
      return sweep(earlier.get());
    }
    requireEnabled();
    var faults = new ArrayList<Fault>();
    Optional<Grid> grid = Grid.read(body, faults);
    var cells = new ArrayList<SweptJob>();
    for (Grid.Cell cell : grid.map(Grid::cells).orElse(List.of())) {
      var ofCell = new ArrayList<Fault>();
      specs
          .read(cell.body(), "", ofCell)
          .ifPresent(read -> cells.add(new SweptJob(read, cell.values())));
      ofCell.stream().map(cell::told).filter(fault -> !faults.contains(fault)).forEach(faults::add);
    }
    BraidException.refuse(faults);
    return settled(() -> {
      Optional<String> meanwhile = keys.earlier("sweep", key, body);
      return meanwhile.map(this::sweep).orElseGet(() -> add(body, key, cells));
    });
  }

  private Sweep add(JsonNode body, Optional<String> key, List<SweptJob> cells) {
    requireContents(cells.stream().map(SweptJob::read).toList());
    var stored = new JobRepository.StoredSweep(RandomId.of("sweep-"), body.toString(), jobs.now());
    var added = new ArrayList<Job>();
    long number = repository.nextNumber("job");
    for (SweptJob cell : cells) {
      added.add(queued(cell.read(), number++, Optional.of(stored.id()), cell.values()));
    }
    jobs.add(
        added,
        () -> {
          repository.insert(repository.nextNumber("sweep"), stored);
          keys.remember("sweep", key, body, stored.id());
        });
    return new Sweep(stored.id(), stored.createdAt(), added);
  }

  Sweep sweep(String id) {
    JobRepository.StoredSweep stored =
        repository
            .findSweep(id)
            .orElseThrow(
                () -> new BraidException(ProblemKind.NOT_FOUND, "there is no sweep '" + id + "'"));
    return new Sweep(stored.id(), stored.createdAt(), repository.ofSweep(stored.id()));
  }
}
