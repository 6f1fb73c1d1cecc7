package io.braid.retrieval;

import io.braid.modality.RawSample;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

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

  /** Reads the item at the parser's token; throws what Jackson does where it is none. */
  static SnapshotItem read(JsonParser in) {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("expected an object");
    }
    String id = "";
    String metadata = "{}";
    byte @Nullable [] sample = null;
    byte[] vectors = {};
    List<String> present = List.of();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      switch (name) {
        case "id" -> id = in.getString();
        case "metadata" -> metadata = in.getString();
        case "sample" -> sample = value == JsonToken.VALUE_NULL ? null : in.getBinaryValue();
        case "vectors" -> vectors = in.getBinaryValue();
        case "present" -> present = Arrays.asList(in.readValueAs(String[].class));
        default -> in.skipChildren(); // of a later version
      }
    }
    return new SnapshotItem(
        new Item(id, metadata, Optional.ofNullable(sample).map(RawSample::of)),
        Embedded.stored(present, vectors));
  }
}
