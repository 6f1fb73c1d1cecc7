package io.braid.dataset;

import io.braid.dataset.DatasetLabel.Kind;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** The labels of an upload, and its split where one is given. */
final class LabelImport {
  private static final int MAX_LABELS = 100;
  private static final int MAX_CLASSES = 10_000;
  private static final int MAX_NAME = 256;

  /** Numbers of all samples, which are held in memory. */
  static final int MAX_VALUES = 50_000_000;

  private static final String SPLIT = "split";

  private final List<DatasetLabel> declared;
  private final float[][] values;
  private final byte[] split;
  private final List<Map<String, Integer>> classes = new ArrayList<>();
  private boolean hasSplit;

  LabelImport(List<DatasetLabel> declared, int samples) {
    this.declared = declared;
    this.values = new float[declared.size()][samples];
    for (float[] of : values) {
      Arrays.fill(of, Float.NaN);
    }
    declared.forEach(_ -> classes.add(new LinkedHashMap<>()));
    this.split = new byte[samples];
  }

  /** What the schema says of labels; their classes are told by the file. */
  static List<DatasetLabel> declared(ConfigObject schema, List<Fault> faults) {
    JsonNode array = schema.get("labels").orElse(null);
    if (array == null) {
      return List.of();
    }
    if (!array.isArray() || array.size() > MAX_LABELS) {
      schema.fault("labels", "expected a list of at most " + MAX_LABELS + " labels");
      return List.of();
    }
    var labels = new ArrayList<DatasetLabel>();
    var names = new HashSet<String>();
    for (int i = 0; i < array.size(); i++) {
      var fields = new ConfigObject(array.get(i), "/labels/" + i, faults);
      Optional<String> name =
          fields.get("name").filter(JsonNode::isString).map(JsonNode::stringValue);
      Optional<Kind> kind = fields.requiredChoice("type", List.of(Kind.values()));
      if (name.isEmpty() || name.get().isBlank() || name.get().equals(SPLIT)) {
        fields.fault("name", "expected the name of a column of the labels, other than split");
      } else if (!names.add(name.get())) {
        fields.fault("name", "'" + name.get() + "' is there twice");
      } else {
        kind.ifPresent(k -> labels.add(new DatasetLabel(name.get(), k, List.of())));
      }
      fields.finish();
    }
    return labels;
  }

  void run(TableReader table, SampleIds ids, Faults faults) {
    boolean knowsAll = faults.isEmpty(); // a faulty row of a modality left its sample out
    List<String> columns = table.columns();
    if (new HashSet<>(columns).size() < columns.size()) {
      faults.add("line 1: the columns need distinct names");
    }
    List<String> names = declared.stream().map(DatasetLabel::name).toList();
    for (String name : names) {
      if (!columns.contains(name)) {
        faults.add("line 1: there is no column '" + name + "', which the schema names");
      }
    }
    for (String column : columns) {
      if (!names.contains(column) && !column.equals(SPLIT)) {
        faults.add(
            "line 1: column '%s' is not among the schema's labels; declare it or leave it out"
                .formatted(column));
      }
    }
    int[] places = names.stream().mapToInt(columns::indexOf).toArray();
    int splitColumn = columns.indexOf(SPLIT);
    hasSplit = splitColumn >= 0;
    var rows = new FirstRows();
    while (table.next()) {
      OptionalInt sample = ids.find(table.id());
      if (sample.isEmpty()) {
        if (knowsAll) {
          faults.add("%s: '%s' is in no file of a modality".formatted(table.place(), table.id()));
        }
        continue;
      }
      long before = rows.put(sample.getAsInt(), table.row());
      if (before >= 0) {
        faults.add(
            "%s: '%s' was there before, in %s"
                .formatted(table.place(), table.id(), table.place(before)));
        continue;
      }
      for (int label = 0; label < names.size(); label++) {
        if (places[label] >= 0) {
          values[label][sample.getAsInt()] = value(table, label, places[label], faults);
        }
      }
      if (hasSplit) {
        split[sample.getAsInt()] = part(table, splitColumn, faults);
      }
    }
    checkSplit(faults);
  }

