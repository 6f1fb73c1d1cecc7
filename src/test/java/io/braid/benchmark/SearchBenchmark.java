package io.braid.benchmark;

import static io.braid.benchmark.SearchLoad.BATCH;
import static io.braid.benchmark.SearchLoad.K;
import static io.braid.benchmark.SearchLoad.batch;
import static io.braid.benchmark.SearchLoad.fill;
import static io.braid.benchmark.SearchLoad.filter;
import static io.braid.benchmark.SearchLoad.rate;
import static io.braid.benchmark.SearchLoad.recall;
import static io.braid.benchmark.SearchLoad.search;
import static io.braid.benchmark.SearchLoad.seconds;
import static io.braid.benchmark.SearchLoad.settle;

import io.braid.encoder.Vector;
import io.braid.index.Change;
import io.braid.index.ClusteredVectors;
import io.braid.index.DirectLucene;
import io.braid.index.Filter;
import io.braid.index.LuceneIndex;
import io.braid.index.Search;
import io.braid.index.TorchIndex;
import io.braid.index.VectorIndex;
import io.braid.torch.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What finding costs, and what it misses. Vectors stand around 1000 centres: a centre is drawn
 * evenly from the sphere, a vector is one of them plus Gaussian noise of its own length, at unit
 * length; queries are drawn alike. An item has a number below 1000, evenly drawn, and filters ask
 * for those below a limit.
 *
 * <p>Without arguments, 100 000 vectors of 512: recall@10 of the approximate index against the
 * exact, and queries a second of processor time beside Lucene's own API on the same segments with
 * the same number of candidates, see {@link DirectLucene}, and beside exact search, in turn in each
 * round; the filter is the same in every query, so that Lucene may keep what it found. With {@code
 * million}, 1 000 000 vectors of 128: build, memory, latency, reopening.
 */
final class SearchBenchmark {
  private static final int ROUNDS = 5;
  private static final int CENTRES = 1000;
  private static final double NOISE = 1;

  /** Name of a filter, and the limit below which it lets numbers through; 1000 is no filter. */
  private static final Map<String, Integer> FILTERS = new LinkedHashMap<>();

  static {
    FILTERS.put("none", 1000);
    FILTERS.put("50 %", 500);
    FILTERS.put("5 %", 50);
    FILTERS.put("0.1 %", 1);
  }

