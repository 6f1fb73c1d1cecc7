package io.braid.index;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What filters see of an item's metadata: values by field. A field within an object is named by its
 * path, {@code site.city}; a list is all of its values; a null, an empty list and an empty object
 * are no value. Values of a field may be of different kinds, also from item to item.
 *
 * @param fields values by field, at least one each
 */
public record Metadata(Map<String, Set<Value>> fields) {
  public static final Metadata NONE = new Metadata(Map.of());

  public Metadata {
    var copy = new HashMap<String, Set<Value>>();
    fields.forEach((field, values) -> copy.put(field, Set.copyOf(values)));
    fields = Map.copyOf(copy);
  }

  /**
   * How much filters see of an object: characters of each value's path, together. It may be many
   * times what the object takes, where long names lead to many values.
   */
  public static long pathLength(JsonNode object) {
    return pathLength(0, object);
  }

  private static long pathLength(int before, JsonNode node) {
    if (!node.isContainer()) {
      return before;
    }
    long length = 0;
    for (var field : node.properties()) {
      length += pathLength(before + field.getKey().length() + 1, field.getValue());
    }
    for (JsonNode element : node.isArray() ? node : List.<JsonNode>of()) {
      length += pathLength(before, element);
    }
    return length;
  }

  /**
   * @param object a JSON object whose numbers are finite as 64-bit floats
   */
  public static Metadata of(JsonNode object) {
    var fields = new HashMap<String, Set<Value>>();
    object.forEachEntry((name, value) -> collect(name, value, fields));
    return new Metadata(fields);
  }

  private static void collect(String field, JsonNode node, Map<String, Set<Value>> fields) {
    if (node.isObject()) {
      node.forEachEntry((name, value) -> collect(field + "." + name, value, fields));
    } else if (node.isArray()) {
      node.forEach(element -> collect(field, element, fields));
    } else if (!node.isNull()) {
      fields.computeIfAbsent(field, _ -> new LinkedHashSet<>()).add(value(node));
    }
  }

  private static Value value(JsonNode node) {
    if (node.isBoolean()) {
      return new Value.Flag(node.booleanValue());
    }
    return node.isNumber()
        ? new Value.Numeric(node.doubleValue())
        : new Value.Text(node.asString());
  }

  /** The values of a field, none where it is not there. */
  public Set<Value> values(String field) {
    return fields.getOrDefault(field, Set.of());
  }
}
