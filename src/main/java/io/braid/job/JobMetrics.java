package io.braid.job;

import io.braid.store.Replicas;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** What is told of jobs as metrics. Names are documented in {@code docs/metrics.md}. */
@Component
class JobMetrics {
  private final Jobs jobs;
  private final JobProgress progress;
  private final Attempts attempts;
  private final Replicas replicas;

  JobMetrics(
      MeterRegistry registry,
      Jobs jobs,
      JobProgress progress,
      Attempts attempts,
      Replicas replicas) {
    this.jobs = jobs;
    this.progress = progress;
    this.attempts = attempts;
    this.replicas = replicas;
    Gauge.builder("braid.job.silence", this::silence)
        .description("Longest time for which a running job has made no step")
        .baseUnit("seconds")
        .register(registry);
  }

  /** Told by the one that leads, so that it is told once. */
  private double silence() {
    if (!replicas.isLeader()) {
      return 0;
    }
    return jobs.running().stream()
        .mapToDouble(job -> Duration.between(lastSign(job), jobs.now()).toMillis() / 1000.0)
        .max()
        .orElse(0);
  }

  /** A worker that has no place to run is not silent. */
  private Instant lastSign(Job job) {
    Instant sign = progress.lastSign(job);
    return attempts.waitedUntil(job).filter(sign::isBefore).orElse(sign);
  }
}
