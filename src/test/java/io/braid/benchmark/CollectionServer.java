package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged jar, and what {@link CollectionBenchmark} does with its collections. */
final class CollectionServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final String jar;
  private final String[] options;
  private ServiceProcess server;

  /**
   * @param more options of the JVM
   */
  CollectionServer(String jar, List<String> more) throws Exception {
    this.jar = jar;
    this.options =
        Stream.concat(Stream.of("--add-modules", "jdk.incubator.vector"), more.stream())
            .toArray(String[]::new);
    this.server = ServiceProcess.start(jar, options);
  }

  JsonClient client() {
    return new JsonClient(server.port());
  }

  int port() {
    return server.port();
  }

  void put(String collection, String model, String engine) throws Exception {
    client()
        .makeCollection(
            collection, "{\"model\": \"%s\", \"engine\": \"%s\"}".formatted(model, engine));
  }

  void importModel(String model, int dimension) throws Exception {
    String config =
        """
        {"architecture": "mca", "embedding_dim": %d, "layers": 1, "heads": 2, "head_dim": 8,
         "fusion_tokens": 1, "channels": [1],
         "modalities": [{"name": "a", "type": "tabular", "columns": 3}]}
        """
            .formatted(dimension);
    client().importVersion(model, config, 1);
  }

  /** Streams items to a collection; seconds that it took. */
  double stream(String collection, int number, IntFunction<List<String>> lines) throws Exception {
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

  /** Merges of the index run on for a while; what is measured is what stays. */
  void settle(String collection) throws Exception {
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

  void memory() {
    long pid = server.process().pid();
    System.out.printf(
        "resident %d MiB, of that heap and native %d MiB%n",
        ProcessMemory.resident(pid) >> 20, ProcessMemory.anonymous(pid) >> 20);
  }

  void kill() throws InterruptedException {
    server.kill();
  }

  /** Starts it again where it was killed, and waits until it is ready. */
  void start() throws Exception {
    server = ServiceProcess.start(server.folder(), jar, options);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
  }
}
