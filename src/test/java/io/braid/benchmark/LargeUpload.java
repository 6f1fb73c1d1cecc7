package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import io.braid.dataset.StoredDataset;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The packaged jar with a heap of 256 MiB is sent a table of 2 GiB, which is made while it is sent.
 * Prints resident memory, heap and speed, and fails where the dataset is not what was sent.
 *
 * <p>Arguments: the jar, MiB of the table (2048) and its columns (1000).
 */
final class LargeUpload {
  private static final int MAX_HEAP_MIB = 256;
  private static final int POOL = 1 << 16;

  private LargeUpload() {}

  public static void main(String[] arguments) throws Exception {
    long bytes = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 2048) << 20;
    int columns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1000;
    ServiceProcess server = ServiceProcess.start(arguments[0], "-Xmx" + MAX_HEAP_MIB + "m");
    try {
      run(server, bytes, columns);
      check(server.folder(), columns);
    } catch (Exception | AssertionError e) {
      System.out.println(server.log());
      throw e;
    } finally {
      server.close();
    }
  }

  private static void run(ServiceProcess server, long bytes, int columns) throws Exception {
    System.out.printf(
        "before: resident %d MiB, heap %d MiB%n", resident(server), heap(server.port()));
    var peak = new AtomicLong();
    Thread watch =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (true) {
                try {
                  peak.accumulateAndGet(resident(server), Math::max);
                  Thread.sleep(100);
                } catch (UncheckedIOException | InterruptedException e) {
                  return;
                }
              }
            });
    long start = System.nanoTime();
    var connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + server.port() + "/v1/datasets/large")
                .toURL()
                .openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setChunkedStreamingMode(1 << 16);
    connection.setRequestProperty("Content-Type", "multipart/form-data; boundary=frontier");
    long rows;
    try (var out = new BufferedOutputStream(connection.getOutputStream(), 1 << 16)) {
      part(out, "schema", "schema.yaml");
      out.write("modalities: [{name: large, type: tabular}]\r\n".getBytes(UTF_8));
      part(out, "large", "large.csv");
      rows = table(out, bytes, columns);
      out.write("\r\n--frontier--\r\n".getBytes(UTF_8));
    }
    double sent = (System.nanoTime() - start) / 1e9;
    int status = connection.getResponseCode();
    double all = (System.nanoTime() - start) / 1e9;
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      System.out.println(status + " " + new String(in.readAllBytes(), UTF_8));
    }
    watch.interrupt();
    System.out.printf(
        "after: resident %d MiB, at most %d MiB, heap %d MiB%n",
        resident(server), peak.get(), heap(server.port()));
    System.out.printf(
        "%d MiB, %d samples of %d columns: sent in %.1f s, answered after %.1f s, %.1f MB/s%n",
        bytes >> 20, rows, columns, sent, all, bytes / all / 1e6);
    if (status != 201) {
      throw new AssertionError("not stored");
    }
  }

  private static void part(OutputStream out, String name, String fileName) throws IOException {
    String head =
        "--frontier\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n";
    out.write(head.formatted(name, fileName).getBytes(UTF_8));
  }

  /** The number of rows written: sample 0, 1, ..., the first cell of which is its number. */
  private static long table(OutputStream out, long bytes, int columns) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    var pool = new byte[POOL][];
    for (int i = 0; i < POOL; i++) {
      pool[i] = ",%.5f".formatted(random.nextGaussian()).getBytes(UTF_8);
    }
    var header = new StringBuilder("id");
    for (int c = 0; c < columns; c++) {
      header.append(",c").append(c);
    }
    out.write(header.append('\n').toString().getBytes(UTF_8));
    long written = header.length();
    long rows = 0;
    while (written < bytes) {
      byte[] begin = ("sample-" + rows + "," + rows).getBytes(UTF_8);
      out.write(begin);
      written += begin.length + 1;
      for (int c = 1; c < columns; c++) {
        byte[] cell = pool[random.nextInt(POOL)];
        out.write(cell);
        written += cell.length;
      }
      out.write('\n');
      rows++;
    }
    return rows;
  }

  private static void check(Path folder, int columns) throws IOException {
    try (var all = Files.list(folder.resolve("datasets"))) {
      for (Path content : all.toList()) {
        try (StoredDataset dataset = StoredDataset.open(content)) {
          if (dataset.schema().modalities().getFirst().maxTokens() == columns) {
            for (int sample : new int[] {0, dataset.size() / 2, dataset.size() - 1}) {
              var features = dataset.sample(sample, 1).orElseThrow().modalities().get("large");
              if (!(features instanceof io.braid.modality.Features.Cells(var _, var cells))
                  || cells.get(0, 0) != sample
                  || cells.rows() != columns) {
                throw new AssertionError("sample " + sample + " is " + features);
              }
            }
            return;
          }
        }
      }
    }
    throw new AssertionError("the dataset is not there");
  }

  /** Heap in use, MiB. */
  private static long heap(int port) throws IOException {
    var connection = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus").toURL();
    try (InputStream in = connection.openStream()) {
      return (long)
              new String(in.readAllBytes(), UTF_8)
                  .lines()
                  .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                  .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 1)))
                  .sum()
          >> 20;
    }
  }

  /** MiB. */
  private static long resident(ServiceProcess server) {
    return ProcessMemory.resident(server.process().pid()) >> 20;
  }
}
