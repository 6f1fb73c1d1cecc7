package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.dataset.SyntheticDataset;
import io.braid.encoder.InitialWeights;
import io.braid.index.ClusteredVectors;
import io.braid.model.ModelConfigReader;
import io.braid.torch.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Collections of the packaged jar, over HTTP.
 *
 * <p>Arguments: the jar, then {@code ingest} (100 000 demo samples as a stream, and as many by
 * vector), {@code together} (200 writes a second, each searched for at once, with searches beside),
 * {@code search} (100 000 vectors of 512: where the time of a search goes) or {@code million} (a
 * million vectors of 128: build, memory, latency, and a start after {@code kill -9}).
 */
final class CollectionBenchmark {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SAMPLES = 100_000;
  private static final double SPARSITY = 0.3;
  private static final String[] OPTIONS = {"--add-modules", "jdk.incubator.vector"};

  private final String jar;
  private PackagedServer server;

  private CollectionBenchmark(String jar) throws Exception {
    this.jar = jar;
    this.server = PackagedServer.start(jar, OPTIONS);
  }

  public static void main(String[] arguments) throws Exception {
    var benchmark = new CollectionBenchmark(arguments[0]);
    try {
      switch (arguments[1]) {
        case "ingest" -> benchmark.ingest();
        case "together" -> benchmark.together();
        case "search" -> benchmark.search();
        case "million" -> benchmark.million();
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    } finally {
      benchmark.server.close();
    }
  }

  private JsonClient client() {
    return new JsonClient(server.port());
  }

  private void put(String collection, String model, String engine) throws Exception {
    client()
        .send(
            "PUT",
            "/v1/collections/" + collection,
            "application/json",
            "{\"model\": \"%s\", \"engine\": \"%s\"}".formatted(model, engine).getBytes(UTF_8));
  }

  /** Streams items to a collection; seconds that it took. */
  private double stream(String collection, int number, IntFunction<List<String>> lines)
      throws Exception {
    System.out.printf("%n%s: %d items%n", collection, number);
    System.out.println("| items | items/s | resident MiB | of that heap and native, not files |");
    System.out.println("|---|---|---|---|");
    long start = System.nanoTime();
    var connection =
        (HttpURLConnection)
            URI.create(
                    "http://127.0.0.1:%d/v1/collections/%s/items"
                        .formatted(server.port(), collection))
                .toURL()
                .openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setChunkedStreamingMode(1 << 16);
    connection.setRequestProperty("Content-Type", "application/x-ndjson");
    try (OutputStream out = connection.getOutputStream()) {
      int sent = 0;
      long last = start;
      int lastSent = 0;
      while (sent < number) {
        for (String line : lines.apply(sent)) {
          out.write(line.getBytes(UTF_8));
          out.write('\n');
          sent++;
        }
        if (sent % (number / 10) == 0) {
          double seconds = (System.nanoTime() - last) / 1e9;
          long pid = server.process().pid();
          System.out.printf(
              "| %d | %.0f | %d | %d |%n",
              sent,
              (sent - lastSent) / seconds,
              ProcessMemory.resident(pid) >> 20,
              ProcessMemory.anonymous(pid) >> 20);
          last = System.nanoTime();
          lastSent = sent;
        }
      }
    }
    JsonNode answer = JSON.readTree(connection.getInputStream());
    double seconds = (System.nanoTime() - start) / 1e9;
    if (answer.path("upserted").asInt() != number) {
      throw new AssertionError(answer);
    }
    System.out.printf("%.1f s, %.0f items/s%n", seconds, number / seconds);
    return seconds;
  }

  private void ingest() throws Exception {
    var patients = new SyntheticDataset(7);
    // The encoder's own speed on such samples, just before: 256 a request, two requests at once.
    double embedded = embedRate(patients);
    System.out.printf("POST embed of the same samples: %.0f samples/s%n", embedded);
    put("samples", "demo", "lucene");
    double seconds = stream("samples", SAMPLES, from -> lines(patients, from));
    System.out.printf("%.2f of the rate of embed%n", SAMPLES / seconds / embedded);
    put("vectors", "demo", "lucene");
    var vectors = new ClusteredVectors(1000, 64, 0.5, 1);
    stream("vectors", SAMPLES, from -> vectorLines(vectors, from, 1000));
  }

  private static List<String> lines(SyntheticDataset patients, int from) {
    return patients.post(from, 200, SPARSITY).stream()
        .map(patient ->
            "{\"id\": \"%s\", \"metadata\": %s, \"modalities\": %s}"
                .formatted(
                    patient.id(),
                    JSON.writeValueAsString(patient.metadata()),
                    JSON.writeValueAsString(patient.modalities())))
        .toList();
  }

  private static List<String> vectorLines(ClusteredVectors vectors, int from, int number) {
    var lines = new ArrayList<String>();
    for (int i = from; i < from + number; i++) {
      String base64 = Base64.getEncoder().encodeToString(vectors.next().toBytes());
      lines.add(
          "{\"id\": \"v%d\", \"metadata\": {\"n\": %d}, \"embedding\": \"%s\"}"
              .formatted(i, i % 1000, base64));
    }
    return lines;
  }

  private double embedRate(SyntheticDataset patients) throws Exception {
    var bodies = new ArrayList<byte[]>();
    for (int b = 0; b < 8; b++) {
      var samples =
          patients.post(256 * b, 256, SPARSITY).stream()
              .map(p -> "{\"modalities\": %s}".formatted(JSON.writeValueAsString(p.modalities())))
              .toList();
      bodies.add(
          RawClient.post(
              "/v1/models/demo/embed",
              "application/json",
              "{\"encoding\": \"base64\", \"samples\": [%s]}"
                  .formatted(String.join(",", samples))
                  .getBytes(UTF_8)));
    }
    repeat(2, 5, (client, i) -> client.sendValid(bodies.get((int) (i % bodies.size()))));
    Load load =
        repeat(2, 10, (client, i) -> client.sendValid(bodies.get((int) (i % bodies.size()))));
    return load.perSecond() * 256;
  }

  private interface Turn {
    String run(RawClient client, long i) throws IOException;
  }

  /** Answers' heads, and their times in milliseconds, ascending. */
  private record Load(double perSecond, double[] millis, List<String> heads) {
    double percentile(double p) {
      return millis[(int) Math.min(millis.length - 1, p * millis.length)];
    }

    /** Mean of one part of Server-Timing, milliseconds. */
    double timing(String part) {
      Pattern pattern = Pattern.compile(part + ";dur=([\\d.]+)");
      return heads.stream()
          .map(pattern::matcher)
          .filter(Matcher::find)
          .mapToDouble(found -> Double.parseDouble(found.group(1)))
          .average()
          .orElse(Double.NaN);
    }
  }

  private Load repeat(int connections, int seconds, Turn turn) throws Exception {
    var times = new ArrayList<double[]>();
    var heads = new ArrayList<String>();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    var next = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      Callable<double[]> work =
          () -> {
            var mine = new ArrayList<Double>();
            var myHeads = new ArrayList<String>();
            try (var client = new RawClient(server.port())) {
              while (System.nanoTime() < end) {
                long start = System.nanoTime();
                myHeads.add(turn.run(client, next.getAndIncrement()));
                mine.add((System.nanoTime() - start) / 1e6);
              }
            }
            synchronized (heads) {
              heads.addAll(myHeads);
            }
            return mine.stream().mapToDouble(Double::doubleValue).toArray();
          };
      var running = new ArrayList<Future<double[]>>();
      for (int c = 0; c < connections; c++) {
        running.add(threads.submit(work));
      }
      for (Future<double[]> each : running) {
        times.add(each.get());
      }
    }
    double[] all = times.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    return new Load(all.length / (double) seconds, all, heads);
  }

