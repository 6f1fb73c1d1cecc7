package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.encoder.InitialWeights;
import io.braid.model.ModelConfigReader;
import io.braid.torch.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
  private static final String MODEL = "killed";
  private static final String CONFIG =
      """
      {"architecture": "mca", "embedding_dim": %d, "layers": 1, "heads": 2, "head_dim": 8,
       "fusion_tokens": 2, "channels": [2],
       "modalities": [{"name": "a", "type": "tabular", "columns": 3},
                      {"name": "b", "type": "tabular", "columns": 3}]}
      """;
  private static final List<String> ENGINES = List.of("lucene", "torch");
  private static final int WRITERS = 4;
  private static final int IDS = 40;
  private static final int LONGEST_MS = 2500;

  /** What an item should be: its metadata's revision, and the number that each modality holds. */
  private record Expected(int revision, Map<String, Integer> modalities) {}

  /** Writes that were sent and not answered; of one request all happened, or none. */
  private record Pending(boolean isAtomic, Map<String, Optional<Expected>> writes) {}

  /** One client, the only one that writes its ids. */
  private final class Writer {
    private final String collection;
    private final int number;
    private final Random random;
    private final Map<String, Expected> acknowledged = new LinkedHashMap<>();
    private Optional<Pending> pending = Optional.empty();
    private int revision;

    Writer(String collection, int number, long seed) {
      this.collection = collection;
      this.number = number;
      this.random = new Random(seed);
    }

    /** Until the service does not answer any more. */
    void run() {
      try {
        while (true) {
          write();
        }
      } catch (IOException | InterruptedException e) {
        // killed
      }
    }

    private void write() throws IOException, InterruptedException {
      String id = id();
      Expected now = acknowledged.get(id);
      switch (random.nextInt(5)) {
        case 0 -> {
          if (now != null) {
            send("DELETE", path(id), "", true, Map.of(id, Optional.empty()));
          }
        }
        case 1 -> {
          if (now != null) {
            patch(id, now);
          }
        }
        case 2 -> put(1 + random.nextInt(8), false);
        default -> put(1 + random.nextInt(3), true);
      }
      operations.incrementAndGet();
    }

    private String id() {
      return "w" + number + "/" + random.nextInt(IDS);
    }

    private String path(String id) {
      return "/v1/collections/" + collection + "/items/" + id.replace("/", "%2F");
    }

    private void patch(String id, Expected now) throws IOException, InterruptedException {
      String modality = random.nextBoolean() ? "a" : "b";
      var modalities = new LinkedHashMap<>(now.modalities());
      boolean removes = modalities.size() == 2 && random.nextBoolean();
      if (removes) {
        modalities.remove(modality);
      } else {
        modalities.put(modality, ++revision);
      }
      String body =
          "{\"%s\": %s}".formatted(modality, removes ? "null" : values(modalities.get(modality)));
      send(
          "PATCH",
          path(id) + "/modalities",
          body,
          true,
          Map.of(id, Optional.of(new Expected(now.revision(), modalities))));
    }

    private void put(int count, boolean isAtomic) throws IOException, InterruptedException {
      var writes = new LinkedHashMap<String, Optional<Expected>>();
      var items = new ArrayList<String>();
      for (int i = 0; i < count; i++) {
        String id = id();
        if (writes.containsKey(id)) {
          continue;
        }
        var modalities = new LinkedHashMap<String, Integer>();
        int which = random.nextInt(3);
        if (which != 1) {
          modalities.put("a", ++revision);
        }
        if (which != 0) {
          modalities.put("b", ++revision);
        }
        writes.put(id, Optional.of(new Expected(++revision, modalities)));
        items.add(item(id, revision, modalities));
      }
      String path = "/v1/collections/" + collection + "/items";
      if (isAtomic) {
        send("POST", path, "{\"items\": [" + String.join(",", items) + "]}", true, writes);
      } else {
        send("POST", path, String.join("\n", items), false, writes);
      }
    }

    private String item(String id, int revision, Map<String, Integer> modalities) {
      var values = new ArrayList<String>();
      modalities.forEach((name, value) -> values.add("\"%s\": %s".formatted(name, values(value))));
      return "{\"id\": \"%1$s\", \"metadata\": {\"key\": \"%1$s\", \"revision\": %2$d}, \"modalities\": {%3$s}}"
          .formatted(id, revision, String.join(",", values));
    }

    private void send(
        String method,
        String path,
        String body,
        boolean isAtomic,
        Map<String, Optional<Expected>> writes)
        throws IOException, InterruptedException {
      pending = Optional.of(new Pending(isAtomic, writes));
      String type = isAtomic ? "application/json" : "application/x-ndjson";
      client().answer(method, path, type, body.getBytes(UTF_8));
      pending = Optional.empty();
      writes.forEach(this::happened);
    }

    private void happened(String id, Optional<Expected> write) {
      write.ifPresentOrElse(
          expected -> acknowledged.put(id, expected), () -> acknowledged.remove(id));
    }

    /** Compares its items with what is there; what was pending and happened counts from now on. */
    void check() throws IOException, InterruptedException {
      var found = new LinkedHashMap<String, Optional<Expected>>();
      for (int i = 0; i < IDS; i++) {
        String id = "w" + number + "/" + i;
        found.put(id, find(id));
      }
      Map<String, Optional<Expected>> writes = pending.map(Pending::writes).orElse(Map.of());
      long done = 0;
      for (var entry : writes.entrySet()) {
        Optional<Expected> is = found.get(entry.getKey());
        Optional<Expected> before = Optional.ofNullable(acknowledged.get(entry.getKey()));
        if (entry.getValue().equals(is)) {
          done++;
          happened(entry.getKey(), entry.getValue());
        } else if (!before.equals(is)) {
          throw new AssertionError(
              "%s is %s, neither %s nor %s"
                  .formatted(entry.getKey(), is, before, entry.getValue()));
        }
      }
      if (pending.map(Pending::isAtomic).orElse(false) && done != 0 && done != writes.size()) {
        throw new AssertionError(done + " of a request with " + writes);
      }
      unanswered.addAndGet(writes.isEmpty() ? 0 : 1);
      unansweredDone.addAndGet(done > 0 ? 1 : 0);
      pending = Optional.empty();
      found.forEach((id, is) -> {
        if (!is.equals(Optional.ofNullable(acknowledged.get(id)))) {
          throw new AssertionError(id + " is " + is + ", not " + acknowledged.get(id));
        }
      });
    }

    private Optional<Expected> find(String id) throws IOException, InterruptedException {
      var answer = client().tryAnswer("GET", path(id) + "?include=modalities", "", new byte[0]);
      if (answer.statusCode() == 404) {
        return Optional.empty();
      }
      JsonNode item = JSON.readTree(answer.body());
      var modalities = new LinkedHashMap<String, Integer>();
      item.path("modalities")
          .forEachEntry((name, values) -> modalities.put(name, values.get(0).asInt()));
      return Optional.of(new Expected(item.path("metadata").path("revision").asInt(), modalities));
    }
  }

  private final String jar;
  private final Random random;
  private final List<Writer> writers = new ArrayList<>();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong unansweredDone = new AtomicLong();
  private final Set<String> ended = new HashSet<>();
  private int reindexing;
  private PackagedServer server;

  private KilledCollections(String jar, long seed) throws Exception {
    this.jar = jar;
    this.random = new Random(seed);
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new Writer(ENGINES.get(i % ENGINES.size()), i, random.nextLong()));
    }
    this.server = PackagedServer.start(jar);
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
          .send(
              "PUT",
              "/v1/collections/" + engine,
              "application/json",
              "{\"model\": \"%s\", \"version\": 1, \"engine\": \"%s\"}"
                  .formatted(MODEL, engine)
                  .getBytes(UTF_8));
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
      server = PackagedServer.start(server.folder(), jar);
      longestStart = Math.max(longestStart, System.nanoTime() - start);
      check();
      if (round % 10 == 0) {
        System.out.printf(
            "%d kills: %d writes acknowledged, %d unanswered of which %d had happened;"
                + " %d re-indexes begun, %d ended by now%n",
            round,
            operations.get(),
            unanswered.get(),
            unansweredDone.get(),
            reindexing,
            ended.size());
      }
    }
    System.out.printf("all as it should be; longest start %.1f s%n", longestStart / 1e9);
  }

  /** Two versions with different weights, and of different widths. */
  private void importVersions() throws Exception {
    for (int version = 1; version <= 2; version++) {
      String config = CONFIG.formatted(16 * version);
      Path file = Files.createTempFile("weights", ".safetensors");
      Safetensors.write(
          file, InitialWeights.of(ModelConfigReader.stored(config).encoder(), version));
      client().importVersion(MODEL, config, Files.readAllBytes(file));
      Files.delete(file);
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
    for (Writer writer : writers) {
      writer.check();
    }
    for (String engine : ENGINES) {
      checkIndex(engine);
      JsonNode last = awaitReindex(engine);
      checkIndex(engine);
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

  /** The index finds what the record holds, by what the record holds. */
  private void checkIndex(String collection) throws Exception {
    var expected = new LinkedHashMap<String, Expected>();
    writers.stream()
        .filter(writer -> writer.collection.equals(collection))
        .forEach(writer -> expected.putAll(writer.acknowledged));
    String path = "/v1/collections/" + collection;
    long count = client().get(path).path("count").asLong();
    if (count != expected.size()) {
      throw new AssertionError(
          "%s counts %d, not %d".formatted(collection, count, expected.size()));
    }
    if (expected.isEmpty()) {
      return;
    }
    String any = expected.keySet().iterator().next();
    var found = new TreeSet<String>();
    client()
        .post(path + "/search", "{\"query\": {\"item\": \"%s\"}, \"k\": 10000}".formatted(any))
        .path("results")
        .get(0)
        .path("hits")
        .forEach(hit -> found.add(hit.path("id").asString()));
    if (!found.equals(new TreeSet<>(expected.keySet()))) {
      throw new AssertionError(collection + " finds " + found + ", not " + expected.keySet());
    }
    for (var entry : expected.entrySet()) {
      checkEntry(path, entry.getKey(), entry.getValue());
    }
    checkEmbedding(path, any);
  }

  /** By its own vector and by its metadata: both are those of the record. */
  private void checkEntry(String path, String id, Expected expected) throws Exception {
    JsonNode hits =
        client()
            .post(
                path + "/search",
                """
                {"query": {"item": "%1$s"}, "k": 2, "filter": {"all": [
                  {"field": "key", "eq": "%1$s"}, {"field": "revision", "eq": %2$d}]}}
                """
                    .formatted(id, expected.revision()))
            .path("results")
            .get(0)
            .path("hits");
    boolean isRight =
        hits.size() == 1
            && hits.get(0).path("id").asString().equals(id)
            && hits.get(0).path("score").asDouble() > 0.9999
            && hits.get(0).path("present").size() == expected.modalities().size();
    if (!isRight) {
      throw new AssertionError(path + ": " + id + " should be " + expected + " and is " + hits);
    }
  }

  /** The stored embedding is what the version that is searched makes of the stored sample. */
  private void checkEmbedding(String path, String id) throws Exception {
    JsonNode item =
        client().get(path + "/items/" + id.replace("/", "%2F") + "?include=embedding,modalities");
    int version = client().get(path).path("version").asInt();
    ObjectNode sample = JSON.createObjectNode();
    sample.set("modalities", item.path("modalities"));
    ObjectNode request = JSON.createObjectNode();
    request.putArray("samples").add(sample);
    JsonNode embedded =
        client()
            .post("/v1/models/" + MODEL + "/embed?version=" + version, request.toString())
            .path("embeddings")
            .get(0)
            .path("fusion");
    double worst =
        IntStream.range(0, embedded.size())
            .mapToDouble(i ->
                Math.abs(embedded.get(i).asDouble() - item.path("embedding").path(i).asDouble()))
            .max()
            .orElseThrow();
    if (!(worst < 1e-5)) {
      throw new AssertionError(path + ": the embedding of " + id + " is off by " + worst);
    }
  }

  /** A row with a number that tells which one it is. */
  private static String values(@org.jspecify.annotations.Nullable Integer number) {
    int of = Objects.requireNonNull(number);
    return "[%d, %d, %.3f]".formatted(of, of % 7 - 3, Math.sin(of));
  }
}
