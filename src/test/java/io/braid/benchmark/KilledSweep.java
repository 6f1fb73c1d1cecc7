package io.braid.benchmark;

import io.braid.ServiceProcess;
import io.braid.training.JobFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * A sweep of 45 jobs on the packaged jar's demo data, once left alone and once while workers, the
 * service, or both are killed at random moments ({@code kill -9}); fails where the two reports
 * differ in one digit.
 *
 * <p>Arguments: the jar, the number of kills (15) and the seed of their moments (1).
 */
final class KilledSweep {
  private static final String SWEEP =
      """
      {"base": {"dataset": "demo", "model": "%s", "epochs": 4, "batch_size": 32,
         "network": {"embedding_dim": 16, "layers": 1, "heads": 2, "head_dim": 8},
         "optimizer": {"learning_rate": 0.003},
         "evaluate": {"classification": ["group"], "regression": ["age"]}},
       "grid": {"architecture": ["mca", "zorro", "eao"],
         "modal_sparsity": [0, 0.2, 0.4, 0.6, 0.8], "seed": [1, 2, 3]}}
      """;
  private static final String[] OPTIONS = {"-Dbraid.training.attempts=100"};
  private static final int LONGEST_WAIT_MS = 20_000;

  private final String jar;
  private ServiceProcess server;

  private KilledSweep(String jar) throws Exception {
    this.jar = jar;
    this.server = ServiceProcess.start(jar, OPTIONS);
  }

  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
    int seed = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    var sweep = new KilledSweep(arguments[0]);
    try {
      sweep.run(kills, new Random(seed));
    } finally {
      sweep.server.close();
    }
  }

  private JsonClient client() {
    return new JsonClient(server.port());
  }

  private void run(int kills, Random random) throws Exception {
    client().awaitDemo();
    List<JsonNode> alone = numbers(await(post("alone")));
    String killed = post("killed");
    int done = 0;
    while (done < kills && !isOver(killed)) {
      Thread.sleep(random.nextInt(LONGEST_WAIT_MS));
      done += kill(done, killed) ? 1 : 0;
    }
    List<JsonNode> found = numbers(await(killed));
    System.out.printf("%d kills, %d numbers compared%n", done, alone.size());
    if (done < kills || !found.equals(alone)) {
      throw new AssertionError("not the same:\n" + alone + "\n" + found);
    }
    System.out.println("the same to the last digit");
  }

  private String post(String model) throws Exception {
    return client().post("/v1/sweeps", SWEEP.formatted(model)).path("id").asString();
  }

  private JsonNode report(String sweep) throws Exception {
    return client().get("/v1/sweeps/" + sweep + "/report");
  }

  private boolean isOver(String sweep) throws Exception {
    return report(sweep).path("state").asString().equals("ended");
  }

  private JsonNode await(String sweep) throws Exception {
    while (!isOver(sweep)) {
      Thread.sleep(500);
    }
    return report(sweep);
  }

  /** Workers, the service, and both in turn; false where there was nothing left to kill. */
  private boolean kill(int number, String sweep) throws Exception {
    Optional<ProcessHandle> worker = worker(sweep);
    while (worker.isEmpty() && !isOver(sweep)) { // between two jobs
      Thread.sleep(20);
      worker = worker(sweep);
    }
    boolean isWorker = number % 3 != 1 && worker.isPresent();
    if (!isWorker && number % 3 == 0) {
      return false;
    }
    System.out.printf(
        "kill -9 %s%s%n", isWorker ? "worker " : "", number % 3 != 0 ? "service" : "");
    if (isWorker) {
      worker.get().destroyForcibly();
      worker.get().onExit().join();
    }
    if (number % 3 != 0) {
      server.kill();
      server = ServiceProcess.start(server.folder(), jar, OPTIONS);
    }
    return true;
  }

  private Optional<ProcessHandle> worker(String sweep) throws Exception {
    for (JsonNode cell : report(sweep).path("cells")) {
      if (cell.path("state").asString().equals("running")) {
        return new JobFolder(server.folder().resolve("jobs").resolve(cell.path("job").asString()))
            .worker();
      }
    }
    return Optional.empty();
  }

  /** All that a report says but the names of jobs and evaluations. */
  private static List<JsonNode> numbers(JsonNode report) {
    var numbers = new ArrayList<JsonNode>();
    for (JsonNode cell : report.path("cells")) {
      if (!cell.path("state").asString().equals("succeeded") || cell.path("metrics").isEmpty()) {
        throw new AssertionError(cell.toString());
      }
      numbers.add(cell.path("cell"));
      numbers.add(cell.path("metrics"));
    }
    numbers.add(report.path("figures"));
    return numbers;
  }
}
