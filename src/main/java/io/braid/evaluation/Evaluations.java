package io.braid.evaluation;

import io.braid.dataset.DatasetService;
import io.braid.dataset.DatasetUse;
import io.braid.job.IdempotencyKeys;
import io.braid.job.TrainingRuns;
import io.braid.model.ModelService;
import io.braid.model.ModelUse;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import io.braid.store.RandomId;
import io.braid.store.Replicas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/**
 * Takes evaluations, and works at one after the other. One that a stop cut off is begun anew by the
 * next start: it gives the same numbers.
 */
@Service
class Evaluations implements DatasetUse, ModelUse, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Evaluations.class);
  private static final String KIND = "evaluation";
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** How far one is that runs. */
  record Progress(long done, long total) {
    static final Progress NONE = new Progress(0, 0);
  }

  private final EvaluationRepository repository;
  private final EvaluationReader reader;
  private final IdempotencyKeys keys;
  private final TrainingRuns runs;
  private final Appraisal appraisal;
  private final ModelService models;
  private final DatasetService datasets;
  private final TransactionTemplate transaction;
  private final Replicas replicas;
  private final Clock clock = Clock.systemUTC();
  private final Semaphore wakes = new Semaphore(1);
  private final Thread thread;

  /** The one that is worked at. */
  private volatile String current = "";

  private volatile Progress progress = Progress.NONE;

  /** The last one that was cancelled, maybe while it ran. */
  private volatile String cancelled = "";

  private volatile boolean isClosing;

  Evaluations(
      EvaluationRepository repository,
      EvaluationReader reader,
      IdempotencyKeys keys,
      TrainingRuns runs,
      Appraisal appraisal,
      ModelService models,
      DatasetService datasets,
      TransactionTemplate transaction,
      Replicas replicas) {
    this.repository = repository;
    this.reader = reader;
    this.keys = keys;
    this.runs = runs;
    this.appraisal = appraisal;
    this.models = models;
    this.datasets = datasets;
    this.transaction = transaction;
    this.replicas = replicas;
    replicas.everySecond(this::follow);
    this.thread = Thread.ofPlatform().daemon().name("evaluate").start(this::work);
  }

  /** Takes one. The same key with the same body gives the one of the first time. */
  Evaluation create(JsonNode body, Optional<String> key) {
    Optional<String> earlier = keys.earlier(KIND, key, body);
    if (earlier.isPresent()) {
      return find(earlier.get());
    }
    EvaluationReader.Read read = reader.read(body);
    return models.whileUnchanged(() ->
        datasets.whileUnchanged(() -> {
          requireThere(read.spec(), read.content());
          Evaluation added = Objects.requireNonNull(transaction.execute(_ -> add(read, body, key)));
          wakes.release();
          return added;
        }));
  }

  /** What went while the request was checked is told like what was never there. */
  private void requireThere(EvaluationSpec spec, String content) {
    try {
      models.resolve(spec.model(), Optional.of(spec.version()));
    } catch (BraidException e) {
      throw invalid("/version", String.valueOf(e.getMessage()));
    }
    if (datasets.content(spec.dataset()).filter(content::equals).isEmpty()) {
      throw invalid("/dataset", "'%s' was replaced or deleted just now".formatted(spec.dataset()));
    }
  }

  private static BraidException invalid(String pointer, String why) {
    return BraidException.invalid(List.of(new Fault(pointer, why)));
  }

  private Evaluation add(EvaluationReader.Read read, JsonNode body, Optional<String> key) {
    Optional<String> meanwhile = keys.earlier(KIND, key, body);
    if (meanwhile.isPresent()) {
      return find(meanwhile.get());
    }
    Evaluation added = insert(read.spec(), read.content(), Optional.empty());
    keys.remember(KIND, key, body, added.id());
    return added;
  }

  private Evaluation insert(EvaluationSpec spec, String content, Optional<String> job) {
    var added =
        Evaluation.queued(
            repository.nextNumber(), RandomId.of("evaluation-"), spec, content, job, now());
    repository.insert(added);
    return added;
  }

  /** What measures the version that a run has made. */
  Optional<Evaluation> ofJob(String job) {
    return repository.ofJob(job);
  }

  /** By its id, or {@code latest}; 404 where there is none. */
  Evaluation find(String id) {
    return repository
        .find(id)
        .orElseThrow(
            () -> new BraidException(ProblemKind.NOT_FOUND, "there is no evaluation '" + id + "'"));
  }

  /** A page, the newest first, of one model or job if given; see {@link Page#of}. */
  Page<Evaluation> list(Optional<String> model, Optional<String> job, int limit, String cursor) {
    return Page.newestFirst(
        limit,
        cursor,
        (before, most) -> repository.list(model, job, before, most),
        Evaluation::number);
  }

  Progress progress(Evaluation evaluation) {
    return evaluation.id().equals(current) ? progress : Progress.NONE;
  }

  /** Stops one; 409 where it is over. */
  Evaluation cancel(String id) {
    Evaluation evaluation = find(id);
    while (!evaluation.isOver()) {
      Evaluation cancelled =
          evaluation.ended(Evaluation.State.CANCELLED, Optional.empty(), Map.of(), now());
      if (repository.update(cancelled, evaluation.state())) {
        this.cancelled = evaluation.id();
        return cancelled;
      }
      evaluation = find(evaluation.id());
    }
    throw new BraidException(
        ProblemKind.CONFLICT,
        "%s is over (%s) and cannot be cancelled".formatted(evaluation.id(), evaluation.state()));
  }

  /** Queues one again that failed or was cancelled; 409 another. */
  Evaluation resume(String id) {
    return models.whileUnchanged(() ->
        datasets.whileUnchanged(() -> {
          Evaluation evaluation = find(id);
          boolean isOff =
              evaluation.state() == Evaluation.State.FAILED
                  || evaluation.state() == Evaluation.State.CANCELLED;
          if (!isOff || !queueAgain(evaluation)) {
            throw new BraidException(
                ProblemKind.CONFLICT,
                "%s is '%s'; what has failed or was cancelled is tried again"
                    .formatted(evaluation.id(), evaluation.state()));
          }
          wakes.release();
          return find(evaluation.id());
        }));
  }

  private boolean queueAgain(Evaluation evaluation) {
    requireThere(evaluation.spec(), evaluation.content());
    if (evaluation.id().equals(cancelled)) {
      cancelled = "";
    }
    return repository.update(evaluation.again(), evaluation.state());
  }

  private void work() {
    try {
      while (true) {
        wakes.acquire();
        wakes.drainPermits();
        try {
          workOff();
        } catch (RuntimeException | Error e) {
          if (!isClosing) {
            log.error("evaluations go on after a failure", e);
            Thread.sleep(RETRY);
            wakes.release();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Another replica may have taken one, cancelled the one that runs, or left one unfinished. */
  private void follow() {
    String running = current;
    if (!running.isEmpty() && find(running).state() == Evaluation.State.CANCELLED) {
      cancelled = running;
    }
    wakes.release();
  }

  private void workOff() {
    if (!replicas.isLeader()) {
      return;
    }
    takeRuns(); // those that a crash kept from being taken when they succeeded
    for (Optional<Evaluation> next = repository.next();
        next.isPresent() && !isClosing && replicas.isLeader();
        next = repository.next()) {
      run(next.get());
    }
  }

  /** A run has made a version, which may be one to measure. */
  @EventListener
  void succeeded(TrainingRuns.Succeeded run) {
    takeRuns();
    wakes.release();
  }

  /** Takes in what runs have made and nothing measures; the version's test split, as it was. */
  private synchronized void takeRuns() {
    Set<String> taken = repository.jobs();
    for (TrainingRuns.Run run : runs.toEvaluate()) {
      if (!taken.contains(run.job())) {
        var spec =
            new EvaluationSpec(
                run.spec().model(),
                run.version().orElseThrow(),
                run.spec().dataset(),
                EvaluationSpec.Part.TEST,
                run.spec().testFraction(),
                run.spec().seed(),
                run.spec().modalSparsity(),
                run.spec().seed(),
                run.spec().evaluate().classification(),
                run.spec().evaluate().regression(),
                false,
                run.spec().gate());
        models.whileUnchanged(() ->
            datasets.whileUnchanged(() ->
                transaction.execute(_ -> insert(spec, run.content(), Optional.of(run.job())))));
      }
    }
  }

  private void run(Evaluation queued) {
    progress = Progress.NONE;
    current = queued.id();
    Evaluation started = queued.started(queued.startedAt().orElse(now()));
    if (!repository.update(started, queued.state())) {
      return; // cancelled just now
    }
    try {
      boolean isKept =
          appraisal.run(
              started,
              this::at,
              metrics -> end(started, Evaluation.State.SUCCEEDED, Optional.empty(), metrics));
      if (!isKept) {
        throw new CancellationException();
      }
    } catch (CancellationException e) {
      log.info("{} is stopped", started.id());
    } catch (RuntimeException | Error e) {
      boolean isTold =
          !isClosing && end(started, Evaluation.State.FAILED, Optional.of(why(e)), Map.of());
      if (isTold) {
        log.warn("{} fails", started.id(), e);
      }
    } finally {
      current = "";
    }
  }

  private static String why(Throwable e) {
    return e instanceof OutOfMemoryError
        ? "the service's Java heap is full; give it more, or measure fewer samples"
        : String.valueOf(e.getMessage());
  }

  /** False where it was cancelled meanwhile. */
  private boolean end(
      Evaluation running, Evaluation.State end, Optional<String> why, Map<String, Object> metrics) {
    return repository.update(running.ended(end, why, metrics, now()), Evaluation.State.RUNNING);
  }

  private void at(long done, long total) {
    progress = new Progress(done, total);
    if (cancelled.equals(current) || isClosing) {
      throw new CancellationException();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public boolean isUsed(String dataset) {
    return repository.usesDataset(dataset);
  }

  @Override
  public Optional<String> user(String model, int version) {
    return repository.usesVersion(model, version)
        ? Optional.of("an evaluation that is queued or runs")
        : Optional.empty();
  }

  /** Ends the work, which the next start takes up. */
  @Override
  public void close() throws InterruptedException {
    isClosing = true;
    thread.interrupt();
    thread.join();
  }
}
