package io.braid.job;

import io.braid.dataset.DatasetService;
import io.braid.dataset.DatasetUse;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes jobs and sweeps, cancels and resumes them. */
@Service
class JobService implements DatasetUse {
  private static final int MAX_CELLS = 1000;
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

  private final JobRepository repository;
  private final JobSpecReader specs;
  private final JobPool pool;
  private final DatasetService datasets;
  private final TransactionTemplate transaction;
  private final SecureRandom random = new SecureRandom();

  JobService(
      JobRepository repository,
      JobSpecReader specs,
      JobPool pool,
      DatasetService datasets,
      TransactionTemplate transaction) {
    this.repository = repository;
    this.specs = specs;
    this.pool = pool;
    this.datasets = datasets;
    this.transaction = transaction;
  }

  /** A sweep and its jobs, a cell each. */
  record Sweep(String id, Instant createdAt, List<Job> jobs) {
    Sweep {
      jobs = List.copyOf(jobs);
    }
  }

  @Override
  public boolean isUsed(String dataset) {
    return repository.usesDataset(dataset);
  }

  Job find(String id) {
    return repository
        .find(id)
        .orElseThrow(
            () -> new BraidException(ProblemKind.NOT_FOUND, "there is no job '" + id + "'"));
  }

  /** Takes a job. The same key with the same body gives the job of the first time. */
  Job create(JsonNode body, Optional<String> key) {
    JobSpecReader.Read read = specs.read(body);
    return pool.change(() -> {
      Optional<String> earlier = earlier("job", key, body);
      if (earlier.isPresent()) {
        return find(earlier.get());
      }
      return inTransaction(() -> {
        Job job = insert(read, Optional.empty());
        remember("job", key, body, job.id());
        return job;
      });
    });
  }

