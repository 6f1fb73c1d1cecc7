package io.braid.modality;

import io.braid.problem.Fault;
import io.braid.store.TestProperties;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** The formats of bodies: whatever is written as JSON, with single quotes, is read as each. */
enum Wire {
  JSON("application/json"),
  CBOR("application/cbor");

  static final BodyReader BODIES = new BodyReader(TestProperties.in(Path.of("unused")));

  final String type;

  Wire(String type) {
    this.type = type;
  }

  /** What became of a value, and what was wrong with it. */
  record Read(Optional<Modalities> modalities, List<Fault> faults) {
    /** The features of the only modality. */
    Features features() {
      return modalities.orElseThrow().present().values().iterator().next();
    }

    Set<String> absent() {
      return modalities.orElseThrow().absent();
    }

    List<String> warnings() {
      return modalities.orElseThrow().warnings();
    }

    Map<String, Features> present() {
      return modalities.orElseThrow().present();
    }
  }

  byte[] bytes(String text) {
    String json = text.replace('\'', '"');
    return this == JSON
        ? json.getBytes(StandardCharsets.UTF_8)
        : new CBORMapper().writeValueAsBytes(new JsonMapper().readTree(json));
  }

  /** Reads a value of one modality, from {@code {"<name>": value}}. */
  Read read(Modality modality, String value) {
    return read(bytes("{'" + modality.name() + "': " + value + "}"), modality);
  }

  Read read(byte[] body, Modality... modalities) {
    SampleReader reader = new SampleReader(new ModalitySchema(List.of(modalities)));
    List<Fault> faults = new ArrayList<>();
    return BODIES.read(
        new ByteArrayInputStream(body),
        type,
        parser -> new Read(reader.readModalities(parser, "", faults), faults));
  }

  /** A tensor object of floats. */
  static String f32(String shape, float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return tensor("F32", shape, bytes);
  }

  /** A tensor object of doubles. */
  static String f64(String shape, double... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(numbers);
    return tensor("F64", shape, bytes);
  }

  /** A tensor object of ints. */
  static String i32(String shape, int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    return tensor("I32", shape, bytes);
  }

  /** A tensor object of longs. */
  static String i64(String shape, long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return tensor("I64", shape, bytes);
  }

  private static String tensor(String type, String shape, ByteBuffer bytes) {
    return "{'dtype': '%s', 'shape': %s, 'base64': '%s'}"
        .formatted(type, shape, Base64.getEncoder().encodeToString(bytes.array()));
  }
}
