package io.braid.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The vectors of answers, however they are written. */
final class Vectors {
  private Vectors() {}

  static float[] vector(JsonNode node) {
    if (node.isString()) {
      byte[] bytes = Base64.getDecoder().decode(node.stringValue());
      float[] vector = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
      return vector;
    }
    float[] vector = new float[node.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) node.get(i).doubleValue();
    }
    return vector;
  }

  /** Every vector of a sample's embedding: {@code fusion}, {@code unimodal/gene} and so on. */
  static Map<String, float[]> all(JsonNode embedding) {
    var vectors = new LinkedHashMap<String, float[]>();
    if (embedding.has("fusion")) {
      vectors.put("fusion", vector(embedding.path("fusion")));
    }
    for (String kind : new String[] {"unimodal", "channels"}) {
      embedding
          .path(kind)
          .forEachEntry((name, node) -> vectors.put(kind + "/" + name, vector(node)));
    }
    return vectors;
  }

  static double length(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  static double cosine(float[] one, float[] other) {
    return dot(one, other) / length(one) / length(other);
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
