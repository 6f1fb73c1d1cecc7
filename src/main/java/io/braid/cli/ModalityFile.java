package io.braid.cli;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file of one modality, sample by sample, as a request takes it: the columns are those of a
 * dataset's file, the features those that a model has. Of the file no more than one sample is held.
 */
final class ModalityFile implements AutoCloseable {
  /**
   * What the file has of a sample.
   *
   * @param line at which it begins, from 1
   * @param features empty where every cell of it is missing
   */
  record Block(String id, long line, Optional<JsonNode> features) {}

  private enum Type {
    TABULAR,
    SEQUENCE,
    TOKENS,
    SPARSE_TABULAR,
    PATCHES
  }

  private final String name;
  private final Type type;
  private final CsvFile csv;
  private final List<String> columns;
  private final FileFaults faults;

  /** Place of each of the model's columns in a row of the file, of a table. */
  private final int[] order;

  private @Nullable CsvRecord row;

  /**
   * @param modality as a model's config has it
   */
  ModalityFile(Path file, JsonNode modality, FileFaults faults) {
    this.name = modality.path("name").asString();
    this.type = Type.valueOf(modality.path("type").asString().toUpperCase(java.util.Locale.ROOT));
    this.faults = faults;
    this.csv = new CsvFile(file);
    List<String> header = csv.header();
    this.columns = header.isEmpty() ? List.of() : header.subList(1, header.size());
    this.order = type == Type.TABULAR ? order(modality.path("columns")) : new int[0];
    checkHeader(modality);
    this.row = read();
  }

  String name() {
    return name;
  }

  private void fault(String detail) {
    faults.add(name, detail);
  }

  private void checkHeader(JsonNode modality) {
    if (columns.isEmpty()) {
      fault("expected a header: the sample's id, then at least one column");
    } else if (new HashSet<>(columns).size() < columns.size()) {
      fault("line 1: the columns need distinct names");
    }
    boolean fits =
        switch (type) {
          case TABULAR -> true;
          case SEQUENCE, PATCHES -> columns.size() > 1 && columns.getFirst().equals("t");
          case TOKENS ->
              columns.equals(List.of("t", "token")) || columns.equals(List.of("t", "c0"));
          case SPARSE_TABULAR ->
              columns.equals(List.of("index", "value"))
                  || columns.equals(List.of("column", "value"));
        };
    if (!fits) {
      fault(
          "line 1: %s, expected the columns of '%s' (docs/data.md)"
              .formatted(
                  columns.subList(0, Math.min(columns.size(), 4)),
                  type.name().toLowerCase(java.util.Locale.ROOT)));
    } else if (type == Type.SEQUENCE && columns.size() - 1 != modality.path("features").asInt()) {
      fault(
          "line 1: %d features, the model has %d"
              .formatted(columns.size() - 1, modality.path("features").asInt()));
    }
  }

  /**
   * @param wanted names of columns, or how many there are, which are then called 0, 1, ... or are
   *     taken in the order of the file
   */
  private int[] order(JsonNode wanted) {
    List<String> names =
        wanted.isArray()
            ? wanted.valueStream().map(JsonNode::asString).toList()
            : IntStream.range(0, wanted.asInt()).mapToObj(Integer::toString).toList();
    var places = new HashMap<String, Integer>();
    for (int c = 0; c < columns.size(); c++) {
      places.putIfAbsent(columns.get(c), c);
    }
    List<String> lacking = names.stream().filter(column -> !places.containsKey(column)).toList();
    List<String> extra = columns.stream().filter(column -> !names.contains(column)).toList();
    if (!wanted.isArray() && !lacking.isEmpty()) {
      if (columns.size() != names.size()) {
        fault("line 1: %d columns, the model has %d".formatted(columns.size(), names.size()));
      }
      return IntStream.range(0, Math.min(columns.size(), names.size())).toArray();
    }
    lacking.stream()
        .limit(FileFaults.MOST)
        .forEach(column -> fault("line 1: there is no column '%s'".formatted(column)));
    extra.stream()
        .limit(FileFaults.MOST)
        .forEach(column -> fault("line 1: the model has no column '%s'".formatted(column)));
    return names.stream().mapToInt(column -> places.getOrDefault(column, 0)).toArray();
  }

  /** The next row that can be read, or null at the end. */
  private @Nullable CsvRecord read() {
    while (!faults.isFull()) {
      Optional<CsvRecord> next = csv.next();
      if (next.isEmpty()) {
        return null;
      }
      CsvRecord record = next.get();
      if (record.getFieldCount() != columns.size() + 1) {
        fault(
            "line %d: %d columns, expected %d as in the header"
                .formatted(
                    record.getStartingLineNumber(), record.getFieldCount(), columns.size() + 1));
      } else if (record.getField(0).isBlank()) {
        fault("line %d: the id is empty".formatted(record.getStartingLineNumber()));
      } else {
        return record;
      }
    }
    return null;
  }

