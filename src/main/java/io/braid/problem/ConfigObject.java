package io.braid.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object of a config while it is read: typed fields with bounds. What is wrong with a field is
 * noted under its pointer and its default is returned, so that reading goes on to the next fault.
 */
public final class ConfigObject {
  private static final int MAX_INTEGERS = 16;

  /** Beyond these the rest is not listed. */
  private static final int MAX_FAULTS = 1000;

  private final JsonNode node;
  private final String pointer;
  private final List<Fault> faults;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> faulty = new HashSet<>();

  public ConfigObject(JsonNode node, String pointer, List<Fault> faults) {
    this.node = node;
    this.pointer = pointer;
    this.faults = faults;
  }

  public boolean has(String key) {
    known.add(key);
    return node.hasNonNull(key);
  }

  /** The field as it stands, where it is there. */
  public Optional<JsonNode> get(String key) {
    return has(key) ? node.optional(key) : Optional.empty();
  }

  /** Notes a fault of a field, or of an element of one, {@code channels/2}. */
  public void fault(String key, String detail) {
    faulty.add(key.split("/", 2)[0]);
    if (faults.size() < MAX_FAULTS) {
      faults.add(new Fault(pointer + "/" + key, detail));
    }
  }

  /** Whether none of these fields has a fault so far. */
  public boolean isSound(String... keys) {
    return Arrays.stream(keys).noneMatch(faulty::contains);
  }

  public int integer(String key, int otherwise, long least, long most) {
    return get(key).map(value -> integer(key, value, least, most)).orElse(otherwise);
  }

  public int requiredInteger(String key, long least, long most) {
    if (!has(key)) {
      fault(key, "missing, expected a whole number from " + least + " to " + most);
    }
    return integer(key, (int) least, least, most);
  }

  private int integer(String key, JsonNode value, long least, long most) {
    boolean fits =
        value.isIntegralNumber()
            && value.canConvertToLong()
            && value.longValue() >= least
            && value.longValue() <= most;
    if (!fits) {
      fault(key, shown(value) + ", expected a whole number from " + least + " to " + most);
    }
    return fits ? value.intValue() : (int) least;
  }

  public double number(String key, double otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = node.get(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      fault(key, shown(value) + ", expected a number");
      return otherwise;
    }
    return value.doubleValue();
  }

  /** A number from {@code least} to {@code most}. */
  public double number(String key, double otherwise, double least, double most) {
    double number = number(key, otherwise);
    if (isSound(key) && !(number >= least && number <= most)) {
      fault(key, shown(node.get(key)) + ", expected a number from " + least + " to " + most);
      return otherwise;
    }
    return number;
  }

  public long longInteger(String key, long otherwise) {
    return get(key)
        .map(value -> {
          if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            fault(key, shown(value) + ", expected a whole number");
            return otherwise;
          }
          return value.longValue();
        })
        .orElse(otherwise);
  }

  public Optional<Boolean> bool(String key) {
    Optional<JsonNode> value = get(key);
    if (value.isPresent() && !value.get().isBoolean()) {
      fault(key, shown(value.get()) + ", expected true or false");
      return Optional.empty();
    }
    return value.map(JsonNode::booleanValue);
  }

  /** An object within this one; an empty one where it is left out. */
  public ConfigObject object(String key) {
    JsonNode inner = get(key).orElseGet(JsonNodeFactory.instance::objectNode);
    if (!inner.isObject()) {
      fault(key, shown(inner) + ", expected an object");
      inner = JsonNodeFactory.instance.objectNode();
    }
    return new ConfigObject(inner, pointer + "/" + key, faults);
  }

  /** The same object as if these keys were not in it. */
  public ConfigObject without(String... keys) {
    ObjectNode left = (ObjectNode) node.deepCopy();
    left.remove(List.of(keys));
    return new ConfigObject(left, pointer, faults);
  }

  /** Whole numbers from {@code least} to {@code most}, each at most once if {@code distinct}. */
  public Optional<List<Integer>> integers(String key, long least, long most, boolean distinct) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonNode array = node.get(key);
    if (!array.isArray() || array.isEmpty() || array.size() > MAX_INTEGERS) {
      fault(key, shown(array) + ", expected a list of 1 to " + MAX_INTEGERS + " whole numbers");
      return Optional.empty();
    }
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < array.size(); i++) {
      int number = integer(key + "/" + i, array.get(i), least, most);
      if (distinct && numbers.contains(number) && isSound(key)) {
        fault(key + "/" + i, number + " is there twice");
      }
      numbers.add(number);
    }
    return Optional.of(numbers);
  }

  /** A list of numbers that are finite as 32-bit floats; empty where there is none. */
  public float[] requiredFloats(String key) {
    Optional<JsonNode> array = get(key).filter(JsonNode::isArray);
    if (array.isEmpty()) {
      String given = get(key).map(ConfigObject::shown).orElse("missing");
      fault(key, given + ", expected a list of numbers");
      return new float[0];
    }
    var numbers = new float[array.get().size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = array.get().get(i);
      numbers[i] = number.isNumber() ? (float) number.doubleValue() : Float.NaN;
      if (!Float.isFinite(numbers[i])) {
        fault(key + "/" + i, shown(number) + ", expected a number, finite as a 32-bit float");
      }
    }
    return numbers;
  }

  /** Distinct, non-empty strings. */
  public List<String> names(String key, int most) {
    JsonNode array = node.get(key);
    if (!array.isArray() || array.isEmpty() || array.size() > most) {
      fault(key, shown(array) + ", expected a list of 1 to " + most + " names");
      return List.of();
    }
    var names = new LinkedHashSet<String>();
    for (int i = 0; i < array.size(); i++) {
      JsonNode name = array.get(i);
      if (!name.isString() || name.stringValue().isBlank() || name.stringValue().length() > 256) {
        fault(key + "/" + i, shown(name) + ", expected a name of 1 to 256 characters");
      } else if (!names.add(name.stringValue())) {
        fault(key + "/" + i, shown(name) + " is there twice");
      }
    }
    return List.copyOf(names);
  }

  /** A value told by its lower-case name. */
  public <E> Optional<E> choice(String key, List<E> choices) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonNode value = node.get(key);
    Optional<E> chosen =
        choices.stream()
            .filter(choice -> value.isString() && choice.toString().equals(value.stringValue()))
            .findFirst();
    if (chosen.isEmpty()) {
      fault(key, shown(value) + ", expected one of " + choices);
    }
    return chosen;
  }

  public <E> Optional<E> requiredChoice(String key, List<E> choices) {
    if (!has(key)) {
      fault(key, "missing, expected one of " + choices);
    }
    return choice(key, choices);
  }

  /** Notes the keys that nothing asked for. */
  public void finish() {
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        fault(key.replace("~", "~0").replace("/", "~1"), "unknown, expected some of " + known);
      }
    }
  }

  /** A value, short enough for a message. */
  public static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
