package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.torch.Device;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An exact index on a device, which keeps nothing: its owner hands it everything again. One thread
 * of its own owns the device's part, so that changes and searches never meet; queries that wait for
 * it are answered together, as one product.
 */
public final class TorchIndex implements VectorIndex {
  /** Queries of one product: their scores of a chunk are 256 KiB each. */
  private static final int MAX_AT_ONCE = 64;

  private static final Filter EVERYTHING = new Filter.All(List.of());

  private record Waiting(
      String target, int k, DeviceRows.Query query, CompletableFuture<List<Hit>> hits) {
    boolean goesWith(Waiting other) {
      return target.equals(other.target) && k == other.k;
    }
  }

  private final Device device;
  private final ExecutorService thread;
  private final Map<String, DeviceRows> targets = new ConcurrentHashMap<>();

  /** Of items, those without a vector too. */
  private final Set<String> ids = new HashSet<>();

  /** In order; guarded by itself. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** Whether the thread is to answer what waits; guarded by {@link #waiting}. */
  private boolean isTurnTaken;

  private TorchIndex(Device device) {
    this.device = device;
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("index on " + device).factory());
  }

  /** An empty index on a device. */
  public static TorchIndex open(Device device) {
    return new TorchIndex(device);
  }

  @Override
  public void apply(List<Change> changes, long sequence) {
    inThread(() -> changes.forEach(this::make), () -> targets.values().forEach(DeviceRows::flush));
  }

  private void make(Change change) {
    switch (change) {
      case Change.Put(var entry) -> {
        ids.add(entry.id());
        var item = new DeviceRows.Item(entry.id(), entry.present(), entry.metadata());
        targets.forEach((target, rows) -> {
          if (!entry.vectors().containsKey(target)) {
            rows.remove(entry.id());
          }
        });
        entry
            .vectors()
            .forEach((target, vector) ->
                targets
                    .computeIfAbsent(target, _ -> new DeviceRows(device, vector.size()))
                    .put(item, vector));
      }
      case Change.Remove(var id) -> {
        ids.remove(id);
        targets.values().forEach(rows -> rows.remove(id));
      }
    }
  }

  @Override
  public List<List<Hit>> search(Search search) {
    DeviceRows rows = targets.get(search.target());
    if (rows == null) {
      return search.queries().stream().map(_ -> List.<Hit>of()).toList();
    }
    var answers = new ArrayList<CompletableFuture<List<Hit>>>();
    Filter filter = search.filter().orElse(EVERYTHING);
    for (Vector query : search.queries()) {
      if (query.size() != rows.dimension()) {
        throw new IllegalArgumentException(
            "a query of %d for vectors of %d".formatted(query.size(), rows.dimension()));
      }
      answers.add(new CompletableFuture<>());
    }
    synchronized (waiting) {
      for (int i = 0; i < answers.size(); i++) {
        var query = new DeviceRows.Query(search.queries().get(i), filter);
        waiting.add(new Waiting(search.target(), search.k(), query, answers.get(i)));
      }
      takeTurn();
    }
    return answers.stream().map(TorchIndex::join).toList();
  }

  /** Answers the query that has waited longest, and those that can be answered with it. */
  private void answer() {
    List<Waiting> together = next();
    try {
      Waiting first = together.getFirst();
      DeviceRows rows = Objects.requireNonNull(targets.get(first.target()));
      var hits = rows.search(together.stream().map(Waiting::query).toList(), first.k());
      for (int i = 0; i < hits.size(); i++) {
        together.get(i).hits().complete(hits.get(i));
      }
    } catch (RuntimeException | Error e) {
      together.forEach(each -> each.hits().completeExceptionally(e));
    }
  }

  private List<Waiting> next() {
    var next = new ArrayList<Waiting>();
    synchronized (waiting) {
      Iterator<Waiting> inOrder = waiting.iterator();
      while (inOrder.hasNext() && next.size() < MAX_AT_ONCE) {
        Waiting each = inOrder.next();
        if (next.isEmpty() || each.goesWith(next.getFirst())) {
          next.add(each);
          inOrder.remove();
        }
      }
      isTurnTaken = false;
      takeTurn();
    }
    return next;
  }

  /** Holding {@link #waiting}: one turn at a time stands in line, so that changes have theirs. */
  private void takeTurn() {
    if (!isTurnTaken && !waiting.isEmpty()) {
      isTurnTaken = true;
      thread.execute(this::answer);
    }
  }

  @Override
  public long count() {
    return join(CompletableFuture.supplyAsync(() -> (long) ids.size(), thread));
  }

  @Override
  public void persist() {}

  @Override
  public long persisted() {
    return 0;
  }

  @Override
  public void close() {
    inThread(() -> targets.values().forEach(DeviceRows::close));
    thread.shutdown();
  }

  private void inThread(Runnable... steps) {
    join(
        CompletableFuture.runAsync(
            () -> {
              for (Runnable step : steps) {
                step.run();
              }
            },
            thread));
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }
}
