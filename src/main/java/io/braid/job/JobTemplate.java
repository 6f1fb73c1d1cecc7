package io.braid.job;

import io.braid.config.SettingException;
import io.braid.kubernetes.Quantity;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The Job of which those of workers are made: everything of the cluster is in it, from image and
 * volumes to node selectors and queues. A worker's Job differs in its name, labels, command,
 * folder, and in what it asks for, which is that of the template for each slot.
 */
record JobTemplate(ObjectNode job) {
  /** Of a Job and its pods: whose worker it is. */
  static final String JOB = "braid.io/job";

  static final String ATTEMPT = "braid.io/attempt";
  private static final String INSTANCE = "app.kubernetes.io/instance";
  private static final String QUEUE = "kueue.x-k8s.io/queue-name";
  private static final String SETTING = "braid.kubernetes.worker-template";

  /**
   * @throws SettingException where it cannot be used
   */
  static JobTemplate read(Path file) {
    try {
      JsonNode tree = new YAMLMapper().readTree(Files.readString(file));
      if (tree instanceof ObjectNode job
          && job.path("kind").asString("").equals("Job")
          && job.path("apiVersion").asString("").equals("batch/v1")) {
        var template = new JobTemplate(job);
        template.check(file);
        return template;
      }
      throw unfit(file, "it is no Job of batch/v1");
    } catch (JacksonException | IOException | IllegalArgumentException e) {
      throw unfit(file, String.valueOf(e.getMessage()));
    }
  }

  private static SettingException unfit(Path file, String why) {
    return new SettingException(
        "%s=%s: %s".formatted(SETTING, file, why),
        "Name a file with a Job of batch/v1 that has the label %s and one container. The chart makes"
                .formatted(INSTANCE)
            + " one: training.kubernetes.enabled.");
  }

  private void check(Path file) {
    if (instance().isEmpty()) {
      throw unfit(file, "it lacks the label " + INSTANCE + ", by which its Jobs are found again");
    }
    if (job.at("/spec/template/spec/containers").size() != 1) {
      throw unfit(file, "it must have one container");
    }
    amounts("requests");
    amounts("limits");
  }

  private String instance() {
    return job.at("/metadata/labels").path(INSTANCE).asString("");
  }

  /** Of all Jobs and pods that are made of it. */
  String selector() {
    return INSTANCE + "=" + instance() + "," + JOB;
  }

  /** Kueue's local queue, where Jobs go through one. */
  Optional<String> queue() {
    return Optional.of(job.at("/metadata/labels").path(QUEUE).asString(""))
        .filter(queue -> !queue.isEmpty());
  }

  /** The name of an attempt's Job: asked for twice, it is there once. */
  static String name(String job, int attempt) {
    return job + "-" + attempt;
  }

  /**
   * @param slots that the worker takes
   * @param folder that it starts in, with the file that takes what it prints
   */
  ObjectNode manifest(
      String id, int attempt, int slots, List<String> command, Path folder, Path log) {
    ObjectNode made = job.deepCopy();
    made.withObject("/metadata").put("name", name(id, attempt));
    label(made.withObject("/metadata"), id, attempt);
    label(made.withObject("/spec/template/metadata"), id, attempt);
    made.withObject("/spec").put("backoffLimit", 0); // Braid counts attempts
    made.withObject("/spec/template/spec").put("restartPolicy", "Never");
    ObjectNode container = (ObjectNode) made.at("/spec/template/spec/containers/0");
    var shell = container.putArray("command");
    List.of("/bin/sh", "-c", "exec \"$@\" >> \"$0\" 2>&1", log.toString()).forEach(shell::add);
    command.forEach(shell::add);
    container.remove("args");
    container.put("workingDir", folder.toString()); // where the JVM writes what it says of a crash
    for (String kind : List.of("requests", "limits")) {
      if (!amounts(kind).isEmpty()) {
        ObjectNode asked = container.withObject("/resources/" + kind);
        amounts(kind).forEach((name, one) -> asked.put(name, one.times(slots).toString()));
      }
    }
    return made;
  }

  private void label(ObjectNode metadata, String id, int attempt) {
    metadata
        .withObject("/labels")
        .put(INSTANCE, instance())
        .put(JOB, id)
        .put(ATTEMPT, Integer.toString(attempt));
  }

  private Map<String, Quantity> amounts(String kind) {
    var amounts = new TreeMap<String, Quantity>();
    job.at("/spec/template/spec/containers/0/resources/" + kind)
        .properties()
        .forEach(one -> amounts.put(one.getKey(), Quantity.of(one.getValue().asString())));
    return amounts;
  }

  /** Whether slots are GPUs: an extended resource, which has a domain in its name, is asked for. */
  boolean hasGpus() {
    return amounts("limits").keySet().stream().anyMatch(name -> name.contains("/"));
  }

  /** Threads of a slot's worker: the cores that it asks for. */
  int threads() {
    return Optional.ofNullable(amounts("requests").get("cpu"))
        .or(() -> Optional.ofNullable(amounts("limits").get("cpu")))
        .map(cores -> Math.max(1, cores.value().setScale(0, RoundingMode.CEILING).intValue()))
        .orElse(1);
  }

  /**
   * Bytes that tensors may take on one slot; empty where it is not known.
   *
   * @param gpu memory of a GPU; 0 where it is not known
   * @param heap of a worker, which lies beside it where a slot is no GPU
   */
  OptionalLong memory(DataSize gpu, DataSize heap) {
    if (hasGpus()) {
      return gpu.toBytes() > 0 ? OptionalLong.of(gpu.toBytes()) : OptionalLong.empty();
    }
    Quantity limit = amounts("limits").get("memory");
    return limit == null
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, limit.value().longValue() - heap.toBytes()));
  }
}
