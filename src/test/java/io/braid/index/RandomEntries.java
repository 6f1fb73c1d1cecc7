package io.braid.index;

import io.braid.encoder.Vector;
import io.braid.index.Filter.Bound;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Items, metadata and filters, drawn from few fields and values that are easily confused: so that
 * filters match, and match what they should not if an engine is careless.
 */
final class RandomEntries {
  static final int DIMENSION = 8;
  static final List<String> TARGETS = List.of("fusion", "rna", "image");
  private static final List<String> MODALITIES = List.of("rna", "image", "text");

  private static final List<String> FIELDS =
      List.of("a", "a.b", "", "a\0", "a\0a", "id", "hit", "\ud83d\ude00", "\ud800", "\ufffd");

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "aa",
          "b",
          "\0",
          "a\0",
          "true",
          "1",
          "\ufffd",
          "\uffff",
          "\ud83d\ude00",
          "\ud83d\ude01",
          "\udbff\udfff",
          "\ud800",
          "\udfff",
          "\udc00\ud800",
          "a\ud800b",
          "\ue000");

  private static final List<Double> NUMBERS =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          0.5,
          1e-300,
          Double.MIN_VALUE,
          -Double.MIN_VALUE,
          Double.MAX_VALUE,
          -Double.MAX_VALUE,
          9007199254740992.0,
          9007199254740994.0,
          1e18,
          1e300);

  private final Random random;

  RandomEntries(long seed) {
    this.random = new Random(seed);
  }

  Entry entry(String id) {
    Map<String, Vector> vectors = new LinkedHashMap<>();
    for (String target : TARGETS) {
      if (random.nextInt(3) > 0) {
        vectors.put(target, vector());
      }
    }
    List<String> present = MODALITIES.stream().filter(_ -> random.nextBoolean()).toList();
    return new Entry(id, vectors, present, metadata());
  }

  Vector vector() {
    var elements = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      elements[i] = (float) random.nextGaussian();
    }
    return Vector.of(elements).normalized();
  }

  Metadata metadata() {
    var fields = new HashMap<String, Set<Value>>();
    for (int i = random.nextInt(4); i > 0; i--) {
      fields.put(one(FIELDS), values());
    }
    return new Metadata(fields);
  }

  private Set<Value> values() {
    var values = new HashSet<Value>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      values.add(
          switch (random.nextInt(3)) {
            case 0 -> new Value.Text(one(TEXTS));
            case 1 -> new Value.Numeric(one(NUMBERS));
            default -> new Value.Flag(random.nextBoolean());
          });
    }
    return values;
  }

  Filter filter(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> new Filter.In(one(FIELDS), random.nextInt(8) == 0 ? Set.of() : values());
      case 1 ->
          new Filter.NumberRange(one(FIELDS), bound(() -> one(NUMBERS)), bound(() -> one(NUMBERS)));
      case 2 -> new Filter.TextRange(one(FIELDS), bound(() -> one(TEXTS)), bound(() -> one(TEXTS)));
      case 3 -> new Filter.Exists(one(FIELDS));
      case 4 -> new Filter.Present(one(MODALITIES));
      case 5 -> new Filter.All(filters(depth - 1));
      case 6 -> new Filter.Any(filters(depth - 1));
      default -> new Filter.Not(filter(depth - 1));
    };
  }

  private List<Filter> filters(int depth) {
    var filters = new ArrayList<Filter>();
    for (int i = random.nextInt(4); i > 0; i--) {
      filters.add(filter(depth));
    }
    return filters;
  }

  private <T> Optional<Bound<T>> bound(Supplier<T> value) {
    return random.nextInt(4) == 0
        ? Optional.empty()
        : Optional.of(new Bound<>(value.get(), random.nextBoolean()));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
