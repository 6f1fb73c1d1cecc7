package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.torch.Device;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import io.braid.torch.Torch;
import io.braid.torch.TorchScript;
import io.braid.torch.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of one target, on a device, each in a row that the next item takes when its own is
 * gone. Rows stand in chunks, so that growing moves none. Used by one thread.
 */
final class DeviceRows implements AutoCloseable {
  /** Rows of the first chunk; each later one doubles what there is, up to {@link #LARGEST}. */
  private static final int SMALLEST = 1024;

  private static final int LARGEST = 65_536;

  /** Vectors that go to the device at once. */
  private static final int BATCH = 4096;

  /** Multiplications from which on several cores are faster than one. */
  private static final double WORTH_ALL_CORES = 1e7;

  /** Rows beyond the k best that are asked for at once, to see whether they score the same. */
  private static final int MORE = 16;

  private static final TorchScript SCRIPT = TorchScript.compile("search.Search", List.of("search"));

  /** What a hit tells of the item in a row. */
  record Item(String id, List<String> present, Metadata metadata) {}

  /** One of the queries that are answered together. */
  record Query(Vector vector, Filter filter) {}

  /** Rows {@code start} to {@code start + size - 1}. */
  private record Chunk(int start, int size, Weights vectors) {
    int end() {
      return start + size;
    }
  }

  private final Device device;
  private final int dimension;
  private final List<Chunk> chunks = new ArrayList<>();

  private final List<@Nullable Item> items = new ArrayList<>();
  private final Map<String, Integer> rows = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();

  /** Vectors that are not on the device yet, by row. */
  private final TreeMap<Integer, Vector> coming = new TreeMap<>();

  DeviceRows(Device device, int dimension) {
    this.device = device;
    this.dimension = dimension;
  }

  int dimension() {
    return dimension;
  }

  /** Puts an item's vector, which is found after {@link #flush}. */
  void put(Item item, Vector vector) {
    if (vector.size() != dimension) {
      throw new IllegalArgumentException(
          "a vector of %d among vectors of %d".formatted(vector.size(), dimension));
    }
    Integer row = rows.get(item.id());
    if (row == null) {
      if (free.isEmpty()) {
        grow();
      }
      row = free.remove();
      rows.put(item.id(), row);
    }
    items.set(row, item);
    coming.put(row, vector);
  }

  void remove(String id) {
    Integer row = rows.remove(id);
    if (row != null) {
      items.set(row, null);
      coming.remove(row);
      free.add(row);
    }
  }

  private void grow() {
    int start = items.size();
    int size = Math.clamp(start, SMALLEST, LARGEST);
    try (Tensors scope = Tensors.open(device)) {
      Tensor like = scope.floats(new float[dimension], 1, dimension);
      chunks.add(new Chunk(start, size, SCRIPT.learn(false, "empty", (long) size, like)));
    }
    for (int row = start; row < start + size; row++) {
      items.add(null);
      free.add(row);
    }
  }

  void flush() {
    while (!coming.isEmpty()) {
      int first = coming.firstKey();
      Chunk chunk = chunks.stream().filter(each -> first < each.end()).findFirst().orElseThrow();
      SortedMap<Integer, Vector> ofChunk = coming.headMap(chunk.end());
      int size = Math.min(BATCH, ofChunk.size());
      long[] at =
          ofChunk.keySet().stream().limit(size).mapToLong(row -> row - chunk.start).toArray();
      FloatBuffer vectors = FloatBuffer.allocate(size * dimension);
      ofChunk.values().stream().limit(size).forEach(vector -> vectors.put(vector.toArray()));
      try (Tensors scope = Tensors.open(device)) {
        Tensor rows = scope.floats(vectors.flip(), size, dimension);
        SCRIPT.learn(false, "put", chunk.vectors, scope.longs(at, size), rows).close();
      }
      coming.headMap(chunk.start + (int) at[size - 1] + 1).clear();
    }
  }

  /**
   * The nearest items of each query.
   *
   * @param queries at least one, of this dimension
   */
  List<List<Hit>> search(List<Query> queries, int k) {
    if (rows.isEmpty()) {
      return queries.stream().map(_ -> List.<Hit>of()).toList();
    }
    if (!device.isCuda()) {
      double products = (double) queries.size() * items.size() * dimension;
      Torch.useAllCores(products >= WORTH_ALL_CORES);
    }
    try (Tensors scope = Tensors.open(device)) {
      FloatBuffer vectors = FloatBuffer.allocate(queries.size() * dimension);
      queries.forEach(query -> vectors.put(query.vector().toArray()));
      Tensor matrix = scope.floats(vectors.flip(), queries.size(), dimension);
      List<Filter> filters = queries.stream().map(Query::filter).distinct().toList();
      Tensor masks = scope.booleans(masks(filters), filters.size(), items.size());
      long[] maskOf =
          queries.stream().mapToLong(query -> filters.indexOf(query.filter())).toArray();
      Tensor mask = scope.longs(maskOf, maskOf.length);
      List<Weights> all = chunks.stream().map(Chunk::vectors).toList();
      for (int most = Math.min(k + MORE, items.size()); ; ) {
        var top = SCRIPT.call(scope, "top", all, matrix, masks, mask, (long) most);
        var found = new Found(top, queries.size(), most);
        if (most == items.size() || !found.mayMissEqualScores(k)) {
          return found.hits(k);
        }
        most = (int) Math.min(4L * most, items.size());
      }
    }
  }

  private byte[] masks(List<Filter> filters) {
    var masks = new byte[Math.multiplyExact(filters.size(), items.size())];
    int at = 0;
    for (Filter filter : filters) {
      for (Item item : items) {
        boolean isAllowed = item != null && filter.test(item.present(), item.metadata());
        masks[at++] = (byte) (isAllowed ? 1 : 0);
      }
    }
    return masks;
  }

  /** The best rows of each query, as the device tells them. */
  private final class Found {
    private static final float HIDDEN = -2;
    private final float[] scores;
    private final long[] numbers;
    private final int queries;
    private final int most;

    Found(Map<String, Tensor> top, int queries, int most) {
      this.scores = Objects.requireNonNull(top.get("scores")).toFloats();
      this.numbers = Objects.requireNonNull(top.get("rows")).toLongs();
      this.queries = queries;
      this.most = most;
    }

    boolean mayMissEqualScores(int k) {
      for (int end = most; end <= scores.length; end += most) {
        float last = scores[end - 1];
        if (last != HIDDEN && last == scores[end - most + k - 1]) {
          return true;
        }
      }
      return false;
    }

    List<List<Hit>> hits(int k) {
      var hits = new ArrayList<List<Hit>>();
      for (int query = 0; query < queries; query++) {
        var ofQuery = new ArrayList<Hit>();
        for (int i = query * most; i < (query + 1) * most && scores[i] != HIDDEN; i++) {
          Item item = items.get((int) numbers[i]);
          if (item != null) {
            ofQuery.add(new Hit(item.id(), scores[i] + 0f, item.present())); // -0 is 0
          }
        }
        ofQuery.sort(Hit.ORDER);
        hits.add(List.copyOf(ofQuery.subList(0, Math.min(k, ofQuery.size()))));
      }
      return hits;
    }
  }

  @Override
  public void close() {
    chunks.forEach(chunk -> chunk.vectors.close());
  }
}
