package io.braid.job;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.training.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** What others may know of training runs. */
@Component
public class TrainingRuns {
  /** A run has made a version. */
  public record Succeeded(String job) {}

  /**
   * A run.
   *
   * @param content of its dataset, in hex
   * @param failure in plain words
   * @param version of the model, once it has one
   * @param cell what its cell of a sweep changes of the base, by field
   */
  public record Run(
      String job,
      TrainingSpec spec,
      String content,
      String state,
      Optional<String> failure,
      Optional<Integer> version,
      Map<String, Object> cell) {

    public boolean isOver() {
      return state.equals(JobState.SUCCEEDED.toString())
          || state.equals(JobState.FAILED.toString())
          || state.equals(JobState.CANCELLED.toString());
    }
  }

  /**
   * A sweep.
   *
   * @param axes values of each field that it changes, in the order of the request
   * @param runs one a cell, in the order of the grid
   */
  public record Sweep(String id, Map<String, List<Object>> axes, List<Run> runs) {}

  private final JobRepository repository;
  private final Jobs jobs;

  TrainingRuns(JobRepository repository, Jobs jobs) {
    this.repository = repository;
    this.jobs = jobs;
  }

  /** By its id, or {@code latest}; 404 where there is none. */
  public Sweep sweep(String id) {
    JobRepository.StoredSweep stored =
        repository
            .findSweep(id)
            .orElseThrow(
                () -> new BraidException(ProblemKind.NOT_FOUND, "there is no sweep '" + id + "'"));
    Map<String, List<Object>> axes =
        JobRepository.JSON.treeToValue(
            JobRepository.JSON.readTree(stored.request()).path("grid"), new TypeReference<>() {});
    return new Sweep(
        stored.id(),
        axes,
        repository.ofSweep(stored.id()).stream().map(TrainingRuns::run).toList());
  }

  /** Those whose versions are to be evaluated: of sweeps, with a gate, and with labels. */
  public List<Run> toEvaluate() {
    return repository.ofState(JobState.SUCCEEDED).stream()
        .filter(job -> job.version().isPresent())
        .filter(job ->
            job.sweep().isPresent()
                || job.spec().gate().isPresent()
                || !job.spec().evaluate().classification().isEmpty()
                || !job.spec().evaluate().regression().isEmpty())
        .map(TrainingRuns::run)
        .toList();
  }

  /** What each epoch of a run measured: {@code epoch}, {@code train_loss}, {@code test_loss}... */
  public List<Map<String, Object>> epochs(String job) {
    return new JobHistory(jobs.folder(job).events()).epochs();
  }

  private static Run run(Job job) {
    return new Run(
        job.id(),
        job.spec(),
        job.content(),
        job.state().toString(),
        job.failure(),
        job.version(),
        job.cell());
  }
}
