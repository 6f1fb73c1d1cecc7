package io.braid.benchmark;

import io.braid.config.BraidProperties;
import io.braid.encoder.Vector;
import io.braid.index.Change;
import io.braid.index.EngineAwayException;
import io.braid.index.Entry;
import io.braid.index.Hit;
import io.braid.index.IndexId;
import io.braid.index.Metadata;
import io.braid.index.OpenSearchStore;
import io.braid.index.Search;
import io.braid.index.VectorIndex;
import io.braid.servers.OpenSearchCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * An index in an OpenSearch of three nodes on this machine, two shards with a copy each, one node
 * of which is killed ({@code kill -9}) again and again, in turn, under writes and searches, and
 * started again some seconds later. Every search is compared with what was acknowledged: an exact
 * one must find just that, of others the recall is told. Nothing may be lost, and no search may
 * lack a shard.
 *
 * <p>Arguments: the number of kills (6) and the seed (1).
 */
final class KilledNode {
  private static final int WIDTH = 32;
  private static final int IDS = 8000;
  private static final int FILLED = 6000;
  private static final int K = 10;
  private static final IndexId ID = new IndexId(1, 1, 1);

  private final OpenSearchCluster cluster;
  private final OpenSearchStore store;
  private final Random random;

  /** Held for reading by searches, so that nothing changes between a search and its check. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

  private volatile VectorIndex index;
  private final Map<String, Vector> acknowledged = new HashMap<>();

  /** What was asked for since the index last said what it holds, each with its number. */
  private final List<Change> changes = new ArrayList<>();

  private volatile boolean isOver;
  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger exact = new AtomicInteger();
  private final AtomicInteger approximate = new AtomicInteger();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong wanted = new AtomicLong();
  private final AtomicInteger withoutAnswer = new AtomicInteger();
  private final AtomicInteger replays = new AtomicInteger();
  private final AtomicLong slowestWrite = new AtomicLong();
  private final AtomicLong slowestSearch = new AtomicLong();

