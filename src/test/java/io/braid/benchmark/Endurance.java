package io.braid.benchmark;

import io.braid.ServiceProcess;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
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
    try (var server = ServiceProcess.start(arguments[0])) {
      long growth = run(server);
      System.out.printf("growth after the first tenth: %.1f MiB%n", growth / 1024.0);
      if (growth > MAX_GROWTH_KIB) {
        throw new AssertionError("resident memory is not flat");
      }
    }
  }

  /** KiB that resident memory grew from the end of the first tenth to its later peak. */
  private static long run(ServiceProcess server) throws Exception {
    List<byte[]> requests = requests();
    var sent = new AtomicLong();
    var refused = new AtomicLong();
    var tasks = new ArrayList<Callable<Void>>();
    for (int c = 0; c < CONNECTIONS; c++) {
      tasks.add(() -> {
        try (var client = new RawClient(server.port())) {
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
          peak = tenth == 1 ? 0 : Math.max(peak, ProcessMemory.resident(server.process().pid()));
        }
        long now = ProcessMemory.resident(server.process().pid());
        base = tenth == 1 ? now : base;
        System.out.printf("| %d | %d |%n", Math.min(sent.get(), REQUESTS), now >> 20);
      }
      for (var task : running) {
        task.get();
      }
    }
    System.out.printf(
        "%d requests in %.0f s, %d refused%n",
        REQUESTS, (System.nanoTime() - start) / 1e9, refused.get());
    return Math.max(peak, ProcessMemory.resident(server.process().pid())) - base;
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
}
