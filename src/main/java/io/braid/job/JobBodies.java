package io.braid.job;

import io.braid.job.JobProgress.Progress;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Jobs as clients see them. */
@Component
class JobBodies {
  private final Jobs jobs;
  private final JobProgress progress;

  JobBodies(Jobs jobs, JobProgress progress) {
    this.jobs = jobs;
    this.progress = progress;
  }

  JobApi.Body of(Job job) {
    return of(List.of(job)).getFirst();
  }

  /** Many at once, for which the line is looked at once. */
  List<JobApi.Body> of(List<Job> some) {
    List<String> line = jobs.line().stream().map(Job::id).toList();
    var places = new HashMap<String, Integer>();
    line.forEach(id -> places.put(id, places.size() + 1));
    return some.stream().map(job -> of(job, places.get(job.id()))).toList();
  }

  private JobApi.Body of(Job job, @Nullable Integer place) {
    Progress at = progress.of(job);
    OptionalDouble eta = JobProgress.eta(job, at);
    ObjectNode spec = JobRepository.JSON.valueToTree(job.spec());
    if (job.spec().microBatchSize() == 0) {
      spec.remove("micro_batch_size"); // left to the service
    }
    return new JobApi.Body(
        job.id(),
        job.state().toString(),
        new JobApi.ProgressBody(
            at.epoch(),
            job.spec().epochs(),
            at.step(),
            at.steps(),
            at.step() > 0 ? at.loss() : null,
            at.samplesPerSecond(),
            eta.isPresent() ? eta.getAsDouble() : null),
        job.state() == JobState.QUEUED ? place : null,
        job.metrics().isEmpty() ? at.measured() : job.metrics(),
        job.spec().dataset(),
        job.spec().model(),
        job.version().orElse(null),
        job.attempts(),
        job.slots(),
        job.failure().orElse(null),
        job.createdAt(),
        job.startedAt().orElse(null),
        job.endedAt().orElse(null),
        job.sweep().orElse(null),
        job.cell().isEmpty() ? null : job.cell(),
        spec);
  }
}
