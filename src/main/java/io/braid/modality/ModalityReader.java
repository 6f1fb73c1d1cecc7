package io.braid.modality;

import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the list {@code modalities} of a config. Every size is bounded. */
public final class ModalityReader {
  private static final int MAX_MODALITIES = 16;
  private static final int MAX_VOCABULARY = 10_000_000;

  /** Of a sparse table, whose columns have names, each held in memory. */
  private static final int MAX_COLUMNS = 262_144;

  private static final int MAX_WIDTH = 65_536;
  private static final double MAX_VALUE = 10_000;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final Set<String> RESERVED = Set.of("fusion", "mean", "unimodal_mean");
  private static final List<String> TYPES =
      List.of("tabular", "sequence", "tokens", "sparse_tabular", "patches");

  private final int maxTokens;

  /**
   * @param maxTokens most tokens that one modality of a sample may have
   */
  public ModalityReader(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /** Those that are sound; what is wrong is noted in {@code faults}. */
  public List<Modality> read(ConfigObject fields, List<Fault> faults) {
    JsonNode array = fields.get("modalities").orElse(null);
    if (array == null || !array.isArray() || array.isEmpty() || array.size() > MAX_MODALITIES) {
      fields.fault("modalities", "expected a list of 1 to " + MAX_MODALITIES + " modalities");
      return List.of();
    }
    var modalities = new ArrayList<Modality>();
    var names = new HashSet<String>();
    for (int i = 0; i < array.size(); i++) {
      if (!array.get(i).isObject()) {
        fields.fault("modalities/" + i, "expected an object with name and type");
        continue;
      }
      var modality = new ConfigObject(array.get(i), "/modalities/" + i, faults);
      String name =
          modality.get("name").filter(JsonNode::isString).map(JsonNode::stringValue).orElse("");
      if (!name.matches(NAME)) {
        String shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
        modality.fault("name", "'" + shown + "', expected " + NAME);
      } else if (RESERVED.contains(name)) {
        modality.fault("name", "'" + name + "' stands for something else in metrics and answers");
      } else if (!names.add(name)) {
        modality.fault("name", "'" + name + "' is there twice");
      }
      modality
          .requiredChoice("type", TYPES)
          .ifPresent(type -> {
            modalities.add(modality(name, type, modality));
            modality.finish();
          });
    }
    return modalities;
  }

  private Modality modality(String name, String type, ConfigObject fields) {
    return switch (type) {
      case "tabular" -> {
        List<String> columns = columns(fields, "columns", maxTokens);
        yield new Modality.Tabular(
            name,
            columns,
            fields.number("max_value", MAX_VALUE),
            standardization(fields, "columns", columns.size()));
      }
      case "sequence" -> {
        int features = fields.requiredInteger("features", 1, MAX_WIDTH);
        yield new Modality.Sequence(
            name, features, maxLength(fields), standardization(fields, "features", features));
      }
      case "tokens" ->
          new Modality.Tokens(
              name, fields.requiredInteger("vocabulary", 2, MAX_VOCABULARY), maxLength(fields));
      case "sparse_tabular" ->
          new Modality.SparseTabular(
              name,
              columns(fields, "vocabulary", MAX_COLUMNS),
              maxLength(fields),
              fields.number("max_value", MAX_VALUE));
      case "patches" -> {
        List<Integer> patch = fields.integers("patch", 1, MAX_WIDTH, false).orElse(List.of());
        boolean two = patch.size() == 2 && (long) patch.get(0) * patch.get(1) <= MAX_WIDTH;
        if (!two && fields.isSound("patch")) {
          fields.fault("patch", "expected [rows, columns] of at most " + MAX_WIDTH + " cells");
        }
        yield new Modality.Patches(
            name, two ? patch.get(0) : 1, two ? patch.get(1) : 1, maxLength(fields));
      }
      default -> throw new IllegalStateException("type " + type + "; this is a bug");
    };
  }

  private int maxLength(ConfigObject fields) {
    return fields.requiredInteger("max_length", 1, maxTokens);
  }

  /** From {@code mean} and {@code deviation}, a number a column each: both or neither. */
  private static Optional<Standardization> standardization(
      ConfigObject fields, String columnsKey, int columns) {
    boolean hasMean = fields.has("mean");
    boolean hasDeviation = fields.has("deviation"); // asked in any case, so that it counts as known
    if (!hasMean && !hasDeviation) {
      return Optional.empty();
    }
    float[] mean = floats(fields, "mean", columnsKey, columns);
    float[] deviation = floats(fields, "deviation", columnsKey, columns);
    boolean allNumbers = fields.isSound("deviation");
    for (int i = 0; i < deviation.length; i++) {
      if (allNumbers && !Standardization.isDeviation(deviation[i])) {
        fields.fault("deviation/" + i, deviation[i] + ", expected a number above 0");
      }
    }
    return fields.isSound(columnsKey, "mean", "deviation")
        ? Optional.of(Standardization.of(mean, deviation))
        : Optional.empty();
  }

  private static float[] floats(ConfigObject fields, String key, String columnsKey, int columns) {
    float[] numbers = fields.requiredFloats(key);
    if (numbers.length != columns && fields.isSound(key, columnsKey)) {
      fields.fault(key, numbers.length + " numbers, expected one for each of " + columns);
    }
    return numbers;
  }

  /** Names under {@code columns}, or their number there or under {@code numberKey}. */
  private static List<String> columns(ConfigObject fields, String numberKey, int most) {
    boolean named = fields.get("columns").map(columns -> !columns.isNumber()).orElse(false);
    if (!named) {
      return Modality.unnamed(fields.requiredInteger(numberKey, 1, most));
    }
    if (!numberKey.equals("columns") && fields.has(numberKey)) {
      fields.fault(numberKey, "the columns are named, so their number says nothing more");
    }
    return fields.names("columns", most);
  }
}
