package io.braid.retrieval;

import io.braid.encoder.Vector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Draws samples whose modalities all tell of a hidden vector, drawn normally: each is that vector
 * with normal noise, and the fusion of some of them is the direction of their mean.
 *
 * @param dim elements of a vector
 * @param noise its deviation, where that of the hidden vector is 1, by modality
 */
record HiddenVectors(int dim, Map<String, Double> noise) {
  /** Samples that all have the same modalities. */
  List<KnownSample> draw(int number, List<String> modalities, Random random) {
    return IntStream.range(0, number).mapToObj(_ -> sample(modalities, random)).toList();
  }

  private KnownSample sample(List<String> modalities, Random random) {
    double[] hidden = IntStream.range(0, dim).mapToDouble(_ -> random.nextGaussian()).toArray();
    var seen = new HashMap<String, Vector>();
    for (String modality : modalities) {
      double deviation = noise.getOrDefault(modality, 0.0);
      var elements = new float[dim];
      for (int i = 0; i < dim; i++) {
        elements[i] = (float) (hidden[i] + deviation * random.nextGaussian());
      }
      seen.put(modality, Vector.of(elements));
    }
    var fusions = new HashMap<List<String>, Vector>();
    for (List<String> subset : subsets(modalities)) {
      fusions.put(subset, Vector.mean(subset.stream().map(seen::get).toList()).normalized());
    }
    return new KnownSample(modalities, fusions);
  }

  /** All but the empty one, in the order of the modalities. */
  static List<List<String>> subsets(List<String> modalities) {
    return IntStream.range(1, 1 << modalities.size())
        .mapToObj(bits ->
            IntStream.range(0, modalities.size())
                .filter(i -> (bits >> i & 1) == 1)
                .mapToObj(modalities::get)
                .toList())
        .toList();
  }
}