  private Job insert(JobSpecReader.Read read, Optional<String> sweep) {
    Instant now = pool.now();
    var job =
        new Job(
            repository.nextNumber("job"),
            newId("job-"),
            read.spec(),
            read.content(),
            JobState.QUEUED,
            List.of(),
            0,
            0,
            now,
            now,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            sweep);
    try {
      Files.createDirectories(pool.folder(job).path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pool.folder(job).events().append("state", Map.of("state", JobState.QUEUED.toString()));
    repository.insert(job);
    return job;
  }

  private String newId(String prefix) {
    var id = new StringBuilder(prefix);
    for (int i = 0; i < 10; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  private <T> T inTransaction(java.util.function.Supplier<T> what) {
    T result = transaction.execute(_ -> what.get());
    if (result == null) {
      throw new IllegalStateException("the transaction gave nothing; this is a bug");
    }
    return result;
  }

  private Optional<String> earlier(String kind, Optional<String> key, JsonNode body) {
    key.filter(k -> k.isBlank() || k.length() > 255)
        .ifPresent(_ -> {
          throw BraidException.invalid(
              List.of(new Fault("Idempotency-Key", "expected 1 to 255 characters")));
        });
    Optional<JobRepository.Request> request = key.flatMap(k -> repository.findRequest(kind, k));
    if (request.isPresent() && !request.get().bodySha256().equals(sha256(body))) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "Idempotency-Key '%s' was used for another body".formatted(key.orElseThrow()));
    }
    return request.map(JobRepository.Request::id);
  }

  private void remember(String kind, Optional<String> key, JsonNode body, String id) {
    key.ifPresent(
        k -> repository.insertRequest(kind, k, new JobRepository.Request(sha256(body), id)));
  }

  private static String sha256(JsonNode body) {
    byte[] text = body.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(DurableFiles.sha256().digest(text));
  }

  /** Stops a job: at once where it waits, after a checkpoint where it runs. */
  Job cancel(String id) {
    return pool.change(() -> {
      Job job = find(id);
      if (job.state().isEnd()) {
        throw wrongState(job, "cancelled");
      }
      if (job.state() == JobState.QUEUED) {
        return pool.put(job.ended(JobState.CANCELLED, Optional.empty(), pool.now()));
      }
      pool.folder(job).cancel();
      Job cancelling = job.cancelling(pool.now());
      repository.update(cancelling);
      return cancelling;
    });
  }

  /** Queues a failed or cancelled job again; it goes on from its last checkpoint. */
  Job resume(String id) {
    return pool.change(() -> {
      Job job = find(id);
      if (job.state() != JobState.FAILED && job.state() != JobState.CANCELLED) {
        throw wrongState(job, "resumed");
      }
      String dataset = job.spec().dataset();
      if (!datasets.exists(dataset)
          || !datasets.find(dataset).contentSha256().equals(job.content())) {
        throw new BraidException(
            ProblemKind.CONFLICT,
            "dataset '%s' is not what the job began with; post a new job".formatted(dataset));
      }
      pool.folder(job).forgetCancel();
      return pool.put(job.queuedAgain(pool.now()));
    });
  }

  private static BraidException wrongState(Job job, String what) {
    return new BraidException(
        ProblemKind.CONFLICT, "%s is %s and cannot be %s".formatted(job.id(), job.state(), what));
  }

  /** Takes a sweep: a job for each cell of its grid, all of them or none. */
  Sweep createSweep(JsonNode body, Optional<String> key) {
    List<JobSpecReader.Read> cells = cells(body);
    return pool.change(() -> {
      Optional<String> earlier = earlier("sweep", key, body);
      if (earlier.isPresent()) {
        return sweep(earlier.get());
      }
      return inTransaction(() -> {
        var stored = new JobRepository.StoredSweep(newId("sweep-"), body.toString(), pool.now());
        repository.insert(repository.nextNumber("sweep"), stored);
        var jobs = new ArrayList<Job>();
        cells.forEach(cell -> jobs.add(insert(cell, Optional.of(stored.id()))));
        remember("sweep", key, body, stored.id());
        return new Sweep(stored.id(), stored.createdAt(), jobs);
      });
    });
  }

  Sweep sweep(String id) {
    JobRepository.StoredSweep stored =
        repository
            .findSweep(id)
            .orElseThrow(
                () -> new BraidException(ProblemKind.NOT_FOUND, "there is no sweep '" + id + "'"));
    return new Sweep(stored.id(), stored.createdAt(), repository.ofSweep(stored.id()));
  }

  private List<JobSpecReader.Read> cells(JsonNode body) {
    var faults = new ArrayList<Fault>();
    JsonNode grid = body.path("grid");
    if (!body.path("base").isObject()) {
      faults.add(new Fault("/base", "expected the object of a job"));
    }
    if (!grid.isObject()
        || grid.isEmpty()
        || !grid.valueStream().allMatch(values -> values.isArray() && !values.isEmpty())) {
      faults.add(new Fault("/grid", "expected lists of values, by the field of a job"));
    }
    for (String field : body.propertyNames()) {
      if (!field.equals("base") && !field.equals("grid")) {
        faults.add(new Fault("/" + field, "unknown, expected base and grid"));
      }
    }
    if (!faults.isEmpty()) {
      throw BraidException.invalid(faults);
    }
    long number = 1;
    for (JsonNode values : grid) {
      number = Math.multiplyExact(number, (long) values.size());
      if (number > MAX_CELLS) {
        throw BraidException.invalid(
            List.of(new Fault("/grid", "more than " + MAX_CELLS + " cells")));
      }
    }
    List<ObjectNode> bodies = List.of((ObjectNode) body.path("base").deepCopy());
    for (var axis : grid.properties()) {
      bodies =
          bodies.stream()
              .flatMap(base ->
                  axis.getValue().valueStream().map(value -> with(base, axis.getKey(), value)))
              .toList();
    }
    var cells = new ArrayList<JobSpecReader.Read>();
    for (ObjectNode cell : bodies) {
      specs.read(cell, "/base", faults).ifPresent(cells::add);
    }
    if (!faults.isEmpty()) {
      throw BraidException.invalid(faults.stream().distinct().toList());
    }
    return cells;
  }

  /** A body with one more field, {@code optimizer.learning_rate} for one within another. */
  private static ObjectNode with(ObjectNode base, String field, JsonNode value) {
    ObjectNode cell = base.deepCopy();
    ObjectNode at = cell;
    String[] path = field.split("\\.");
    for (int i = 0; i < path.length - 1; i++) {
      at = at.path(path[i]) instanceof ObjectNode inner ? inner : at.putObject(path[i]);
    }
    at.set(path[path.length - 1], value);
    return cell;
  }
}
