package io.braid.retrieval;

import static tools.jackson.core.JsonToken.VALUE_STRING;

import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What items and searches have in common on the wire. */
final class Json {
  /** Reads parts of documents too. */
  static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Beyond these nobody reads them; what is over is not listed. */
  static final int MAX_FAULTS = 1000;

  /** Most characters of an id. */
  static final int MAX_ID = 512;

  /** What an id is. */
  static final String ID = "a string of 1 to " + MAX_ID + " characters";

  private Json() {}

  /** The id at the parser; null, and a fault, where it is none. */
  static @Nullable String id(JsonParser parser, String at, List<Fault> faults) {
    if (parser.currentToken() != VALUE_STRING) {
      parser.skipChildren();
      faults.add(new Fault(at, "expected " + ID));
      return null;
    }
    String id = parser.getString();
    Optional<String> fault = idFault(id);
    fault.ifPresent(detail -> faults.add(new Fault(at, detail)));
    return fault.isEmpty() ? id : null;
  }

  /** What is wrong with an id, if anything is. */
  static Optional<String> idFault(String id) {
    if (id.isEmpty() || id.length() > MAX_ID) {
      return Optional.of(id.length() + " characters, expected 1 to " + MAX_ID);
    } else if (!isUnicode(id)) {
      return Optional.of("half a surrogate pair, which is no Unicode text");
    } else if (id.equals(".") || id.equals("..") || id.chars().anyMatch(c -> c < ' ')) {
      return Optional.of(
          "cannot stand in a path, where '.', '..' and control characters mean something"
              + " else");
    }
    return Optional.empty();
  }

  /** Notes what JSON cannot hold or a filter cannot compare: numbers too large, broken text. */
  static void findUnsound(JsonNode node, String at, List<Fault> faults) {
    if (faults.size() >= MAX_FAULTS) {
      return;
    }
    if (node.isObject()) {
      node.forEachEntry((name, value) -> {
        String place = at + "/" + escaped(name);
        if (!isUnicode(name)) {
          faults.add(new Fault(place, "its name has half a surrogate pair"));
        }
        findUnsound(value, place, faults);
      });
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        findUnsound(node.get(i), at + "/" + i, faults);
      }
    } else if (node.isNumber() && !Double.isFinite(number(node))) {
      faults.add(new Fault(at, "infinite as a 64-bit float"));
    } else if (node.isString() && !isUnicode(node.stringValue())) {
      faults.add(new Fault(at, "half a surrogate pair, which is no Unicode text"));
    } else if (node.isBinary() || node.isPojo() || node.isMissingNode()) {
      faults.add(new Fault(at, "expected a value that JSON has"));
    }
  }

  /** A number as a 64-bit float, infinite where it is too large for one. */
  static double number(JsonNode node) {
    return node.numberValue().doubleValue(); // JsonNode's own doubleValue() throws
  }

  /** Notes what is wrong, up to {@link #MAX_FAULTS}. */
  static void fault(String at, String detail, List<Fault> faults) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(new Fault(at, detail));
    }
  }

  /** A field that was read by itself, in an object of its own. */
  static ConfigObject field(String name, JsonNode value, List<Fault> faults) {
    return new ConfigObject(MAPPER.createObjectNode().set(name, value), "", faults);
  }

  /** A text of a client, short enough for a message. */
  static String shown(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "...";
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** A name as a step of a JSON Pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
