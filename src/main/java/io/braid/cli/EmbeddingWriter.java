package io.braid.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes embeddings, sample by sample; vectors come as base64 of little-endian 32-bit floats. */
interface EmbeddingWriter extends AutoCloseable {
  /**
   * @param dimension length of every vector
   */
  void write(JsonNode embedding, int dimension);

  @Override
  void close();

  /**
   * A row a vector. The vectors of a sample are told apart by a column {@code embedding} where more
   * than its fusion is asked for.
   */
  static EmbeddingWriter csv(Writer out, boolean isFusionAlone) {
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    return new EmbeddingWriter() {
      private boolean hasHeader;

      @Override
      public void write(JsonNode embedding, int dimension) {
        if (!hasHeader) {
          var header = new ArrayList<>(List.of("id", "present"));
          if (!isFusionAlone) {
            header.add("embedding");
          }
          IntStream.range(0, dimension).mapToObj(Integer::toString).forEach(header::add);
          csv.writeRecord(header);
          hasHeader = true;
        }
        List<String> present =
            embedding.path("present").valueStream().map(JsonNode::asString).toList();
        Map<String, JsonNode> vectors = vectors(embedding);
        if (isFusionAlone && vectors.isEmpty()) {
          vectors.put("fusion", Client.JSON.missingNode());
        }
        vectors.forEach((name, vector) -> {
          var cells = new ArrayList<String>();
          cells.add(embedding.path("id").asString(""));
          cells.add(String.join("+", present));
          if (!isFusionAlone) {
            cells.add(name);
          }
          if (vector.isMissingNode()) {
            IntStream.range(0, dimension).forEach(_ -> cells.add(""));
          } else {
            FloatBuffer floats = floats(vector);
            while (floats.hasRemaining()) {
              cells.add(Float.toString(floats.get()));
            }
          }
          csv.writeRecord(cells);
        });
      }

      @Override
      public void close() {
        closing(csv::close);
      }
    };
  }

  /** A JSON object a line, as the service answers, with vectors as numbers. */
  static EmbeddingWriter ndjson(Writer out) {
    return new EmbeddingWriter() {
      @Override
      public void write(JsonNode embedding, int dimension) {
        closing(() -> {
          out.write(Client.JSON.writeValueAsString(numbers(embedding)));
          out.write('\n');
        });
      }

      @Override
      public void close() {
        closing(out::close);
      }
    };
  }

  private static JsonNode numbers(JsonNode embedding) {
    ObjectNode copy = (ObjectNode) embedding.deepCopy();
    if (copy.has("fusion")) {
      copy.set("fusion", array(copy.get("fusion")));
    }
    for (String output : List.of("unimodal", "channels")) {
      if (copy.get(output) instanceof ObjectNode vectors) {
        vectors.propertyNames().stream()
            .toList()
            .forEach(name -> vectors.set(name, array(vectors.get(name))));
      }
    }
    return copy;
  }

  private static ArrayNode array(JsonNode vector) {
    ArrayNode array = Client.JSON.createArrayNode();
    FloatBuffer floats = floats(vector);
    while (floats.hasRemaining()) {
      array.add(floats.get());
    }
    return array;
  }

  /** The vectors of a sample, by name; those of one modality by its name, channels as a+b. */
  private static Map<String, JsonNode> vectors(JsonNode embedding) {
    var vectors = new LinkedHashMap<String, JsonNode>();
    if (embedding.has("fusion")) {
      vectors.put("fusion", embedding.get("fusion"));
    }
    embedding
        .path("unimodal")
        .properties()
        .forEach(one -> vectors.put(one.getKey(), one.getValue()));
    embedding
        .path("channels")
        .properties()
        .forEach(one -> vectors.put("channel:" + one.getKey(), one.getValue()));
    return vectors;
  }

  private static FloatBuffer floats(JsonNode base64) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(base64.asString()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** A step that may fail to write. */
  interface Step {
    void run() throws IOException;
  }

  private static void closing(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
