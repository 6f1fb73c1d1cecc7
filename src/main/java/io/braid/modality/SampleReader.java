package io.braid.modality;

import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import io.braid.problem.Fault;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonParser;

/**
 * Reads samples of one schema, from JSON or CBOR alike, without a tree in between. Everything wrong
 * with a sample becomes a fault with its place; the parser always ends on the last token of what it
 * read, so that the caller reads on and finds the other faults of the request.
 *
 * <p>Faults are bounded: a few for each modality, and one that counts the rest. Immutable, so that
 * one reader serves all requests of a model.
 */
public final class SampleReader {
  private static final int MAX_ID = 512;

  private final ModalitySchema schema;
  private final Map<String, FeaturesReader> readers = new HashMap<>();

  public SampleReader(ModalitySchema schema) {
    this.schema = schema;
    schema.modalities().forEach(m -> readers.put(m.name(), FeaturesReader.of(m)));
  }

  /**
   * Reads the sample {@code {"id": ..., "modalities": {...}}} that starts at the parser's token.
   *
   * @param at pointer to the sample, such as {@code /samples/3}
   * @param faults takes what is wrong
   * @return empty if something was wrong
   */
  public Optional<Sample> read(JsonParser parser, String at, List<Fault> faults) {
    int before = faults.size();
    Cursor cursor = new Cursor(parser, at, faults);
    Optional<String> id = Optional.empty();
    Optional<Modalities> modalities = Optional.empty();
    boolean given = false;
    if (parser.currentToken() != START_OBJECT) {
      cursor.refuse("a sample, {\"id\": ..., \"modalities\": {...}}");
    } else {
      while (parser.nextToken() != END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> id = readId(cursor);
          case "modalities" -> {
            given = true;
            modalities = readModalities(cursor);
          }
          default -> {
            cursor.fault("unknown field; a sample has 'id' and 'modalities'");
            parser.skipChildren();
          }
        }
      }
      boolean none = modalities.map(m -> m.present().isEmpty()).orElse(!given);
      if (none) {
        cursor.fault(
            given ? "/modalities" : "",
            "no modality is present, give at least one of " + String.join(", ", schema.names()));
      }
    }
    cursor.endOfValue();
    if (faults.size() > before || modalities.isEmpty()) {
      return Optional.empty();
    }
    Modalities read = modalities.get();
    return Optional.of(new Sample(id, read.present(), read.warnings()));
  }

  /**
   * Reads the object {@code {"gene": [...], "audio": null}} that starts at the parser's token,
   * which may leave out any modality, even all.
   *
   * @param at pointer to the object, such as {@code /items/3/modalities}
   * @param faults takes what is wrong
   * @return empty if something was wrong
   */
  public Optional<Modalities> readModalities(JsonParser parser, String at, List<Fault> faults) {
    Cursor cursor = new Cursor(parser, at, faults);
    Optional<Modalities> modalities = readModalities(cursor);
    cursor.endOfValue();
    return modalities;
  }

  private Optional<Modalities> readModalities(Cursor cursor) {
    JsonParser parser = cursor.parser();
    int before = cursor.numFaults();
    if (parser.currentToken() != START_OBJECT) {
      cursor.refuse("an object of modalities");
      return Optional.empty();
    }
    Map<String, Features> found = new HashMap<>();
    Set<String> absent = new HashSet<>();
    while (parser.nextToken() != END_OBJECT) {
      String name = parser.currentName();
      FeaturesReader reader = readers.get(name);
      if (parser.nextToken() == VALUE_NULL && reader != null) {
        absent.add(name);
      } else if (reader == null) {
        cursor.fault("unknown modality; the model has " + String.join(", ", schema.names()));
        parser.skipChildren();
      } else {
        Cursor value = cursor.forValue();
        reader
            .read(value)
            .ifPresentOrElse(features -> found.put(name, features), () -> absent.add(name));
        value.endOfValue();
      }
    }
    if (cursor.numFaults() > before) {
      return Optional.empty();
    }
    Map<String, Features> present = new LinkedHashMap<>();
    for (String name : schema.names()) {
      Features features = found.get(name);
      if (features != null) {
        present.put(name, features);
      }
    }
    return Optional.of(new Modalities(present, absent, cursor.warnings()));
  }

  private static Optional<String> readId(Cursor cursor) {
    JsonParser parser = cursor.parser();
    if (parser.currentToken() == VALUE_NULL) {
      return Optional.empty();
    }
    if (parser.currentToken() != VALUE_STRING) {
      cursor.refuse("a string");
      return Optional.empty();
    }
    String id = parser.getString();
    if (id.length() > MAX_ID) {
      cursor.fault(id.length() + " characters, at most " + MAX_ID);
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(id)) {
      cursor.fault("half a surrogate pair, which is no Unicode text");
    }
    return Optional.of(id);
  }
}
