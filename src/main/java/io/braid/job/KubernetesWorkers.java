package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.kubernetes.ApiException;
import io.braid.kubernetes.ApiServer;
import io.braid.process.JavaProcess;
import io.braid.training.JobFolder;
import io.braid.training.JobFolder.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Workers as Jobs of the cluster that the service runs in, in pods of their own with the same image
 * and the same data folder. A Job is named after its attempt, so that asking for it twice makes it
 * once. As long as the API server does not answer, all is taken to be as it was. Used by the pool's
 * thread alone.
 */
class KubernetesWorkers implements WorkerLauncher {
  private static final Logger log = LoggerFactory.getLogger(KubernetesWorkers.class);

  /** Longest time in which what a node wrote to the shared volume may not be seen on another. */
  private static final Duration OUTCOME_DELAY = Duration.ofSeconds(90);

  /** After which what was asked for, and has had no effect, is asked for again. */
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

  private final ApiServer api;
  private final JobTemplate template;
  private final ClusterView view;
  private final List<String> jvm;
  private final Class<?> main;

  KubernetesWorkers(
      ApiServer api, JobTemplate template, BraidProperties.Training settings, Class<?> main) {
    this.api = api;
    this.template = template;
    this.view = new ClusterView(api, template.selector());
    this.jvm = List.of("-Xmx" + settings.heap().toMegabytes() + "m");
    this.main = main;
  }

  /** The Job is made when the worker is first looked at, and as often as that takes. */
  @Override
  public Worker launch(JobFolder folder, int attempt) {
    return new Pod(folder, attempt, false);
  }

  @Override
  public Optional<Worker> find(JobFolder folder) {
    Optional<Integer> attempt = folder.lastOrder().map(Order::attempt);
    if (attempt.isPresent() && view.job(name(folder, attempt.get())).isPresent()) {
      return Optional.of(new Pod(folder, attempt.get(), true));
    }
    return folder.isHeld() ? Optional.of(new Nameless(folder)) : Optional.empty();
  }

  @Override
  public void endStrays(Set<String> jobs) {
    for (JsonNode job : view.jobs()) {
      String name = job.at("/metadata/name").asString();
      String whose = job.at("/metadata/labels").path(JobTemplate.JOB).asString("");
      boolean isOver =
          JobStatus.of(job, List.of(), Optional.empty()) instanceof State.Ended; // left to its time
      if (!jobs.contains(whose) && !isOver) {
        log.info("{} is deleted: {} does not run", name, whose);
        api.delete(name);
      }
    }
  }

  private static String id(JobFolder folder) {
    return folder.path().getFileName().toString();
  }

  private static String name(JobFolder folder, int attempt) {
    return JobTemplate.name(id(folder), attempt);
  }

  private JsonNode manifest(JobFolder folder, int attempt) {
    Path path = folder.path().toAbsolutePath();
    List<String> command =
        JavaProcess.command(main, jvm, List.of(path.toString(), Integer.toString(attempt)));
    return template.manifest(
        id(folder),
        attempt,
        folder.readOrder().devices().size(),
        command,
        path,
        folder.log().toAbsolutePath());
  }

  /** A worker in a pod of its own. */
  private final class Pod implements Worker {
    private final JobFolder folder;
    private final int attempt;
    private final String name;

    /** Whether the Job is known to have been made. */
    private boolean isMade;

    /** Whether the Job may have been made: it was asked for. */
    private boolean isAsked;

    private boolean isKilled;
    private long nextTry = System.nanoTime();
    private long nextKill = System.nanoTime();
    private Optional<Long> outcomeDueBy = Optional.empty();
    private State last = new State.Waiting("its Job is made");

    Pod(JobFolder folder, int attempt, boolean isMade) {
      this.folder = folder;
      this.attempt = attempt;
      this.name = name(folder, attempt);
      this.isMade = isMade;
      this.isAsked = isMade;
    }

    @Override
    public State state() {
      try {
        last = isMade ? observe() : createJob();
      } catch (ApiException e) {
        if (last instanceof State.Waiting) {
          last = new State.Waiting(String.valueOf(e.getMessage()));
        }
      }
      return last;
    }

    private State createJob() {
      if (isKilled) {
        return isAsked ? observe() : new State.Ended(Optional.empty());
      }
      if (System.nanoTime() - nextTry < 0) {
        return last;
      }
      nextTry = System.nanoTime() + RETRY_INTERVAL.toNanos();
      try {
        isAsked = true;
        api.create(manifest(folder, attempt));
      } catch (ApiException e) {
        if (e.isFinal()) {
          return State.ended(String.valueOf(e.getMessage()));
        }
        if (e.status() != 409) {
          throw e;
        }
      } finally {
        view.expire(); // it may have been made where no answer came
      }
      isMade = true;
      return observe();
    }

    private State observe() {
      Optional<JsonNode> job = view.job(name);
      if (job.isEmpty()) {
        return folder.isHeld() ? new State.Running() : State.ended("its Job was deleted");
      }
      State now = JobStatus.of(job.get(), view.pods(name), template.queue());
      return now instanceof State.Ended && JobStatus.isComplete(job.get()) && awaitsOutcome()
          ? new State.Waiting("how it ended has not come through the shared volume yet")
          : now;
    }

    /** Whether it did what it should, but has not been seen here to have done it. */
    private boolean awaitsOutcome() {
      long now = System.nanoTime();
      long due = outcomeDueBy.orElse(now + OUTCOME_DELAY.toNanos());
      outcomeDueBy = Optional.of(due);
      try {
        return now - due < 0
            && folder.readOutcome().filter(outcome -> outcome.attempt() == attempt).isEmpty();
      } catch (JacksonException e) {
        return false; // torn, and whole at no other time
      }
    }

    @Override
    public void kill() {
      isKilled = true;
      if (isAsked && System.nanoTime() - nextKill >= 0) {
        nextKill = System.nanoTime() + RETRY_INTERVAL.toNanos();
        try {
          api.delete(name);
          view.expire();
        } catch (ApiException e) {
          log.warn("{} cannot be deleted yet: {}", name, e.getMessage());
        }
      }
    }
  }

  /**
   * A worker without a Job: a process of a service that had other settings, or a pod that has
   * outlived its Job. It ends by itself.
   */
  private record Nameless(JobFolder folder) implements Worker {
    @Override
    public State state() {
      return folder.isHeld() ? new State.Running() : new State.Ended(Optional.empty());
    }

    /** There is nothing by which it could be reached. */
    @Override
    public void kill() {}
  }
}
