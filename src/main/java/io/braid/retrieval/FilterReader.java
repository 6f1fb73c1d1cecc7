package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.index.Filter;
import io.braid.index.Filter.Bound;
import io.braid.index.Value;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Reads filters such as {@code {"all": [{"field": "site", "eq": "lung"}, {"present": {"all_of":
 * ["gene"]}}]}}. What is wrong is noted with its place.
 */
final class FilterReader {
  private static final List<String> KINDS = List.of("all", "any", "not", "field", "present");
  private static final List<String> OPERATORS =
      List.of("eq", "in", "gt", "gte", "lt", "lte", "exists");

  /** Of one condition. */
  private static final int MAX_VALUES = 10_000;

  private final List<String> modalities;
  private final BraidProperties.Limits limits;
  private final List<Fault> faults;
  private int conditions;

  /**
   * @param modalities names that presence may be asked of
   */
  FilterReader(List<String> modalities, BraidProperties.Limits limits, List<Fault> faults) {
    this.modalities = modalities;
    this.limits = limits;
    this.faults = faults;
  }

  /** A filter; one without meaning where something was wrong. */
  Filter read(JsonNode node, String at) {
    Filter filter = read(node, at, 1);
    if (conditions > limits.filterConditions()) {
      fault(at, conditions + " conditions, at most " + limits.filterConditions());
    }
    return filter;
  }

  private Filter read(JsonNode node, String at, int depth) {
    if (depth > limits.filterDepth()) {
      return fault(at, "nested deeper than " + limits.filterDepth());
    }
    if (!node.isObject()) {
      return fault(at, ConfigObject.shown(node) + ", expected an object with one of " + KINDS);
    }
    List<String> kinds = KINDS.stream().filter(node::has).toList();
    if (kinds.isEmpty()) {
      only(node, at, KINDS); // which names what may be mistyped
      return node.isEmpty()
          ? fault(at, "is empty, expected one of " + KINDS)
          : new Filter.All(List.of());
    }
    if (kinds.size() > 1) {
      return fault(at, "has " + kinds + ", expected exactly one; \"all\" combines several");
    }
    String kind = kinds.getFirst();
    if (!kind.equals("field")) {
      only(node, at, List.of(kind));
    }
    JsonNode of = node.get(kind);
    return switch (kind) {
      case "all" -> new Filter.All(list(of, at + "/all", depth));
      case "any" -> new Filter.Any(list(of, at + "/any", depth));
      case "not" -> new Filter.Not(read(of, at + "/not", depth + 1));
      case "present" -> present(of, at + "/present");
      default -> field(node, at);
    };
  }

  private List<Filter> list(JsonNode array, String at, int depth) {
    conditions += array.isEmpty() ? 1 : 0; // so that each costs something
    if (!array.isArray()) {
      fault(at, ConfigObject.shown(array) + ", expected a list of filters");
      return List.of();
    }
    var filters = new ArrayList<Filter>();
    for (int i = 0; i < array.size(); i++) {
      filters.add(read(array.get(i), at + "/" + i, depth + 1));
    }
    return filters;
  }

  private Filter present(JsonNode node, String at) {
    conditions++;
    if (!node.isObject() || node.isEmpty()) {
      return fault(at, ConfigObject.shown(node) + ", expected all_of, any_of or none_of");
    }
    only(node, at, List.of("all_of", "any_of", "none_of"));
    var all = new ArrayList<Filter>(names(node, at, "all_of"));
    if (node.has("any_of")) {
      all.add(new Filter.Any(names(node, at, "any_of")));
    }
    names(node, at, "none_of").forEach(one -> all.add(new Filter.Not(one)));
    return new Filter.All(all);
  }

  private List<Filter> names(JsonNode node, String at, String key) {
    var named = new ArrayList<Filter>();
    JsonNode array = node.path(key);
    if (!array.isMissingNode() && !array.isArray()) {
      fault(at + "/" + key, ConfigObject.shown(array) + ", expected a list, some of " + modalities);
    }
    conditions += Math.max(0, array.size() - 1);
    for (int i = 0; array.isArray() && i < array.size(); i++) {
      JsonNode name = array.get(i);
      if (name.isString() && modalities.contains(name.stringValue())) {
        named.add(new Filter.Present(name.stringValue()));
      } else {
        fault(
            at + "/" + key + "/" + i, ConfigObject.shown(name) + ", expected one of " + modalities);
      }
    }
    return named;
  }

