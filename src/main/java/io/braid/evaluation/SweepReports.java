package io.braid.evaluation;

import io.braid.job.TrainingRuns;
import org.springframework.stereotype.Component;

/** Makes the reports of sweeps from what is known of their cells by now. */
@Component
class SweepReports {
  private final TrainingRuns runs;
  private final Evaluations evaluations;

  SweepReports(TrainingRuns runs, Evaluations evaluations) {
    this.runs = runs;
    this.evaluations = evaluations;
  }

  /** By the sweep's id, or {@code latest}; 404 where there is none. */
  SweepReport of(String id) {
    TrainingRuns.Sweep sweep = runs.sweep(id);
    return new SweepReport(
        sweep,
        sweep.runs().stream()
            .map(run ->
                SweepReport.Cell.of(
                    run, evaluations.ofJob(run.job()), () -> runs.epochs(run.job())))
            .toList());
  }
}
