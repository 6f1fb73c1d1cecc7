package io.braid.job;

import io.braid.kubernetes.ApiException;
import io.braid.kubernetes.ApiServer;
import io.braid.kubernetes.ApiServer.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Jobs of workers and their pods, as they were a moment ago: the API server is asked once a second
 * at most for all of them, and less often while it does not answer. For one thread.
 */
final class ClusterView {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(3);

  private final ApiServer api;
  private final String selector;
  private final Map<String, JsonNode> jobs = new HashMap<>();
  private final Map<String, List<JsonNode>> pods = new HashMap<>();
  private long next = System.nanoTime();
  private @Nullable ApiException failure;

  ClusterView(ApiServer api, String selector) {
    this.api = api;
    this.selector = selector;
  }

  /** What was known is known no longer: it was changed just now. */
  void expire() {
    if (failure == null) {
      next = System.nanoTime();
    }
  }

  /**
   * By name.
   *
   * @throws ApiException where it is not known
   */
  Optional<JsonNode> job(String name) {
    look();
    return Optional.ofNullable(jobs.get(name));
  }

  /** All Jobs. */
  List<JsonNode> jobs() {
    look();
    return List.copyOf(jobs.values());
  }

  /** Of a Job that was there at the last look. */
  List<JsonNode> pods(String job) {
    return List.copyOf(pods.getOrDefault(job, List.of()));
  }

  private void look() {
    if (System.nanoTime() - next >= 0) {
      try {
        read();
        failure = null;
        next = System.nanoTime() + FRESH.toNanos();
      } catch (ApiException e) {
        failure = e;
        next = System.nanoTime() + AFTER_FAILURE.toNanos();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Jobs first: the pods of one that has ended tell how. */
  private void read() {
    List<JsonNode> listed = api.list(Kind.JOBS, selector);
    List<JsonNode> theirs = listed.isEmpty() ? List.of() : api.list(Kind.PODS, selector);
    jobs.clear();
    listed.forEach(job -> jobs.put(job.at("/metadata/name").asString(), job));
    pods.clear();
    for (JsonNode pod : theirs) {
      JsonNode labels = pod.at("/metadata/labels");
      String job =
          JobTemplate.name(
              labels.path(JobTemplate.JOB).asString(""),
              Integer.parseInt(labels.path(JobTemplate.ATTEMPT).asString("0")));
      pods.computeIfAbsent(job, _ -> new ArrayList<>()).add(pod);
    }
  }
}
