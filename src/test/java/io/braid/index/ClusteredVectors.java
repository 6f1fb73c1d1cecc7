package io.braid.index;

import io.braid.encoder.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Unit vectors around centres, as embeddings of samples of some kinds are: a centre is drawn evenly
 * from the sphere, a vector is a centre drawn evenly, plus noise of about {@code noise} times its
 * length, at unit length.
 */
public final class ClusteredVectors {
  private final List<float[]> centres = new ArrayList<>();
  private final int dimension;
  private final double noise;
  private final Random random;

  public ClusteredVectors(int numCentres, int dimension, double noise, long seed) {
    this.dimension = dimension;
    this.noise = noise;
    this.random = new Random(seed);
    for (int i = 0; i < numCentres; i++) {
      centres.add(around(new float[dimension], 1).toArray());
    }
  }

  public Vector next() {
    return around(centres.get(random.nextInt(centres.size())), noise);
  }

  private Vector around(float[] centre, double noise) {
    var elements = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      elements[i] = (float) (centre[i] + noise / Math.sqrt(dimension) * random.nextGaussian());
    }
    return Vector.of(elements).normalized();
  }
}
