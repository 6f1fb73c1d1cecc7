package io.braid.retrieval;

import io.braid.modality.RawSample;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * An item in a snapshot: {@code id}, {@code metadata} as JSON text, {@code sample} as CBOR or null,
 * {@code present}, and {@code vectors} as in the database.
 */
record SnapshotItem(Item item, Embedded embedded) {
  void write(JsonGenerator out) {
    out.writeStartObject();
    out.writeStringProperty("id", item.id());
    out.writeStringProperty("metadata", item.metadata());
    out.writeName("sample");
    if (item.sample().isPresent()) {
      out.writeBinary(item.sample().get().toBytes());
    } else {
      out.writeNull();
    }
    out.writeArrayPropertyStart("present");
    embedded.present().forEach(out::writeString);
    out.writeEndArray();
    out.writeBinaryProperty("vectors", embedded.vectorBytes());
    out.writeEndObject();
  }

  /**
   * What an item may hold at most.
   *
   * @param sample bytes of its sample
   * @param parts lists, objects and names in its sample, which take far more memory than bytes
   * @param vectors bytes of its vectors
   * @param present modalities
   * @param samples reads its sample
   */
  record Limits(long sample, long parts, long vectors, int present, CBORMapper samples) {}

  /** Reads the item at the parser's token; throws what Jackson does where it is none. */
  static SnapshotItem read(JsonParser in, Limits limits) {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("expected an object");
    }
    String id = "";
    String metadata = "{}";
    Optional<RawSample> sample = Optional.empty();
    byte[] vectors = {};
    List<String> present = List.of();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      switch (name) {
        case "id" -> id = in.getString();
        case "metadata" -> metadata = in.getString();
        case "sample" ->
            sample =
                value == JsonToken.VALUE_NULL
                    ? Optional.empty()
                    : Optional.of(sample(bytes(in, limits.sample()), limits));
        case "vectors" -> vectors = bytes(in, limits.vectors());
        case "present" -> present = names(in, limits.present());
        default -> in.skipChildren(); // of a later version
      }
    }
    return new SnapshotItem(new Item(id, metadata, sample), Embedded.stored(present, vectors));
  }

  private static byte[] bytes(JsonParser in, long most) {
    var bytes = new BoundedBytes(most);
    in.readBinaryValue(bytes);
    return bytes.toByteArray();
  }

  /** What is read while it has not too many bytes. */
  private static final class BoundedBytes extends ByteArrayOutputStream {
    private final long most;

    BoundedBytes(long most) {
      this.most = most;
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int number) {
      if (size() + (long) number > most) {
        throw new IllegalArgumentException("more than " + most + " bytes");
      }
      super.write(bytes, from, number);
    }
  }

  private static List<String> names(JsonParser in, int most) {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("expected a list");
    }
    var names = new ArrayList<String>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.VALUE_STRING || names.size() == most) {
        throw new IllegalArgumentException("expected at most " + most + " names");
      }
      names.add(in.getString());
    }
    return names;
  }

  private static RawSample sample(byte[] cbor, Limits limits) {
    long parts = 0;
    try (JsonParser in = limits.samples().createParser(cbor)) {
      int depth = 0;
      JsonToken token = in.nextToken();
      if (token != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("is no object");
      }
      do {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        parts += token.isStructStart() || token == JsonToken.PROPERTY_NAME ? 1 : 0;
        if (token == JsonToken.VALUE_STRING) {
          in.getString(); // or it is no text
        }
        if (parts > limits.parts()) {
          throw new IllegalArgumentException(
              "more than %d lists, objects and names".formatted(limits.parts()));
        }
        token = in.nextToken();
      } while (token != null && depth > 0);
      if (token != null) {
        throw new IllegalArgumentException("something comes after the object");
      }
    }
    return RawSample.of(cbor);
  }
}