  /** 200 writes a second for a minute: each must be found by the search after it. */
  private void together() throws Exception {
    var patients = new SyntheticDataset(8);
    put("together", "demo", "lucene");
    stream("together", 10_000, from -> lines(patients, from));
    var searches = new ArrayList<byte[]>();
    for (var patient : patients.post(0, 200, SPARSITY)) {
      searches.add(
          RawClient.post(
              "/v1/collections/together/search",
              "application/json",
              "{\"query\": {\"modalities\": %s}, \"k\": 10}"
                  .formatted(JSON.writeValueAsString(patient.modalities()))
                  .getBytes(UTF_8)));
    }
    int seconds = 60;
    int rate = 200;
    var writes = new double[rate * seconds];
    var finds = new double[rate * seconds];
    var late = new AtomicLong();
    Thread beside =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Load load =
                    repeat(
                        1, seconds, (client, i) -> client.sendValid(searches.get((int) (i % 200))));
                System.out.printf(
                    Locale.ROOT,
                    "searches beside: %.0f a second, p50 %.1f ms, p99 %.1f ms%n",
                    load.perSecond(),
                    load.percentile(0.5),
                    load.percentile(0.99));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    long start = System.nanoTime();
    int writers = 16;
    var missed = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(writers)) {
      var running = new ArrayList<Future<?>>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        running.add(
            threads.submit(() -> {
              for (int i = writer; i < writes.length; i += writers) {
                long due = start + i * (1_000_000_000L / rate);
                long wait = due - System.nanoTime();
                if (wait > 0) {
                  Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                } else if (wait < -100_000_000L) {
                  late.incrementAndGet();
                }
                writeAndFind(patients, i, writes, finds, missed);
              }
              return null;
            }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    double took = (System.nanoTime() - start) / 1e9;
    beside.join();
    Arrays.sort(writes);
    Arrays.sort(finds);
    System.out.printf(
        Locale.ROOT,
        "%d writes in %.1f s (%d began more than 100 ms late), p50 %.1f ms, p99 %.1f ms; the search"
            + " after each: p50 %.1f ms, p99 %.1f ms; not found: %d%n",
        writes.length,
        took,
        late.get(),
        writes[writes.length / 2],
        writes[writes.length * 99 / 100],
        finds[finds.length / 2],
        finds[finds.length * 99 / 100],
        missed.get());
    if (missed.get() > 0) {
      throw new AssertionError("a write was not found");
    }
  }

  private void writeAndFind(
      SyntheticDataset patients, int i, double[] writes, double[] finds, AtomicLong missed)
      throws Exception {
    var patient = patients.post(50_000 + i, 1, SPARSITY).getFirst();
    String id = "new-" + i % 5000; // later ones take the place of earlier ones
    String modalities = JSON.writeValueAsString(patient.modalities());
    long start = System.nanoTime();
    client()
        .post(
            "/v1/collections/together/items",
            "{\"items\": [{\"id\": \"%s\", \"metadata\": {\"i\": %d}, \"modalities\": %s}]}"
                .formatted(id, i, modalities));
    writes[i] = (System.nanoTime() - start) / 1e6;
    start = System.nanoTime();
    JsonNode hits =
        client()
            .post(
                "/v1/collections/together/search",
                "{\"query\": {\"item\": \"%s\"}, \"k\": 1, \"filter\": {\"field\": \"i\", \"eq\": %d}}"
                    .formatted(id, i))
            .path("results")
            .get(0)
            .path("hits");
    finds[i] = (System.nanoTime() - start) / 1e6;
    boolean isFound =
        hits.size() == 1
            && hits.get(0).path("id").asString().equals(id)
            && hits.get(0).path("score").asDouble() > 0.9999;
    missed.addAndGet(isFound ? 0 : 1);
  }

  private void importWide(String model, int dimension) throws Exception {
    String config =
        """
        {"architecture": "mca", "embedding_dim": %d, "layers": 1, "heads": 2, "head_dim": 8,
         "fusion_tokens": 1, "channels": [1],
         "modalities": [{"name": "a", "type": "tabular", "columns": 3}]}
        """
            .formatted(dimension);
    Path file = Files.createTempFile("weights", ".safetensors");
    Safetensors.write(file, InitialWeights.of(ModelConfigReader.stored(config).encoder(), 1));
    client().importVersion(model, config, Files.readAllBytes(file));
    Files.delete(file);
  }

  private void search() throws Exception {
    importWide("wide", 512);
    System.out.println(
        "| engine | query | connections | searches/s | p50 ms | p99 ms | of that in the index ms |"
            + " in the service ms |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (String engine : List.of("lucene", "torch")) {
      put(engine, "wide", engine);
      var vectors = new ClusteredVectors(1000, 512, 0.5, 1);
      stream(engine, SAMPLES, from -> vectorLines(vectors, from, 1000));
      settle(engine);
      var base64 = new ArrayList<byte[]>();
      var numbers = new ArrayList<byte[]>();
      var batches = new ArrayList<byte[]>();
      for (int i = 0; i < 500; i++) {
        byte[] bytes = vectors.next().toBytes();
        String one = "{\"embedding\": \"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
        base64.add(query(engine, "{\"query\": %s, \"k\": 10}".formatted(one)));
        numbers.add(
            query(
                engine,
                "{\"query\": {\"embedding\": %s}, \"k\": 10}"
                    .formatted(JSON.writeValueAsString(vectors.next().toArray()))));
        batches.add(
            query(
                engine,
                "{\"queries\": [%s], \"k\": 10}"
                    .formatted(String.join(",", java.util.Collections.nCopies(32, one)))));
      }
      for (int connections : List.of(1, 2, 16)) {
        report(engine, "base64", connections, base64);
      }
      report(engine, "numbers", 2, numbers);
      report(engine, "32 at once", 2, batches);
    }
  }

  private void settle(String collection) throws Exception {
    // Merges of the index run on for a while; what is measured is what stays.
    long before = -1;
    while (before != cpuMillis()) {
      before = cpuMillis();
      Thread.sleep(5000);
      if (cpuMillis() - before < 500) {
        break;
      }
    }
    System.out.println(collection + " has settled");
  }

  private long cpuMillis() {
    return server.process().info().totalCpuDuration().orElseThrow().toMillis();
  }

  private static byte[] query(String collection, String body) {
    return RawClient.post(
        "/v1/collections/" + collection + "/search", "application/json", body.getBytes(UTF_8));
  }

  private void report(String engine, String what, int connections, List<byte[]> queries)
      throws Exception {
    repeat(connections, 5, (client, i) -> client.sendValid(queries.get((int) (i % 500))));
    Load load =
        repeat(connections, 10, (client, i) -> client.sendValid(queries.get((int) (i % 500))));
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %d | %.0f | %.2f | %.2f | %.2f | %.2f |%n",
        engine,
        what,
        connections,
        load.perSecond(),
        load.percentile(0.5),
        load.percentile(0.99),
        load.timing("search"),
        load.timing("total"));
  }

  private void million() throws Exception {
    importWide("narrow", 128);
    put("million", "narrow", "lucene");
    var vectors = new ClusteredVectors(10_000, 128, 0.5, 1);
    stream("million", 1_000_000, from -> vectorLines(vectors, from, 1000));
    var queries = new ArrayList<byte[]>();
    for (int i = 0; i < 500; i++) {
      String one = Base64.getEncoder().encodeToString(vectors.next().toBytes());
      queries.add(
          query("million", "{\"query\": {\"embedding\": \"%s\"}, \"k\": 10}".formatted(one)));
    }
    System.out.println("killed at once, while the index is still merged");
    restart(queries);
    settle("million");
    System.out.println(
        "| engine | query | connections | searches/s | p50 ms | p99 ms | of that in the index ms |"
            + " in the service ms |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    report("million", "base64", 1, queries);
    report("million", "base64", 2, queries);
    memory();
    System.out.println("killed at rest");
    restart(queries);
  }

  private void memory() {
    long pid = server.process().pid();
    System.out.printf(
        "resident %d MiB, of that heap and native %d MiB%n",
        ProcessMemory.resident(pid) >> 20, ProcessMemory.anonymous(pid) >> 20);
  }

  private void restart(List<byte[]> queries) throws Exception {
    server.kill();
    long start = System.nanoTime();
    server = PackagedServer.start(server.folder(), jar, OPTIONS);
    double ready = (System.nanoTime() - start) / 1e9;
    boolean isAnswered = false;
    try (var client = new RawClient(server.port())) {
      while (!isAnswered) {
        isAnswered = client.send(queries.getFirst()).startsWith("HTTP/1.1 200");
      }
    }
    System.out.printf(
        Locale.ROOT,
        "ready after %.1f s, first search answered after %.1f s; %d items%n",
        ready,
        (System.nanoTime() - start) / 1e9,
        client().get("/v1/collections/million").path("count").asLong());
    memory();
  }
}
