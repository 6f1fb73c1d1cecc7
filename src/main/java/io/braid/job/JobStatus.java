package io.braid.job;

import io.braid.job.WorkerLauncher.State;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How it is with the Job of a worker, in words that tell what to do, from what a cluster says. */
final class JobStatus {
  private static final int LONGEST = 300;

  private JobStatus() {}

  /**
   * @param pods of the Job
   * @param queue of Kueue, where it goes through one
   */
  static State of(JsonNode job, List<JsonNode> pods, Optional<String> queue) {
    if (isComplete(job)) {
      return State.ended("exit 0");
    }
    Optional<JsonNode> failed = condition(job, "Failed");
    if (failed.isPresent()) {
      return State.ended(latest(pods).flatMap(JobStatus::end).orElseGet(() -> words(failed.get())));
    }
    if (isGoing(job)) {
      return new State.Running();
    }
    Optional<JsonNode> pod = latest(pods.stream().filter(one -> !isOver(one)).toList());
    if (pod.isPresent()) {
      return of(pod.get());
    }
    if (job.path("spec").path("suspend").asBoolean(false)) {
      return new State.Waiting(
          queue
              .map(name -> "Kueue has not admitted it to its queue '" + name + "' yet")
              .orElse("its Job is suspended"));
    }
    return new State.Waiting(
        latest(pods)
            .flatMap(JobStatus::disruption)
            .map(why -> why + "; another pod comes in its place")
            .orElse("its Job has no pod yet"));
  }

  /** Whether its pod has done its work. */
  static boolean isComplete(JsonNode job) {
    return condition(job, "Complete").isPresent();
  }

  private static State of(JsonNode pod) {
    JsonNode container = pod.at("/status/containerStatuses/0/state");
    if (container.has("running") || container.has("terminated") || isGoing(pod)) {
      return new State.Running(); // or at its end, which its Job tells in a moment
    }
    JsonNode waiting = container.path("waiting");
    String reason = waiting.path("reason").asString("");
    if (!reason.isEmpty() && !reason.equals("ContainerCreating")) {
      String what = reason.contains("Image") ? "its image cannot be had" : "its pod cannot start";
      return new State.Waiting(what + ": " + words(waiting));
    }
    return new State.Waiting(
        condition(pod, "PodScheduled", "False")
            .map(why -> "there is no node for it: " + words(why))
            .orElse("its pod starts"));
  }

  /** How a pod ended. */
  private static Optional<String> end(JsonNode pod) {
    Optional<String> disruption = disruption(pod);
    if (disruption.isPresent()) {
      return disruption;
    }
    JsonNode ended = pod.at("/status/containerStatuses/0/state/terminated");
    if (ended.isMissingNode()) {
      return Optional.of(words(pod.path("status"))).filter(words -> !words.isEmpty());
    }
    int exit = ended.path("exitCode").asInt();
    return Optional.of(
        ended.path("reason").asString("").equals("OOMKilled")
            ? ("exit %d: it took more memory than its pod may; raise its limit, or lower"
                    + " micro_batch_size")
                .formatted(exit)
            : WorkerLauncher.words(exit));
  }

  /** Whether the cluster ended a pod for reasons of its own. */
  private static Optional<String> disruption(JsonNode pod) {
    return condition(pod, "DisruptionTarget")
        .map(why -> "the cluster ended its pod: " + words(why));
  }

  private static Optional<JsonNode> latest(List<JsonNode> pods) {
    return pods.stream()
        .max(Comparator.comparing(pod -> pod.at("/metadata/creationTimestamp").asString("")));
  }

  private static boolean isOver(JsonNode pod) {
    String phase = pod.at("/status/phase").asString("");
    return phase.equals("Failed") || phase.equals("Succeeded");
  }

  private static boolean isGoing(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  private static Optional<JsonNode> condition(JsonNode object, String type) {
    return condition(object, type, "True");
  }

  private static Optional<JsonNode> condition(JsonNode object, String type, String status) {
    return object
        .at("/status/conditions")
        .valueStream()
        .filter(one ->
            one.path("type").asString("").equals(type)
                && one.path("status").asString("").equals(status))
        .findFirst();
  }

  private static String words(JsonNode said) {
    String reason = said.path("reason").asString("");
    String message = said.path("message").asString("");
    String both = reason + (reason.isEmpty() || message.isEmpty() ? "" : ": ") + message;
    return both.length() > LONGEST ? both.substring(0, LONGEST) + "..." : both;
  }
}
