package io.braid.dataset;

import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A modality as the schema of an upload has it: what it leaves out is told by the file.
 *
 * @param fields all that the schema says of it, by key
 */
record DeclaredModality(String name, Type type, Map<String, Object> fields) {
  private static final int MAX_MODALITIES = 16;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /** How its file is read. */
  enum Type {
    TABULAR,
    SEQUENCE,
    TOKENS,
    SPARSE_TABULAR,
    PATCHES;

    /** Whether a row of its file is a part of a sample. */
    boolean isLong() {
      return this != TABULAR;
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static List<DeclaredModality> read(ConfigObject schema, List<Fault> faults) {
    JsonNode array = schema.get("modalities").orElse(null);
    if (array == null || !array.isArray() || array.isEmpty() || array.size() > MAX_MODALITIES) {
      schema.fault("modalities", "expected a list of 1 to " + MAX_MODALITIES + " modalities");
      return List.of();
    }
    var declared = new ArrayList<DeclaredModality>();
    var names = new HashSet<String>();
    for (int i = 0; i < array.size(); i++) {
      var fields = new ConfigObject(array.get(i), "/modalities/" + i, faults);
      String name = array.get(i).path("name").asString("");
      Optional<Type> type = fields.requiredChoice("type", List.of(Type.values()));
      if (!name.matches(NAME)) {
        fields.fault("name", "'" + name + "', expected " + NAME);
      } else if (name.equals("schema") || name.equals("labels") || !names.add(name)) {
        fields.fault("name", "'" + name + "' is taken; each part of the upload has its own name");
      } else if (type.isPresent()) {
        declared.add(new DeclaredModality(name, type.get(), map(array.get(i))));
      }
    }
    return declared;
  }

  private static Map<String, Object> map(JsonNode node) {
    var map = new LinkedHashMap<String, Object>();
    node.properties().forEach(field -> map.put(field.getKey(), field.getValue()));
    return map;
  }

  /** The value of a key that is a whole number, where it is there and one. */
  Optional<Integer> integer(String key) {
    return fields.get(key) instanceof JsonNode node && node.isInt()
        ? Optional.of(node.intValue())
        : Optional.empty();
  }

  /** The names under {@code columns}, where they are there and names. */
  Optional<List<String>> columns() {
    return fields.get("columns") instanceof JsonNode node && node.isArray()
        ? Optional.of(node.valueStream().map(name -> name.asString("")).toList())
        : Optional.empty();
  }

  /** Rows and columns of a patch, 1 and 1 where the schema has none that are sound. */
  List<Integer> patch() {
    if (fields.get("patch") instanceof JsonNode node
        && node.isArray()
        && node.size() == 2
        && node.valueStream().allMatch(size -> size.isInt() && size.intValue() > 0)) {
      return List.of(node.get(0).intValue(), node.get(1).intValue());
    }
    return List.of(1, 1);
  }
}
