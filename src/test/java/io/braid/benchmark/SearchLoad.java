package io.braid.benchmark;

import io.braid.encoder.Vector;
import io.braid.index.Change;
import io.braid.index.ClusteredVectors;
import io.braid.index.Entry;
import io.braid.index.Filter;
import io.braid.index.Hit;
import io.braid.index.LuceneIndex;
import io.braid.index.Metadata;
import io.braid.index.Search;
import io.braid.index.Value;
import io.braid.index.VectorIndex;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What the index is filled with and asked for, and how often a second it answers. */
final class SearchLoad {
  static final int K = 10;
  static final int BATCH = 1000;
  private static final long NANOS = 1_000_000_000L;

  private SearchLoad() {}

  static List<Change> batch(int first, ClusteredVectors vectors) {
    var batch = new ArrayList<Change>();
    for (int i = first; i < first + BATCH; i++) {
      var metadata =
          new Metadata(Map.of("number", Set.of(new Value.Numeric(Math.floorMod(i * 7919L, 1000)))));
      batch.add(
          new Change.Put(
              new Entry(
                  "item-" + i,
                  Map.of("fusion", vectors.next()),
                  List.of("rna", "image"),
                  metadata)));
    }
    return batch;
  }

  static void fill(VectorIndex index, List<List<Change>> batches) {
    for (int i = 0; i < batches.size(); i++) {
      index.apply(batches.get(i), i + 1);
    }
  }

  /** Waits until merges leave the segments as they are. */
  static void settle(LuceneIndex index, List<Vector> queries)
      throws IOException, InterruptedException {
    long quiet = 0;
    while (quiet < 3) {
      long before = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
      Thread.sleep(1000);
      long after = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
      quiet = after - before < 300 ? quiet + 1 : 0;
    }
    index.search(search(queries.getFirst(), Optional.empty(), false));
    index.persist();
  }

  static Optional<Filter> filter(int below) {
    return below == 1000
        ? Optional.empty()
        : Optional.of(
            new Filter.NumberRange(
                "number",
                Optional.empty(),
                Optional.of(new Filter.Bound<>((double) below, false))));
  }

  static Search search(Vector query, Optional<Filter> filter, boolean isExact) {
    return new Search("fusion", List.of(query), K, filter, isExact);
  }

  static double recall(VectorIndex index, VectorIndex exact, List<Vector> queries, int below) {
    double found = 0;
    double all = 0;
    for (Vector query : queries) {
      var expected = new HashSet<String>();
      exact.search(search(query, filter(below), true)).getFirst().stream()
          .map(Hit::id)
          .forEach(expected::add);
      all += expected.size();
      found +=
          index.search(search(query, filter(below), false)).getFirst().stream()
              .filter(hit -> expected.contains(hit.id()))
              .count();
    }
    return found / all;
  }

  interface Work {
    @Nullable Object once(int i) throws IOException;
  }

  /**
   * How often so many threads together do something in a second of their processor time, which is a
   * second where each has a core to itself, and does not depend on what else the machine does.
   */
  static double rate(int threads, Work work) {
    var cpu = ManagementFactory.getThreadMXBean();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var rates = new ArrayList<Future<Double>>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread * 997;
        Callable<Double> loop =
            () -> {
              long end = System.nanoTime() + NANOS;
              long start = cpu.getCurrentThreadCpuTime();
              int count = 0;
              while (System.nanoTime() < end) {
                work.once(first + count++);
              }
              return count * 1e9 / (cpu.getCurrentThreadCpuTime() - start);
            };
        rates.add(pool.submit(loop));
      }
      double rate = 0;
      for (var each : rates) {
        rate += each.get();
      }
      return rate;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  interface Step {
    void run() throws Exception;
  }

  static double seconds(Step step) throws Exception {
    long start = System.nanoTime();
    step.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