  private KilledNode(long seed) throws Exception {
    cluster = OpenSearchCluster.start(3);
    store =
        new OpenSearchStore(
            new BraidProperties.Opensearch(
                cluster.urls(), null, null, null, null, "killed-", 2, 1, Duration.ofSeconds(30)),
            "0123456789ab",
            false);
    index = store.open(ID);
    random = new Random(seed);
  }

  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    var killed = new KilledNode(seed);
    killed.run(kills);
    System.exit(killed.faults.isEmpty() ? 0 : 1);
  }

  private void run(int kills) throws Exception {
    cluster.awaitGreen();
    fill();
    try (var threads = Executors.newFixedThreadPool(3)) {
      var all = new ArrayList<Future<?>>();
      long writing = random.nextLong();
      all.add(threads.submit(() -> write(new Random(writing))));
      for (int searcher = 0; searcher < 2; searcher++) {
        long searching = random.nextLong();
        all.add(threads.submit(() -> search(new Random(searching))));
      }
      for (int kill = 0; kill < kills; kill++) {
        Thread.sleep(2000 + random.nextInt(3000));
        var node = cluster.nodes().get(kill % 3);
        node.kill();
        Thread.sleep(3000 + random.nextInt(4000));
        node.startAgain();
        cluster.awaitAll();
        cluster.awaitGreen();
        System.out.printf(
            "%d kills: %d changes, the slowest write %d ms, replayed %d times; %d exact searches,"
                + " %d others with recall %.4f, the slowest %d ms, %d had no answer; faults: %d%n",
            kill + 1,
            changes.size(),
            slowestWrite.get(),
            replays.get(),
            exact.get(),
            approximate.get(),
            hits.get() / (double) Math.max(1, wanted.get()),
            slowestSearch.get(),
            withoutAnswer.get(),
            faults.size());
      }
      isOver = true;
      for (Future<?> one : all) {
        one.get();
      }
    }
    check();
    faults.stream().limit(20).forEach(System.out::println);
    System.out.println(faults.isEmpty() ? "all as it should be" : faults.size() + " faults");
  }

  /** More than are all looked at, so that graphs are walked. */
  private void fill() {
    for (int first = 0; first < FILLED; first += 500) {
      write(
          IntStream.range(first, first + 500)
              .mapToObj(number -> put("item " + number, random))
              .toList());
    }
  }

  private static Change put(String id, Random random) {
    return new Change.Put(
        new Entry(id, Map.of("fusion", vector(random)), List.of("rna"), Metadata.NONE));
  }

  private void write(List<Change> some) {
    changes.addAll(some);
    apply(some);
    for (Change change : some) {
      switch (change) {
        case Change.Put(var entry) ->
            acknowledged.put(entry.id(), entry.vectors().values().iterator().next());
        case Change.Remove(var id) -> acknowledged.remove(id);
      }
    }
  }

  private void write(Random own) {
    while (!isOver) {
      var some = new ArrayList<Change>();
      for (int i = own.nextInt(20); i >= 0; i--) {
        String id = "item " + own.nextInt(IDS);
        some.add(own.nextInt(5) == 0 ? new Change.Remove(id) : put(id, own));
      }
      lock.writeLock().lock();
      try {
        long begin = System.nanoTime();
        write(some);
        if (own.nextInt(50) == 0) {
          index.persist();
        }
        slowestWrite.accumulateAndGet((System.nanoTime() - begin) / 1_000_000, Math::max);
      } catch (RuntimeException e) {
        faults.add("a write: " + e);
        return;
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  /** As the service does: an index that fails is opened again and handed what it does not hold. */
  private void apply(List<Change> some) {
    try {
      index.apply(some, changes.size(), Duration.ofSeconds(10));
    } catch (EngineAwayException e) {
      while (true) {
        try {
          index = store.open(ID);
          int held = (int) index.persisted();
          index.apply(changes.subList(held, changes.size()), changes.size());
          replays.incrementAndGet();
          return;
        } catch (EngineAwayException again) {
          System.out.println("still away: " + again.getMessage());
        }
      }
    }
  }

  private void search(Random own) {
    while (!isOver) {
      boolean isExact = own.nextBoolean();
      Vector query = vector(own);
      lock.readLock().lock();
      try {
        long begin = System.nanoTime();
        List<Hit> found =
            index
                .search(new Search("fusion", List.of(query), K, Optional.empty(), isExact))
                .getFirst();
        slowestSearch.accumulateAndGet((System.nanoTime() - begin) / 1_000_000, Math::max);
        compare(query, found, isExact);
      } catch (EngineAwayException e) {
        withoutAnswer.incrementAndGet();
      } catch (RuntimeException e) {
        faults.add("a search: " + e);
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  private void compare(Vector query, List<Hit> found, boolean isExact) {
    List<String> nearest =
        acknowledged.entrySet().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<String, Vector> item) -> -query.dot(item.getValue())))
            .limit(K)
            .map(Map.Entry::getKey)
            .toList();
    Set<String> ids = new HashSet<>(found.stream().map(Hit::id).toList());
    if (isExact) {
      exact.incrementAndGet();
      if (!ids.equals(Set.copyOf(nearest))) {
        faults.add("an exact search found " + ids + ", not " + nearest);
      }
    } else {
      approximate.incrementAndGet();
      wanted.addAndGet(nearest.size());
      hits.addAndGet(nearest.stream().filter(ids::contains).count());
      if (!acknowledged.keySet().containsAll(ids) || found.size() < nearest.size()) {
        faults.add("a search found what is not there, or too few: " + ids);
      }
    }
  }

  private void check() {
    List<Hit> all =
        index
            .search(new Search("fusion", List.of(vector(random)), 2 * IDS, Optional.empty(), true))
            .getFirst();
    Set<String> ids = new HashSet<>(all.stream().map(Hit::id).toList());
    if (!ids.equals(acknowledged.keySet()) || index.count() != ids.size()) {
      faults.add("at the end there are %d, not %d".formatted(ids.size(), acknowledged.size()));
    }
    System.out.printf("%d items at the end, of %d changes%n", ids.size(), changes.size());
  }

  private static Vector vector(Random random) {
    var elements = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      elements[i] = (float) random.nextGaussian();
    }
    return Vector.of(elements).normalized();
  }
}
