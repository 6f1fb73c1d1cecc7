package io.braid.benchmark;

import io.braid.ServiceProcess;
import io.braid.training.JobFolder;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains on the packaged jar's demo data, once left alone and once while the worker, the service,
 * or both are killed at random moments ({@code kill -9}); fails where metrics, weights or anything
 * else of the end differ in one bit.
 *
 * <p>Arguments: the jar, the number of kills (10) and the seed of their moments (1).
 */
final class KilledTraining {
  private static final String JOB =
      """
      {"dataset": "demo", "model": "%s", "epochs": 150, "batch_size": 32, "modal_sparsity": 0.2,
       "network": {"embedding_dim": 32, "layers": 2, "heads": 4, "head_dim": 8},
       "optimizer": {"learning_rate": 0.001}}
      """;
  private static final String ENDED = "the run had ended; it must be longer for so many kills";
  private static final String[] OPTIONS = {"-Dbraid.training.attempts=100"};
  private static final int LONGEST_WAIT_MS = 9000;

  private enum Victim {
    WORKER,
    SERVICE,
    BOTH
  }

  private final String jar;
  private ServiceProcess server;

  private KilledTraining(String jar) throws Exception {
    this.jar = jar;
    this.server = ServiceProcess.start(jar, OPTIONS);
  }

  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    int seed = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    var training = new KilledTraining(arguments[0]);
    try {
      training.run(kills, new Random(seed));
    } finally {
      training.server.close();
    }
  }

  private JsonClient client() {
    return new JsonClient(server.port());
  }

  private void run(int kills, Random random) throws Exception {
    client().awaitDemo();
    String alone = post("alone");
    String left = end(alone, "alone");
    System.out.println("left alone: " + left);
    String killed = post("killed");
    for (int i = 0; i < kills; i++) {
      ProcessHandle worker = awaitWorker(killed);
      Thread.sleep(random.nextInt(LONGEST_WAIT_MS));
      kill(Victim.values()[i % Victim.values().length], killed, worker);
    }
    String found = end(killed, "killed");
    System.out.println("killed:     " + found);
    System.out.println("attempts: " + client().get("/v1/training-jobs/" + killed).path("attempts"));
    JsonNode expected = metrics(alone);
    JsonNode metrics = metrics(killed);
    System.out.printf(
        "%d steps and %d epochs compared%n",
        expected.path("steps").size(), expected.path("epochs").size());
    if (!metrics.equals(expected) || !found.equals(left)) {
      throw new AssertionError("not the same:\n" + expected + "\n" + metrics);
    }
    System.out.println("the same to the last bit");
  }

  private void kill(Victim victim, String job, ProcessHandle worker) throws Exception {
    JsonNode progress = client().get("/v1/training-jobs/" + job).path("progress");
    System.out.printf(
        "kill -9 %s after step %d of %d%n",
        victim, progress.path("step").asLong(), progress.path("steps").asLong());
    if (!worker.isAlive()) {
      throw new AssertionError(ENDED);
    }
    if (victim != Victim.SERVICE) {
      worker.destroyForcibly();
      worker.onExit().join();
    }
    if (victim != Victim.WORKER) {
      server.kill();
      server = ServiceProcess.start(server.folder(), jar, OPTIONS);
    }
  }

  private String post(String model) throws Exception {
    return client().post("/v1/training-jobs", JOB.formatted(model)).path("id").asString();
  }

  private ProcessHandle awaitWorker(String job) throws Exception {
    var folder = new JobFolder(server.folder().resolve("jobs").resolve(job));
    Optional<ProcessHandle> worker = folder.worker();
    while (worker.isEmpty()) {
      if (!client().get("/v1/training-jobs/" + job).path("ended_at").isNull()) {
        throw new AssertionError(ENDED);
      }
      Thread.sleep(20);
      worker = folder.worker();
    }
    return worker.get();
  }

  /** What a run came to: the metrics of its job, and the name of its weights' content. */
  private String end(String id, String model) throws Exception {
    JsonNode job = client().awaitSuccess("/v1/training-jobs/" + id);
    return "%s %s"
        .formatted(
            client().entityTag("/v1/models/" + model + "/versions/1/weights"), job.path("metrics"));
  }

  /** Steps and epochs without what tells their speed. */
  private JsonNode metrics(String job) throws Exception {
    JsonNode metrics = client().get("/v1/training-jobs/" + job + "/metrics");
    for (JsonNode step : metrics.path("steps")) {
      ((ObjectNode) step).remove("samples_per_second");
    }
    return metrics;
  }
}
