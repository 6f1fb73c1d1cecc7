package io.braid.retrieval;

import io.braid.encoder.SubsetFusions;
import io.braid.encoder.Vector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A stored sample as it would be embedded with any subset of what it has.
 *
 * @param modalities what its fusion rests on, in schema order
 * @param fusions by subset, in schema order, at unit length
 */
record KnownSample(List<String> modalities, Map<List<String>, Vector> fusions) {
  static KnownSample of(List<String> schema, SubsetFusions subsets) {
    var fusions = new HashMap<List<String>, Vector>();
    var coalitions = subsets.coalitions().all();
    for (int i = 1; i < coalitions.size(); i++) {
      var some = coalitions.get(i);
      fusions.put(schema.stream().filter(some::contains).toList(), subsets.vectors().get(i));
    }
    return new KnownSample(
        schema.stream().filter(coalitions.getLast()::contains).toList(), fusions);
  }

  /** Whether its fusion with these modalities alone is known. */
  boolean has(List<String> subset) {
    return fusions.containsKey(subset);
  }

  /** Size of its fusions. */
  int dimension() {
    return fusion(modalities).size();
  }

  Vector fusion(List<String> subset) {
    Vector fusion = fusions.get(subset);
    if (fusion == null) {
      throw new IllegalArgumentException("no fusion of " + subset + "; this is a bug");
    }
    return fusion;
  }
}
