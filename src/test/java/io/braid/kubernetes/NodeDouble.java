package io.braid.kubernetes;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Jobs, and pods that are processes; does with them what controllers, scheduler and kubelet do. */
public final class NodeDouble implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String QUEUE = "kueue.x-k8s.io/queue-name";

  /** A pod: its status, and its process where it has one. */
  private static final class Pod {
    private final ObjectNode object;
    private @Nullable Process process;
    private String killedFor = "";

    Pod(ObjectNode object) {
      this.object = object;
    }
  }

  private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
  private final Map<String, List<Pod>> pods = new LinkedHashMap<>();
  private String full = "";
  private String pullFailure = "";
  private boolean hasQuota = true;
  private int number;

  /** From now on there is no room for pods, and why; empty: there is. */
  public synchronized void fill(String why) {
    full = why;
  }

  /** From now on images cannot be pulled, and why; empty: they can. */
  public synchronized void breakRegistry(String why) {
    pullFailure = why;
  }

  /** Kueue admits what is suspended, and what comes, unless it has no quota left. */
  public synchronized void admit(boolean hasQuota) {
    this.hasQuota = hasQuota;
  }

  /** What Kueue does when another needs the quota: it has none left. */
  public synchronized void suspend(String job) {
    hasQuota = false;
    spec(job).put("suspend", true);
    live(job)
        .ifPresent(pod -> {
          kill(pod, false);
          pods(job).remove(pod);
        });
  }

  /** The pod took more memory than it may. */
  public synchronized void runOutOfMemory(String job) {
    Pod pod = live(job).orElseThrow();
    pod.killedFor = "OOMKilled";
    kill(pod, true);
  }

  /** The pod has to make room. */
  public synchronized void evict(String job, String message) {
    Pod pod = live(job).orElseThrow();
    condition(pod.object, "DisruptionTarget", "True", "PreemptionByScheduler", message);
    kill(pod, false);
  }

  /** Whether a Job has a pod that runs. */
  public synchronized boolean runs(String job) {
    work();
    return live(job).filter(pod -> pod.process != null).isPresent();
  }

  /** Adds a Job, unless one of its name is there. */
  public synchronized boolean add(ObjectNode job) {
    return jobs.putIfAbsent(job.at("/metadata/name").asString(), job.deepCopy()) == null;
  }

  synchronized boolean delete(String name) {
    work();
    if (!jobs.containsKey(name)) {
      return false;
    }
    ((ObjectNode) jobs.get(name).path("metadata"))
        .put("deletionTimestamp", Instant.now().toString());
    live(name).ifPresent(pod -> kill(pod, true));
    return true;
  }

  public synchronized List<JsonNode> jobs() {
    work();
    return jobs.values().stream().map(JsonNode::deepCopy).map(JsonNode.class::cast).toList();
  }

  public synchronized List<JsonNode> pods() {
    work();
    return pods.values().stream()
        .flatMap(List::stream)
        .map(pod -> (JsonNode) pod.object.deepCopy())
        .toList();
  }

  /** All that has come to pass since the last time. */
  private void work() {
    Map.copyOf(jobs).forEach(this::work);
  }

  private void work(String name, ObjectNode job) {
    List<Pod> all = pods(name);
    for (Pod pod : all) {
      if (pod.process != null && !pod.process.isAlive() && !isOver(pod)) {
        end(job, pod, pod.process.exitValue());
      }
    }
    if (hasQuota && !job.at("/metadata/labels").path(QUEUE).isMissingNode()) {
      spec(name).put("suspend", false);
    }
    boolean isOver = !job.at("/status/conditions").isEmpty();
    if (job.path("metadata").has("deletionTimestamp")) {
      if (live(name).filter(pod -> pod.process != null).isEmpty()) {
        jobs.remove(name);
        pods.remove(name);
      }
    } else if (!isOver && !job.path("spec").path("suspend").asBoolean(false)) {
      Pod pod = live(name).orElseGet(() -> newPod(name, job));
      if (pod.process == null) {
        start(job, pod);
      }
    }
  }

  private Pod newPod(String name, ObjectNode job) {
    ObjectNode object = JSON.createObjectNode();
    object.set("metadata", job.at("/spec/template/metadata").deepCopy());
    object
        .withObject("/metadata")
        .put("name", name + "-" + ++number)
        .put("creationTimestamp", Instant.now().toString());
    object.withObject("/status").put("phase", "Pending");
    var pod = new Pod(object);
    pods(name).add(pod);
    return pod;
  }

  private void start(ObjectNode job, Pod pod) {
    ObjectNode status = pod.object.withObject("/status");
    status.remove("conditions");
    if (!full.isEmpty()) {
      condition(pod.object, "PodScheduled", "False", "Unschedulable", full);
      return;
    }
    ObjectNode state = state(pod);
    state.removeAll();
    if (!pullFailure.isEmpty()) {
      state.putObject("waiting").put("reason", "ImagePullBackOff").put("message", pullFailure);
      return;
    }
    JsonNode container = job.at("/spec/template/spec/containers/0");
    try {
      pod.process =
          new ProcessBuilder(
                  container.path("command").valueStream().map(JsonNode::asString).toList())
              .directory(new File(container.path("workingDir").asString()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    status.put("phase", "Running");
    state.putObject("running");
  }

  private static ObjectNode state(Pod pod) {
    ArrayNode containers = pod.object.withArray("/status/containerStatuses");
    ObjectNode container =
        containers.isEmpty() ? containers.addObject() : (ObjectNode) containers.get(0);
    return container.withObject("/state");
  }

  private void end(ObjectNode job, Pod pod, int exit) {
    pod.object.withObject("/status").put("phase", exit == 0 ? "Succeeded" : "Failed");
    ObjectNode state = state(pod);
    state.removeAll();
    state
        .putObject("terminated")
        .put("exitCode", exit)
        .put("reason", pod.killedFor.isEmpty() ? exit == 0 ? "Completed" : "Error" : pod.killedFor);
    boolean isIgnored =
        pod.object.toString().contains("DisruptionTarget")
            && job.at("/spec/podFailurePolicy/rules/0/action").asString("").equals("Ignore");
    if (exit == 0) {
      condition(job, "Complete", "True", "", "");
    } else if (!isIgnored) {
      condition(
          job,
          "Failed",
          "True",
          "BackoffLimitExceeded",
          "Job has reached the specified backoff limit");
    }
  }

  private static void condition(
      ObjectNode object, String type, String status, String reason, String message) {
    object
        .withArray("/status/conditions")
        .addObject()
        .put("type", type)
        .put("status", status)
        .put("reason", reason)
        .put("message", message);
  }

  private ObjectNode spec(String job) {
    return (ObjectNode) Optional.ofNullable(jobs.get(job)).orElseThrow().path("spec");
  }

  private List<Pod> pods(String job) {
    return pods.computeIfAbsent(job, _ -> new ArrayList<>());
  }

  private Optional<Pod> live(String job) {
    return pods(job).stream().filter(pod -> !isOver(pod)).findFirst();
  }

  private static boolean isOver(Pod pod) {
    return List.of("Failed", "Succeeded").contains(pod.object.at("/status/phase").asString());
  }

  private static void kill(Pod pod, boolean atOnce) {
    if (pod.process != null) {
      var process = atOnce ? pod.process.destroyForcibly() : pod.process;
      process.destroy();
    }
  }

  @Override
  public synchronized void close() {
    pods.values().forEach(all -> all.forEach(pod -> kill(pod, true)));
  }
}