  /** All that is said of one field. */
  private Filter field(JsonNode node, String at) {
    JsonNode name = node.get("field");
    if (!name.isString() || name.stringValue().isEmpty()) {
      return fault(at + "/field", ConfigObject.shown(name) + ", expected the name of a field");
    }
    if (text(name, at + "/field").isEmpty()) {
      return new Filter.All(List.of());
    }
    only(node, at, Stream.concat(Stream.of("field"), OPERATORS.stream()).toList());
    String field = name.stringValue();
    var all = new ArrayList<Filter>();
    if (node.has("eq")) {
      value(node.get("eq"), at + "/eq")
          .ifPresent(value -> all.add(new Filter.In(field, Set.of(value))));
    }
    if (node.has("in")) {
      all.add(new Filter.In(field, values(node.get("in"), at + "/in")));
    }
    if (node.has("exists")) {
      JsonNode exists = node.get("exists");
      if (!exists.isBoolean()) {
        fault(at + "/exists", ConfigObject.shown(exists) + ", expected true or false");
      }
      Filter there = new Filter.Exists(field);
      all.add(exists.asBoolean(true) ? there : new Filter.Not(there));
    }
    range(node, at, field).ifPresent(all::add);
    conditions++;
    if (all.isEmpty() && node.size() == 1) {
      fault(at, "says nothing of field '" + field + "', expected some of " + OPERATORS);
    }
    return all.size() == 1 ? all.getFirst() : new Filter.All(all);
  }

  private Set<Value> values(JsonNode array, String at) {
    var values = new HashSet<Value>();
    if (!array.isArray()) {
      fault(at, ConfigObject.shown(array) + ", expected a list of values");
      return values;
    }
    if (array.size() > MAX_VALUES) {
      fault(at, array.size() + " values, at most " + MAX_VALUES);
      return values;
    }
    for (int i = 0; i < array.size(); i++) {
      value(array.get(i), at + "/" + i).ifPresent(values::add);
    }
    return values;
  }

  private Optional<Value> value(JsonNode node, String at) {
    if (node.isString()) {
      return text(node, at).map(Value.Text::new);
    }
    if (node.isBoolean()) {
      return Optional.of(new Value.Flag(node.booleanValue()));
    }
    if (node.isNumber() && Double.isFinite(Json.number(node))) {
      return Optional.of(new Value.Numeric(Json.number(node)));
    }
    String hint = node.isNull() ? "; what has no value is found by \"exists\": false" : "";
    fault(at, ConfigObject.shown(node) + ", expected a string, a number, true or false" + hint);
    return Optional.empty();
  }

  /** A string that an item may have: metadata has no longer ones. */
  private Optional<String> text(JsonNode node, String at) {
    String text = node.stringValue();
    if (text.length() > limits.metadata().toBytes()) {
      fault(at, text.length() + " characters, more than any metadata has");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private Optional<Filter> range(JsonNode node, String at, String field) {
    List<String> given = List.of("gt", "gte", "lt", "lte").stream().filter(node::has).toList();
    if (given.isEmpty()) {
      return Optional.empty();
    }
    boolean numbers = given.stream().allMatch(key -> node.get(key).isNumber());
    boolean texts = given.stream().allMatch(key -> node.get(key).isString());
    if (!numbers && !texts) {
      fault(at, given + " of field '" + field + "': expected numbers only, or strings only");
      return Optional.empty();
    }
    for (String key : given) {
      if (texts && text(node.get(key), at + "/" + key).isEmpty()) {
        return Optional.empty();
      }
      if (numbers && !Double.isFinite(Json.number(node.get(key)))) {
        fault(at + "/" + key, ConfigObject.shown(node.get(key)) + ", infinite as a 64-bit float");
      }
    }
    for (List<String> end : List.of(List.of("gt", "gte"), List.of("lt", "lte"))) {
      if (given.containsAll(end)) {
        fault(at, "has both " + end.getFirst() + " and " + end.getLast());
      }
    }
    return Optional.of(
        numbers
            ? new Filter.NumberRange(
                field,
                bound(node, "gt", "gte", Json::number),
                bound(node, "lt", "lte", Json::number))
            : new Filter.TextRange(
                field,
                bound(node, "gt", "gte", JsonNode::stringValue),
                bound(node, "lt", "lte", JsonNode::stringValue)));
  }

  private static <T> Optional<Bound<T>> bound(
      JsonNode node, String exclusive, String inclusive, Function<JsonNode, T> value) {
    return node.has(exclusive)
        ? Optional.of(new Bound<>(value.apply(node.get(exclusive)), false))
        : Optional.ofNullable(node.get(inclusive))
            .map(bound -> new Bound<>(value.apply(bound), true));
  }

  private void only(JsonNode node, String at, List<String> known) {
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        fault(at + "/" + Json.escaped(key), "unknown, expected some of " + known);
      }
    }
  }

  private Filter fault(String at, String detail) {
    Json.fault(at, detail, faults);
    return new Filter.All(List.of());
  }
}
