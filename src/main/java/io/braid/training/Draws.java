package io.braid.training;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The random numbers of a run. Each purpose and place has a generator of its own, made from the
 * seed: so a resumed run draws what it would have drawn, and no state needs keeping.
 */
record Draws(long seed) {
  /** Named, so that runs do not change with the JDK's default. */
  private static final String ALGORITHM = "L64X128MixRandom";

  enum Purpose {
    /** The order of samples, by epoch. */
    ORDER,
    /** Dropped modalities and views, by step. */
    STEP,
    /** Views of the test split, the same in each epoch. */
    TEST
  }

  RandomGenerator of(Purpose purpose, long place) {
    long mixed = mix(mix(mix(seed) + purpose.ordinal()) + place);
    return RandomGeneratorFactory.of(ALGORITHM).create(mixed);
  }

  /** SplitMix64's finalizer: places that are near each other give seeds that are not. */
  private static long mix(long z) {
    long x = z + 0x9e3779b97f4a7c15L;
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