  private float value(TableReader table, int label, int column, Faults faults) {
    if (declared.get(label).kind() == Kind.REGRESSION) {
      return Cells.value(table, column, faults);
    }
    String text = table.text(column);
    if (Cells.isMissing(text)) {
      return Float.NaN;
    }
    if (text.length() > MAX_NAME) {
      faults.add(
          "%s, column '%s': '%s', a class has at most %d characters"
              .formatted(table.place(), table.columns().get(column), Cells.shown(text), MAX_NAME));
      return Float.NaN;
    }
    Map<String, Integer> known = classes.get(label);
    if (known.size() == MAX_CLASSES && !known.containsKey(text)) {
      faults.add(
          "%s, column '%s': more than %d classes; is this a regression?"
              .formatted(table.place(), table.columns().get(column), MAX_CLASSES));
      return Float.NaN;
    }
    return known.computeIfAbsent(text, _ -> known.size());
  }

  private static byte part(TableReader table, int column, Faults faults) {
    String text = table.text(column);
    return switch (text) {
      case "train" -> StoredDataset.TRAIN;
      case "test" -> StoredDataset.TEST;
      default -> {
        faults.add(
            "%s, column 'split': '%s', expected train or test"
                .formatted(table.place(), Cells.shown(text)));
        yield 0;
      }
    };
  }

  private void checkSplit(Faults faults) {
    if (hasSplit && faults.isEmpty()) {
      for (byte part : new byte[] {StoredDataset.TRAIN, StoredDataset.TEST}) {
        if (count(part) == 0) {
          faults.add(
              "column 'split' has no %s samples; leave the column out to have a split drawn"
                  .formatted(part == StoredDataset.TRAIN ? "train" : "test"));
        }
      }
    }
  }

  private int count(byte part) {
    int count = 0;
    for (byte one : split) {
      count += one == part ? 1 : 0;
    }
    return count;
  }

  boolean hasSplit() {
    return hasSplit;
  }

  /** Labels with their classes, numbers in the order of numbers. */
  List<DatasetLabel> labels() {
    var labels = new ArrayList<DatasetLabel>();
    for (int label = 0; label < declared.size(); label++) {
      DatasetLabel one = declared.get(label);
      labels.add(new DatasetLabel(one.name(), one.kind(), sorted(label)));
    }
    return labels;
  }

  private List<String> sorted(int label) {
    List<String> names = List.copyOf(classes.get(label).keySet());
    boolean numbers = names.stream().allMatch(name -> name.matches("-?\\d{1,15}(\\.\\d{1,15})?"));
    Comparator<String> order =
        numbers ? Comparator.comparingDouble(Double::parseDouble) : Comparator.naturalOrder();
    return names.stream().sorted(order).toList();
  }

  /** Writes the labels of each sample: float32, the number of the class for a classification. */
  void write(Path file) throws IOException {
    var places = new ArrayList<int[]>();
    for (int label = 0; label < declared.size(); label++) {
      Map<String, Integer> ranks = ranks(sorted(label));
      places.add(
          classes.get(label).keySet().stream()
              .mapToInt(name -> Objects.requireNonNull(ranks.get(name)))
              .toArray());
    }
    ByteBuffer row =
        ByteBuffer.allocate(declared.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int sample = 0; sample < split.length; sample++) {
        row.clear();
        for (int label = 0; label < declared.size(); label++) {
          float value = values[label][sample];
          boolean isClass = declared.get(label).kind() == Kind.CLASSIFICATION;
          row.putFloat(isClass && !Float.isNaN(value) ? places.get(label)[(int) value] : value);
        }
        out.write(row.array());
      }
    }
  }

  private static Map<String, Integer> ranks(List<String> sorted) {
    var ranks = new HashMap<String, Integer>();
    sorted.forEach(name -> ranks.put(name, ranks.size()));
    return ranks;
  }

  byte[] splitBytes() {
    return split.clone();
  }
}