  private SearchBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("braid-benchmark");
    boolean isMillion = Arrays.asList(arguments).contains("million");
    String vectorModule =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? "with" : "without";
    System.out.printf(
        "%nVector module: %s. Heap at most %d MiB.%n%n",
        vectorModule, Runtime.getRuntime().maxMemory() >> 20);
    if (isMillion) {
      million(folder.resolve("index"));
    } else {
      sideBySide(folder.resolve("index"));
    }
  }

  private static void sideBySide(Path folder) throws Exception {
    var vectors = new ClusteredVectors(CENTRES, 512, NOISE, 1);
    try (LuceneIndex index = LuceneIndex.open(folder);
        TorchIndex torch = TorchIndex.open(Device.CPU)) {
      List<List<Change>> batches = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        batches.add(batch(i * BATCH, vectors));
      }
      double lucene = seconds(() -> fill(index, batches));
      double persist = seconds(index::persist);
      double exact = seconds(() -> fill(torch, batches));
      batches.clear();
      List<Vector> queries = IntStream.range(0, 2000).mapToObj(_ -> vectors.next()).toList();
      settle(index, queries);
      try (var direct = DirectLucene.open(folder, "fusion", null)) {
        System.out.printf(
            "Build: Lucene %.1f s and %.1f s to persist, %d segments; torch %.1f s.%n%n",
            lucene, persist, direct.segments(), exact);
      }
      System.out.println(
          "| filter | recall@10 | threads | queries/s | Lucene's API | ratio | lowest to highest |"
              + " exact | over exact |");
      System.out.println("|---|---|---|---|---|---|---|---|---|");
      for (var filter : FILTERS.entrySet()) {
        double recall = recall(index, torch, queries.subList(0, 500), filter.getValue());
        try (var direct =
            DirectLucene.open(folder, "fusion", filter(filter.getValue()).orElse(null))) {
          for (int threads = 1; threads <= 2; threads++) {
            compare(
                filter.getKey(),
                recall,
                threads,
                index,
                direct,
                queries,
                filter(filter.getValue()));
          }
        }
      }
      System.out.println();
      System.out.println("| torch, exact | ms a query |");
      System.out.println("|---|---|");
      for (int size : new int[] {1, 32}) {
        var search = new Search("fusion", queries.subList(0, size), K, Optional.empty(), true);
        var millis = new ArrayList<Double>();
        for (int i = 0; i < 50; i++) {
          millis.add(seconds(() -> torch.search(search)) * 1000 / size);
        }
        System.out.printf("| %d at once | %.2f |%n", size, Median.of(millis));
      }
    }
  }

  private static void compare(
      String name,
      double recall,
      int threads,
      VectorIndex index,
      DirectLucene direct,
      List<Vector> queries,
      Optional<Filter> filter) {
    var ours = new ArrayList<Double>();
    var theirs = new ArrayList<Double>();
    var exact = new ArrayList<Double>();
    for (int round = -1; round < ROUNDS; round++) {
      double a =
          rate(threads, i -> index.search(search(queries.get(i % queries.size()), filter, false)));
      double b = rate(threads, i -> direct.search(queries.get(i % queries.size()), K));
      double c =
          rate(threads, i -> index.search(search(queries.get(i % queries.size()), filter, true)));
      if (round >= 0) { // after one to warm up
        ours.add(a);
        theirs.add(b);
        exact.add(c);
      }
    }
    List<Double> ratios =
        IntStream.range(0, ROUNDS).mapToObj(i -> ours.get(i) / theirs.get(i)).sorted().toList();
    System.out.printf(
        "| %s | %.4f | %d | %.0f | %.0f | %.2f | %.2f to %.2f | %.0f | %.1f |%n",
        name,
        recall,
        threads,
        Median.of(ours),
        Median.of(theirs),
        Median.of(ratios),
        ratios.getFirst(),
        ratios.getLast(),
        Median.of(exact),
        Median.of(ours) / Median.of(exact));
  }

  private static void million(Path folder) throws Exception {
    var vectors = new ClusteredVectors(CENTRES, 128, NOISE, 1);
    List<Vector> queries = IntStream.range(0, 2000).mapToObj(_ -> vectors.next()).toList();
    double build;
    double persist;
    double settle;
    try (LuceneIndex index = LuceneIndex.open(folder)) {
      build =
          seconds(() -> {
            for (int i = 0; i < 1000; i++) {
              index.apply(batch(i * BATCH, vectors), i + 1);
            }
          });
      persist = seconds(index::persist);
      settle = seconds(() -> settle(index, queries));
    }
    long start = System.nanoTime();
    try (LuceneIndex index = LuceneIndex.open(folder)) {
      index.search(search(queries.getFirst(), Optional.empty(), false));
      double open = (System.nanoTime() - start) / 1e9;
      int segments;
      try (var direct = DirectLucene.open(folder, "fusion", null)) {
        segments = direct.segments();
      }
      System.out.printf(
          "Build %.0f s, %.1f s to persist, then %.0f s of merging; %d segments; reopened and"
              + " searched in %.2f s.%n%n",
          build, persist, settle, segments, open);
      System.out.println("| filter | recall@10 | p50 ms | p99 ms |");
      System.out.println("|---|---|---|---|");
      for (var filter : FILTERS.entrySet()) {
        var nanos = new ArrayList<Double>();
        for (int i = 0; i < 3000; i++) {
          long before = System.nanoTime();
          index.search(search(queries.get(i % queries.size()), filter(filter.getValue()), false));
          if (i >= 1000) {
            nanos.add((System.nanoTime() - before) / 1e6);
          }
        }
        nanos.sort(null);
        double recall = recall(index, index, queries.subList(0, 200), filter.getValue());
        System.out.printf(
            "| %s | %.4f | %.2f | %.2f |%n",
            filter.getKey(),
            recall,
            nanos.get(nanos.size() / 2),
            nanos.get(nanos.size() * 99 / 100));
      }
      System.gc();
      long pid = ProcessHandle.current().pid();
      System.out.printf(
          "%nResident %d MiB, of which heap in use %d MiB; vectors alone are %d MiB.%n",
          ProcessMemory.resident(pid) >> 20,
          (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
          (1_000_000L * 128 * 4) >> 20);
    }
  }
}
