package io.braid.encoder;

import io.braid.torch.Safetensors.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Weights to start training from: what torch gives the published modules by default, drawn anew.
 * The same seed gives the same weights.
 */
public final class InitialWeights {
  /** Named, so that weights do not change with the JDK's default. */
  private static final String ALGORITHM = "L64X128MixRandom";

  private InitialWeights() {}

  /** Every parameter of the config by name, in the order of the published checkpoints. */
  public static Map<String, FloatTensor> of(EncoderConfig config, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of(ALGORITHM).create(seed);
    var weights = new LinkedHashMap<String, FloatTensor>();
    for (Parameter parameter : Parameters.of(config).all()) {
      weights.put(parameter.name(), new FloatTensor(parameter.shape(), fill(parameter, random)));
    }
    return Collections.unmodifiableMap(weights);
  }

  private static FloatBuffer fill(Parameter parameter, RandomGenerator random) {
    float[] elements = new float[Math.toIntExact(parameter.elements())];
    switch (parameter.initial()) {
      case Parameter.Initial.Constant(double value) -> Arrays.fill(elements, (float) value);
      case Parameter.Initial.Uniform(long fanIn) -> {
        double bound = 1 / Math.sqrt(fanIn);
        for (int i = 0; i < elements.length; i++) {
          elements[i] = (float) random.nextDouble(-bound, bound);
        }
      }
      case Parameter.Initial.Normal(var paddingRow) -> {
        for (int i = 0; i < elements.length; i++) {
          elements[i] = (float) random.nextGaussian();
        }
        paddingRow.ifPresent(row -> {
          int width = Math.toIntExact(parameter.shape().getLast());
          int begin = Math.toIntExact(row) * width;
          Arrays.fill(elements, begin, begin + width, 0f);
        });
      }
    }
    return FloatBuffer.wrap(elements);
  }
}
