package io.braid.benchmark;

import io.braid.ServiceProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The packaged jar is killed ({@code kill -9}) at random moments while clients put, patch and
 * delete items and collections are re-indexed. After each start every item must be as it was last
 * acknowledged, or as what was under way would have made it; a request must be there whole or not
 * at all; and the index must hold what the record does: ids, vectors and metadata.
 *
 * <p>Arguments: the jar, the number of rounds (200) and the seed (1).
 */
final class KilledCollections {
  private static final JsonMapper JSON = new JsonMapper();
  static final String MODEL = "killed";
  private static final String CONFIG =
      """
      {"architecture": "mca", "embedding_dim": %d, "layers": 1, "heads": 2, "head_dim": 8,
       "fusion_tokens": 2, "channels": [2],
       "modalities": [{"name": "a", "type": "tabular", "columns": 3},
                      {"name": "b", "type": "tabular", "columns": 3}]}
      """;
  private static final List<String> ENGINES = List.of("lucene", "torch");
  private static final int WRITERS = 4;
  private static final int LONGEST_MS = 2500;

  private final String jar;
  private final Random random;
  private final List<KilledWriter> writers = new ArrayList<>();
  private final Set<String> ended = new HashSet<>();
  private int reindexing;
  private ServiceProcess server;

  private KilledCollections(String jar, long seed) throws Exception {
    this.jar = jar;
    this.random = new Random(seed);
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          new KilledWriter(this::client, ENGINES.get(i % ENGINES.size()), i, random.nextLong()));
    }
    this.server = ServiceProcess.start(jar);
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    var killed = new KilledCollections(arguments[0], seed);
    boolean isRight = false;
    try {
      killed.run(rounds);
      isRight = true;
    } finally {
      if (isRight) {
        killed.server.close();
      } else {
        killed.server.kill();
        System.out.println("what went wrong is in " + killed.server.folder());
      }
    }
  }

  private JsonClient client() {
    return new JsonClient(server.port());
  }

  private void run(int rounds) throws Exception {
    importVersions();
    for (String engine : ENGINES) {
      client()
          .makeCollection(
              engine,
              "{\"model\": \"%s\", \"version\": 1, \"engine\": \"%s\"}".formatted(MODEL, engine));
    }
    long longestStart = 0;
    for (int round = 1; round <= rounds; round++) {
      List<Thread> threads =
          writers.stream().map(writer -> Thread.ofPlatform().start(writer::run)).toList();
      for (String engine : ENGINES) {
        beginReindex(engine);
      }
      Thread.sleep(random.nextInt(LONGEST_MS));
      server.kill();
      for (Thread thread : threads) {
        thread.join();
      }
      long start = System.nanoTime();
      server = ServiceProcess.start(server.folder(), jar);
      longestStart = Math.max(longestStart, System.nanoTime() - start);
      check();
      if (round % 10 == 0) {
        System.out.printf(
            "%d kills: %d writes acknowledged, %d unanswered of which %d had happened;"
                + " %d re-indexes begun, %d ended by now%n",
            round,
            sum(KilledWriter::operations),
            sum(KilledWriter::unanswered),
            sum(KilledWriter::unansweredDone),
            reindexing,
            ended.size());
      }
    }
    System.out.printf("all as it should be; longest start %.1f s%n", longestStart / 1e9);
  }

  private long sum(ToLongFunction<KilledWriter> count) {
    return writers.stream().mapToLong(count).sum();
  }

  /** Two versions with different weights, and of different widths. */
  private void importVersions() throws Exception {
    for (int version = 1; version <= 2; version++) {
      client().importVersion(MODEL, CONFIG.formatted(16 * version), version);
    }
  }

  /** Re-indexes a collection with the version that it is not searched with. */
  private void beginReindex(String collection) throws Exception {
    try {
      JsonNode now = client().get("/v1/collections/" + collection);
      if (now.path("state").asString().equals("reindexing")) {
        return;
      }
      int version = 3 - now.path("version").asInt();
      client().post("/v1/collections/" + collection + "/reindex", "{\"version\": " + version + "}");
      reindexing++;
    } catch (IOException e) {
      // killed already
    }
  }

  private void check() throws Exception {
    for (KilledWriter writer : writers) {
      writer.check();
    }
    for (String engine : ENGINES) {
      new KilledIndex(client(), engine, writers).check();
      JsonNode last = awaitReindex(engine);
      new KilledIndex(client(), engine, writers).check();
      int version = client().get("/v1/collections/" + engine).path("version").asInt();
      if (!last.isEmpty() && version != last.path("version").asInt()) {
        throw new AssertionError("searched with version " + version + " after " + last);
      }
    }
  }

  private JsonNode awaitReindex(String collection) throws Exception {
    var answer =
        client().tryAnswer("GET", "/v1/collections/" + collection + "/reindex", "", new byte[0]);
    if (answer.statusCode() == 404) {
      return JSON.createObjectNode();
    }
    JsonNode last = JSON.readTree(answer.body());
    while (last.path("state").asString().equals("running")) {
      Thread.sleep(20);
      last = client().get("/v1/collections/" + collection + "/reindex");
    }
    if (!last.path("state").asString().equals("succeeded")) {
      throw new AssertionError(last);
    }
    ended.add(collection + last.path("started_at").asString());
    return last;
  }
}
