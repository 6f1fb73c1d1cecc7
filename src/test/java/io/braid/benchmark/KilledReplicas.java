package io.braid.benchmark;

import io.braid.ServiceProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two replicas on one PostgreSQL and one data folder, one of which is killed ({@code kill -9})
 * every few seconds and started again, in turn, while clients put, delete and search items, post
 * training jobs and promote versions on either. Nothing acknowledged may be lost, what one has
 * acknowledged the other finds at once, no job may run twice, and whoever lives answers no 5xx.
 *
 * <p>Arguments: the jar, the number of kills (20) and the seed (1).
 */
final class KilledReplicas {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int WIDTH = 16;
  private static final int WRITERS = 4;
  private static final String MODEL = "shared";
  private static final String CONFIG =
      """
      {"architecture": "mca", "embedding_dim": %d, "layers": 1, "heads": 2, "head_dim": 8,
       "fusion_tokens": 2, "channels": [2],
       "modalities": [{"name": "a", "type": "tabular", "columns": 3},
                      {"name": "b", "type": "tabular", "columns": 3}]}
      """
          .formatted(WIDTH);
  private static final String ITEMS = "/v1/collections/c/items";

  private final String jar;
  private final Path folder = Files.createTempDirectory(Path.of("target"), "replicas-");
  private final EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
  private final Random random;
  private final ServiceProcess[] servers = new ServiceProcess[2];

  /** The one that is about to be killed, or is dead; -1 for none. */
  private volatile int dying = -1;

  private volatile boolean isOver;

  /** Items as they were last acknowledged. */
  private final Map<String, float[]> stored = new ConcurrentHashMap<>();

  private final Set<String> jobs = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong deletions = new AtomicLong();
  private final AtomicLong searches = new AtomicLong();
  private final AtomicLong promotions = new AtomicLong();
  private final AtomicLong slowestPromotion = new AtomicLong();