  private static String id(CsvRecord row) {
    return row.getField(0).strip();
  }

  /** The next sample of the file. */
  Optional<Block> next() {
    CsvRecord first = row;
    if (first == null) {
      return Optional.empty();
    }
    String id = id(first);
    if (type == Type.TABULAR) {
      Optional<JsonNode> cells = cells(first);
      row = read();
      return Optional.of(new Block(id, first.getStartingLineNumber(), cells));
    }
    var rows = new ArrayList<CsvRecord>();
    for (CsvRecord one = first; one != null && id(one).equals(id); one = row) {
      rows.add(one);
      row = read();
    }
    checkTime(rows);
    Optional<JsonNode> features =
        switch (type) {
          case TABULAR -> throw new IllegalStateException("a table has one row; this is a bug");
          case SEQUENCE, PATCHES -> steps(rows);
          case TOKENS -> tokens(rows);
          case SPARSE_TABULAR -> listed(rows);
        };
    return Optional.of(new Block(id, first.getStartingLineNumber(), features));
  }

  private void checkTime(List<CsvRecord> rows) {
    if (type == Type.SPARSE_TABULAR) {
      return;
    }
    double before = Double.NEGATIVE_INFINITY;
    for (CsvRecord one : rows) {
      double t = number(one, 0).orElse(Double.NaN);
      if (!(t > before)) {
        fault(
            "line %d: t is %s after %s; sort the file by id and t"
                .formatted(one.getStartingLineNumber(), one.getField(1).strip(), before));
      }
      before = t;
    }
  }

  /** A cell that is a number; empty where it is missing, or no number, which is noted. */
  private Optional<Double> number(CsvRecord row, int column) {
    String cell = row.getField(column + 1).strip();
    if (CsvFile.isNumber(cell)) {
      return Optional.of(Double.valueOf(cell));
    }
    if (!CsvFile.isMissing(cell)) {
      fault(
          "line %d, column '%s': '%s' is not a number"
              .formatted(row.getStartingLineNumber(), columns.get(column), cell));
    }
    return Optional.empty();
  }

  private ArrayNode numbers(CsvRecord row, int[] places) {
    ArrayNode numbers = Client.JSON.createArrayNode();
    for (int place : places) {
      number(row, place).ifPresentOrElse(numbers::add, numbers::addNull);
    }
    return numbers;
  }

  private static boolean isAnything(JsonNode numbers) {
    return numbers.valueStream().anyMatch(JsonNode::isNumber);
  }

  private Optional<JsonNode> cells(CsvRecord row) {
    return Optional.<JsonNode>of(numbers(row, order)).filter(ModalityFile::isAnything);
  }

  private Optional<JsonNode> steps(List<CsvRecord> rows) {
    int[] places = IntStream.range(1, columns.size()).toArray();
    ArrayNode steps = Client.JSON.createArrayNode();
    rows.forEach(one -> steps.add(numbers(one, places)));
    return steps.valueStream().anyMatch(ModalityFile::isAnything)
        ? Optional.of(steps)
        : Optional.empty();
  }

  private Optional<JsonNode> tokens(List<CsvRecord> rows) {
    ArrayNode tokens = Client.JSON.createArrayNode();
    for (CsvRecord one : rows) {
      Optional<Double> token = number(one, 1);
      if (token.isPresent() && token.get() == Math.rint(token.get())) {
        tokens.add(token.get().longValue());
      } else {
        fault(
            "line %d, column '%s': expected a whole number"
                .formatted(one.getStartingLineNumber(), columns.get(1)));
      }
    }
    return tokens.isEmpty() ? Optional.empty() : Optional.of(tokens);
  }

  private Optional<JsonNode> listed(List<CsvRecord> rows) {
    boolean isNamed = columns.getFirst().equals("column");
    ObjectNode byName = Client.JSON.createObjectNode();
    ObjectNode byIndex = Client.JSON.createObjectNode();
    ArrayNode indices = byIndex.putArray("indices");
    ArrayNode values = byIndex.putArray("values");
    for (CsvRecord one : rows) {
      Optional<Double> value = number(one, 1);
      if (value.isEmpty()) {
        continue;
      }
      if (isNamed) {
        byName.put(one.getField(1).strip(), value.get());
      } else {
        number(one, 0)
            .ifPresent(index -> {
              indices.add(index.longValue());
              values.add(value.get());
            });
      }
    }
    ObjectNode cells = isNamed ? byName : byIndex;
    return cells.isEmpty() || !isNamed && indices.isEmpty() ? Optional.empty() : Optional.of(cells);
  }

  @Override
  public void close() {
    csv.close();
  }

  /** What a model's config says of its modalities, by name. */
  static Map<String, JsonNode> byName(JsonNode config) {
    var byName = new java.util.LinkedHashMap<String, JsonNode>();
    for (JsonNode modality : config.path("modalities")) {
      byName.put(modality.path("name").asString(), modality);
    }
    return byName;
  }
}
