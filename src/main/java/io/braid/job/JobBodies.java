package io.braid.job;

import io.braid.job.JobProgress.Progress;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Jobs as clients see them. */
@Component
class JobBodies {
  private final JobPool pool;
  private final JobProgress progress;

  JobBodies(JobPool pool, JobProgress progress) {
    this.pool = pool;
    this.progress = progress;
  }

  JobApi.Body of(Job job) {
    Progress at = progress.of(job, pool.folder(job).events());
    OptionalDouble eta = JobProgress.eta(job, at);
    return new JobApi.Body(
        job.id(),
        job.state().toString(),
        new JobApi.ProgressBody(
            at.epoch(),
            job.spec().epochs(),
            at.step(),
            at.steps(),
            at.samplesPerSecond(),
            eta.isPresent() ? eta.getAsDouble() : null),
        position(job),
        job.metrics(),
        job.spec().dataset(),
        job.spec().model(),
        job.version().orElse(null),
        job.attempts(),
        job.slots(),
        job.failure().orElse(null),
        job.createdAt(),
        job.startedAt().orElse(null),
        job.endedAt().orElse(null),
        JobRepository.JSON.valueToTree(job.spec()));
  }

  private @Nullable Integer position(Job job) {
    if (job.state() != JobState.QUEUED) {
      return null;
    }
    List<String> line = pool.line().stream().map(Job::id).toList();
    int place = line.indexOf(job.id());
    return place < 0 ? null : place + 1;
  }
}
