package io.braid.cli;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A schema made of what files of CSV look like, where that can be told: the first rows of a
 * modality, and all labels.
 *
 * @param text as YAML
 * @param classification labels that are texts
 * @param regression labels that are numbers
 */
record GuessedSchema(String text, List<String> classification, List<String> regression) {
  /** Rows that are looked at; the service reads them all. */
  private static final int LOOK = 200;

  private static final int MAX_FAULTS = 20;

  /** How a modality's rows are read, or why that cannot be told. */
  private sealed interface Type {
    record Known(String name) implements Type {}

    record Unknown(String why) implements Type {}
  }

  static GuessedSchema of(Parts parts) {
    var faults = new ArrayList<String>();
    var text = new StringBuilder("modalities:\n");
    for (Map.Entry<String, Path> modality : parts.modalities().entrySet()) {
      switch (type(modality.getValue())) {
        case Type.Known(String type) ->
            text.append("  - {name: %s, type: %s}\n".formatted(quoted(modality.getKey()), type));
        case Type.Unknown(String why) -> faults.add(modality.getValue() + ": " + why);
      }
    }
    var classification = new ArrayList<String>();
    var regression = new ArrayList<String>();
    Path labels = parts.files().get(Parts.LABELS);
    if (labels != null && isCsv(labels)) {
      text.append(labels(labels, classification, regression));
    } else if (labels != null) {
      faults.add(labels + ": labels can be told apart in CSV only");
    }
    if (!faults.isEmpty()) {
      throw new CommandFailure(
          "the files do not tell what they are; say it with --schema (see docs/data.md)",
          faults.subList(0, Math.min(faults.size(), MAX_FAULTS)));
    }
    return new GuessedSchema(text.toString(), classification, regression);
  }

  private static boolean isCsv(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  private static Type type(Path file) {
    if (!isCsv(file)) {
      return new Type.Unknown("only CSV is looked into");
    }
    try (var csv = new CsvFile(file)) {
      List<String> header = csv.header();
      if (header.size() < 2) {
        return new Type.Unknown("line 1: expected the sample's id, then columns, with commas");
      }
      List<String> columns = header.subList(1, header.size());
      if (columns.getFirst().equals("t")) {
        return columns.size() == 1
            ? new Type.Unknown("line 1: there is nothing behind the column 't'")
            : new Type.Known(columns.equals(List.of("t", "token")) ? "tokens" : "sequence");
      }
      if (columns.equals(List.of("index", "value")) || columns.equals(List.of("column", "value"))) {
        return new Type.Unknown(
            "line 1: a sparse_tabular, or a table with the columns %s".formatted(columns));
      }
      return table(csv, columns);
    }
  }

  private static Type table(CsvFile csv, List<String> columns) {
    String before = "";
    for (int i = 0; i < LOOK; i++) {
      Optional<CsvRecord> next = csv.next();
      if (next.isEmpty()) {
        break;
      }
      CsvRecord row = next.get();
      String id = row.getField(0).strip();
      if (id.equals(before)) {
        return new Type.Unknown(
            "line %d: '%s' has several rows, but the second column is '%s', not 't'"
                .formatted(row.getStartingLineNumber(), id, columns.getFirst()));
      }
      before = id;
      for (int c = 1; c < Math.min(row.getFieldCount(), columns.size() + 1); c++) {
        String cell = row.getField(c).strip();
        // What has a digit is meant as a number: that it is none, the service tells.
        if (!CsvFile.isMissing(cell) && cell.chars().noneMatch(Character::isDigit)) {
          return new Type.Unknown(
              "line %d, column '%s': '%s' is not a number; texts are labels, in labels.csv"
                  .formatted(row.getStartingLineNumber(), columns.get(c - 1), cell));
        }
      }
    }
    return new Type.Known("tabular");
  }

  /** All rows are read: a single text makes a classification. */
  private static String labels(Path file, List<String> classification, List<String> regression) {
    try (var csv = new CsvFile(file)) {
      List<String> header = csv.header();
      var isText = new boolean[header.size()];
      for (Optional<CsvRecord> next = csv.next(); next.isPresent(); next = csv.next()) {
        CsvRecord row = next.get();
        for (int c = 1; c < Math.min(row.getFieldCount(), isText.length); c++) {
          String cell = row.getField(c).strip();
          isText[c] |= !CsvFile.isMissing(cell) && !CsvFile.isNumber(cell);
        }
      }
      var text = new StringBuilder();
      for (int c = 1; c < isText.length; c++) {
        if (!header.get(c).equals("split")) {
          (isText[c] ? classification : regression).add(header.get(c));
          text.append(
              "  - {name: %s, type: %s}\n"
                  .formatted(quoted(header.get(c)), isText[c] ? "classification" : "regression"));
        }
      }
      return text.isEmpty() ? "" : "labels:\n" + text;
    }
  }

  /** A name as YAML takes it: as it is where it can be nothing else. */
  private static String quoted(String name) {
    boolean isPlain =
        name.matches("[A-Za-z][A-Za-z0-9_-]*")
            && !name.toLowerCase(Locale.ROOT).matches("y|n|yes|no|on|off|true|false|null");
    return isPlain ? name : Client.JSON.writeValueAsString(name);
  }
}