  private KilledReplicas(String jar, long seed) throws IOException {
    this.jar = jar;
    this.random = new Random(seed);
  }

  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    var killed = new KilledReplicas(arguments[0], seed);
    killed.run(kills);
    System.exit(killed.faults.isEmpty() ? 0 : 1);
  }

  private ServiceProcess start(int which) throws Exception {
    return ServiceProcess.start(
        folder,
        jar,
        List.of(
            "--braid.shared=true",
            "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
            "--spring.datasource.username=postgres",
            "--braid.training.heap=256MB",
            "--logging.pattern.console=" + which + " %d %-5level %logger{0} %msg%n%ex"));
  }

  private void run(int kills) throws Exception {
    for (int which = 0; which < servers.length; which++) {
      servers[which] = start(which);
    }
    client(0).importVersion(MODEL, CONFIG, 1);
    client(1).importVersion(MODEL, CONFIG, 2);
    client(0).makeCollection("c", "{\"model\": \"" + MODEL + "\", \"version\": 1}");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        String name = "w" + writer;
        var own = new Random(random.nextLong());
        all.add(threads.submit(() -> write(name, own)));
      }
      all.add(threads.submit(this::postJobs));
      all.add(threads.submit(this::promote));
      for (int kill = 1; kill <= kills; kill++) {
        Thread.sleep(2000 + random.nextInt(3000));
        int which = kill % servers.length;
        dying = which;
        servers[which].kill();
        servers[which] = start(which);
        dying = -1;
        System.out.printf(
            "%d kills: %d items put, %d deleted, %d searches, %d jobs, %d promotions, the slowest"
                + " told to the other after %d ms; faults: %d%n",
            kill,
            writes.get(),
            deletions.get(),
            searches.get(),
            jobs.size(),
            promotions.get(),
            slowestPromotion.get(),
            faults.size());
      }
      isOver = true;
      for (Future<?> one : all) {
        one.get();
      }
    }
    check();
    for (ServiceProcess server : servers) {
      server.stop();
    }
    faults.stream().limit(20).forEach(System.out::println);
    System.out.println(faults.isEmpty() ? "all as it should be" : faults.size() + " faults");
    System.out.println("data: " + folder);
    postgres.close();
  }

  private JsonClient client(int which) {
    return new JsonClient(servers[which].port());
  }

  /** Asks one replica after the other until one answers; a 5xx of one that lives is a fault. */
  private HttpResponse<byte[]> ask(String method, String path, String body, String... headers)
      throws InterruptedException {
    for (int which = random.nextInt(2); ; which = 1 - which) {
      int deadBefore = dying;
      try {
        HttpResponse<byte[]> answer =
            client(which)
                .tryAnswer(
                    method,
                    path,
                    body.isEmpty() ? "" : "application/json",
                    body.getBytes(),
                    headers);
        if (answer.statusCode() < 500 && answer.statusCode() != 429) {
          return answer;
        }
        if (answer.statusCode() >= 500 && deadBefore != which && dying != which) {
          faults.add("%s %s of %d: %s".formatted(method, path, which, new String(answer.body())));
        }
      } catch (IOException e) {
        if (deadBefore != which && dying != which && servers[which].process().isAlive()) {
          faults.add("%s %s of %d: %s".formatted(method, path, which, e));
        }
      }
      Thread.sleep(20);
    }
  }

  private static JsonNode body(HttpResponse<byte[]> answer) {
    return JSON.readTree(answer.body());
  }

  private Void write(String name, Random own) throws InterruptedException {
    for (int n = 0; !isOver; n++) {
      String id = name + "-" + n;
      var vector = new float[WIDTH];
      for (int i = 0; i < WIDTH; i++) {
        vector[i] = (float) own.nextGaussian();
      }
      String numbers = java.util.Arrays.toString(vector);
      HttpResponse<byte[]> put =
          ask(
              "POST",
              ITEMS,
              "{\"items\": [{\"id\": \"%s\", \"embedding\": %s}]}".formatted(id, numbers));
      if (put.statusCode() != 200) {
        faults.add("put: " + new String(put.body()));
        continue;
      }
      stored.put(id, vector);
      writes.incrementAndGet();
      mustFind(id, numbers);
      if (n % 10 == 9) {
        String gone = name + "-" + (n - own.nextInt(10));
        if (stored.containsKey(gone)) {
          int status = ask("DELETE", ITEMS + "/" + gone, "").statusCode();
          if (status != 204
              && status != 404) { // 404: done by one that was killed before it answered
            faults.add("delete: " + status);
          }
          stored.remove(gone);
          deletions.incrementAndGet();
        }
      }
    }
    return null;
  }

  private void mustFind(String id, String numbers) throws InterruptedException {
    JsonNode found =
        body(
            ask(
                "POST",
                "/v1/collections/c/search",
                "{\"query\": {\"embedding\": %s}, \"k\": 1}".formatted(numbers)));
    searches.incrementAndGet();
    String first = found.at("/results/0/hits/0/id").asString("");
    if (!first.equals(id)) {
      faults.add("%s is not found: %s".formatted(id, found));
    }
  }

  private Void postJobs() throws InterruptedException {
    for (int n = 0; !isOver; n++) {
      HttpResponse<byte[]> posted =
          ask(
              "POST",
              "/v1/training-jobs",
              """
              {"dataset": "demo", "model": "trained", "architecture": "mca", "epochs": 2,
               "network": {"embedding_dim": 8, "layers": 1, "heads": 1, "head_dim": 8}}
              """,
              "Idempotency-Key",
              "job-" + n);
      if (posted.statusCode() == 202) {
        jobs.add(body(posted).path("id").asString());
      } else {
        faults.add("job: " + new String(posted.body()));
      }
      Thread.sleep(15_000);
    }
    return null;
  }

  /** Makes the other version the default on one replica, and waits for the other to say so. */
  private Void promote() throws InterruptedException {
    for (int n = 0; !isOver; n++) {
      int version = 1 + n % 2;
      ask("PUT", "/v1/models/" + MODEL + "/default", "{\"version\": " + version + "}");
      promotions.incrementAndGet();
      long start = System.nanoTime();
      String sample = "{\"samples\": [{\"modalities\": {\"a\": [1, 2, 3]}}]}";
      for (int which = 0; which < 2; which++) {
        int seen = 0;
        while (seen != version) {
          try {
            seen =
                client(which)
                    .post("/v1/models/" + MODEL + "/embed", sample)
                    .path("version")
                    .asInt();
          } catch (IOException | IllegalStateException e) {
            if (dying != which && servers[which].process().isAlive()) {
              faults.add("embed of " + which + ": " + e);
            }
            break;
          }
          Thread.sleep(10);
        }
      }
      slowestPromotion.accumulateAndGet((System.nanoTime() - start) / 1_000_000, Math::max);
      Thread.sleep(1000);
    }
    return null;
  }

  private void check() throws Exception {
    int again = 0;
    for (String job : jobs) {
      JsonNode ended = client(0).awaitEnd("/v1/training-jobs/" + job);
      if (!ended.path("state").asString().equals("succeeded")) {
        faults.add("job: " + ended);
      }
      again += ended.path("attempts").asInt() - 1; // its worker went with the replica
    }
    int versions = client(0).get("/v1/models/trained").path("versions").size();
    if (versions != jobs.size()) {
      faults.add("%d jobs made %d versions".formatted(jobs.size(), versions));
    }
    for (int which = 0; which < 2; which++) {
      Set<String> ids = ids(which);
      if (!ids.equals(stored.keySet())) {
        faults.add(
            "%d: items lost %s, too many %s"
                .formatted(which, minus(stored.keySet(), ids), minus(ids, stored.keySet())));
      }
      long count = client(which).get("/v1/collections/c").path("count").asLong();
      if (count != stored.size()) {
        faults.add("%d counts %d items of %d".formatted(which, count, stored.size()));
      }
    }
    for (var one : stored.entrySet().stream().limit(500).toList()) {
      mustFind(one.getKey(), java.util.Arrays.toString(one.getValue()));
    }
    System.out.printf(
        "checked: %d items, %d jobs, %d of them with another attempt%n",
        stored.size(), jobs.size(), again);
  }

  private Set<String> ids(int which) throws Exception {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    String cursor = "";
    do {
      JsonNode page = client(which).get(ITEMS + "?limit=1000&cursor=" + cursor);
      page.path("items").forEach(item -> ids.add(item.path("id").asString()));
      cursor = page.path("next_cursor").asString("");
    } while (!cursor.isEmpty());
    return ids;
  }

  private static Set<String> minus(Set<String> from, Set<String> less) {
    return from.stream().filter(id -> !less.contains(id)).limit(5).collect(Collectors.toSet());
  }
}
