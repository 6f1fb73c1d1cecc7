package io.braid.benchmark;

import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * The packaged jar under 100 000 mixed requests from 8 connections: every size and subset, JSON,
 * tensor objects and CBOR, and one in eight of them broken. Prints resident memory as it goes, and
 * fails if it grows by 100 MiB after the first tenth.
 */
final class Endurance {
  private static final int REQUESTS = 100_000;
  private static final int CONNECTIONS = 8;
  private static final long MAX_GROWTH_KIB = 100 * 1024;

  /** The demo model's tables and sequence. */
  private static final ModalitySchema SCHEMA =
      new ModalitySchema(
          List.of(
              new Modality.Tabular("gene", Modality.unnamed(64), 1e4),
              new Modality.Tabular("protein", Modality.unnamed(32), 1e4),
              new Modality.Tabular("mirna", Modality.unnamed(48), 1e4),
              new Modality.Sequence("activity", 6, 100)));

  private Endurance() {}

  public static void main(String[] arguments) throws Exception {
    int port = freePort();
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                arguments[0],
                "--server.port=" + port,
                "--braid.data-dir=" + Files.createTempDirectory("braid-endurance"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitReady(port, server);
      long growth = run(port, server.pid());
      System.out.printf("growth after the first tenth: %.1f MiB%n", growth / 1024.0);
      if (growth > MAX_GROWTH_KIB) {
        throw new AssertionError("resident memory is not flat");
      }
    } finally {
      server.destroy();
      System.out.println(
          "ended with code "
              + (server.waitFor(30, TimeUnit.SECONDS) ? server.exitValue() : "none after 30 s"));
    }
  }

  /** KiB that resident memory grew from the end of the first tenth to its later peak. */
  private static long run(int port, long pid) throws Exception {
    List<byte[]> requests = requests();
    var sent = new AtomicLong();
    var refused = new AtomicLong();
    var tasks = new ArrayList<Callable<Void>>();
    for (int c = 0; c < CONNECTIONS; c++) {
      tasks.add(() -> {
        try (var client = new RawClient(port)) {
          for (long i = sent.getAndIncrement(); i < REQUESTS; i = sent.getAndIncrement()) {
            String head = client.send(requests.get((int) (i * 31 % requests.size())));
            if (head.startsWith("HTTP/1.1 4")) {
              refused.incrementAndGet();
            } else if (!head.startsWith("HTTP/1.1 200")) {
              throw new IOException(head);
            }
          }
        }
        return null;
      });
    }
    long start = System.nanoTime();
    long base = 0;
    long peak = 0;
    try (var pool = Executors.newFixedThreadPool(CONNECTIONS)) {
      var running = tasks.stream().map(pool::submit).toList();
      System.out.println("| requests | resident MiB |\n|---|---|");
      for (int tenth = 1; tenth <= 10; tenth++) {
        while (sent.get() < (long) REQUESTS / 10 * tenth
            && running.stream().anyMatch(t -> !t.isDone())) {
          Thread.sleep(200);
          peak = tenth == 1 ? 0 : Math.max(peak, resident(pid));
        }
        long now = resident(pid);
        base = tenth == 1 ? now : base;
        System.out.printf("| %d | %d |%n", Math.min(sent.get(), REQUESTS), now / 1024);
      }
      for (var task : running) {
        task.get();
      }
    }
    System.out.printf(
        "%d requests in %.0f s, %d refused%n",
        REQUESTS, (System.nanoTime() - start) / 1e9, refused.get());
    return Math.max(peak, resident(pid)) - base;
  }

  private static List<byte[]> requests() {
    var random = new RandomRequests(SCHEMA, 1);
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < 500; i++) {
      int samples = 1 + i % 7;
      double sparsity = i % 5 / 5.0;
      boolean isCbor = i % 3 == 0;
      byte[] body =
          random.write(
              random.draw(samples, sparsity),
              isCbor ? new CBORMapper() : new JsonMapper(),
              i % 2 == 0);
      if (i % 8 == 0) {
        body =
            new String(body, StandardCharsets.ISO_8859_1)
                .replaceFirst("e", "f")
                .getBytes(StandardCharsets.ISO_8859_1);
      }
      requests.add(
          RawClient.post(
              "/v1/models/demo/embed", isCbor ? "application/cbor" : "application/json", body));
    }
    return requests;
  }

  private static void awaitReady(int port, Process server) throws Exception {
    while (server.isAlive()) {
      try (var client = new RawClient(port)) {
        if (client.get("/actuator/health/readiness").startsWith("HTTP/1.1 200")) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("the server ended with code " + server.exitValue());
  }

  private static long resident(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS of process " + pid);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
