package io.braid.dataset;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** Holds the header of a modality's file against what the schema says of it. */
final class HeaderReader {
  static final int MAX_WIDTH = 262_144;
  private static final int MAX_NAME = 256;

  private final DeclaredModality declared;
  private final Faults faults;

  HeaderReader(DeclaredModality declared, Faults faults) {
    this.declared = declared;
    this.faults = faults;
  }

  /**
   * Where each number of a stored row stands in the file.
   *
   * @param columns behind the sample's id
   * @return none where rows cannot be read, which is noted
   */
  int[] order(List<String> columns) {
    if (columns.isEmpty()) {
      faults.add("expected a header: the sample's id, then at least one column");
      return new int[0];
    }
    if (new HashSet<>(columns).size() < columns.size() || columns.contains("")) {
      faults.add("line 1: the columns need distinct names");
      return new int[0];
    }
    for (String column : columns) {
      if (column.length() > MAX_NAME) {
        faults.add(
            "line 1: column '%s', a name has at most %d characters"
                .formatted(Cells.shown(column), MAX_NAME));
        return new int[0];
      }
    }
    if (columns.size() > MAX_WIDTH) {
      faults.add("%d columns, at most %d".formatted(columns.size(), MAX_WIDTH));
      return new int[0];
    }
    return switch (declared.type()) {
      case TABULAR -> tableOrder(columns);
      case SEQUENCE, PATCHES -> behindTime(columns);
      case TOKENS -> tokens(columns);
      case SPARSE_TABULAR -> listedCells(columns);
    };
  }

  /** The columns that the schema names, in its order; else all of them. */
  private int[] tableOrder(List<String> columns) {
    List<String> wanted = declared.columns().orElse(columns);
    var places = new HashMap<String, Integer>();
    for (int c = 0; c < columns.size(); c++) {
      places.put(columns.get(c), c);
    }
    for (String column : wanted) {
      if (!places.containsKey(column)) {
        faults.add("line 1: there is no column '" + column + "', which the schema names");
      }
    }
    var known = new HashSet<>(wanted);
    for (String column : columns) {
      if (!known.contains(column)) {
        faults.add("line 1: column '" + column + "' is none of those that the schema names");
      }
    }
    int expected = declared.integer("columns").orElse(wanted.size());
    if (expected != wanted.size()) {
      faults.add("%d columns, the schema has %d".formatted(wanted.size(), expected));
    }
    return wanted.stream().mapToInt(name -> places.getOrDefault(name, 0)).toArray();
  }

  private int[] behindTime(List<String> columns) {
    if (!columns.getFirst().equals("t") || columns.size() < 2) {
      return misnamed(columns, "t, then the numbers of a row");
    }
    int width = columns.size() - 1;
    int expected = declared.integer("features").orElse(width);
    if (expected != width) {
      faults.add("%d features, the schema has %d".formatted(width, expected));
    }
    var order = new int[width];
    Arrays.setAll(order, i -> i + 1);
    return order;
  }

  private int[] tokens(List<String> columns) {
    boolean fits =
        columns.size() == 2
            && columns.getFirst().equals("t")
            && List.of("token", "c0").contains(columns.getLast());
    return fits ? new int[] {1} : misnamed(columns, "t, then token");
  }

  private int[] listedCells(List<String> columns) {
    boolean fits =
        columns.size() == 2
            && List.of("index", "column").contains(columns.getFirst())
            && columns.getLast().equals("value");
    return fits ? new int[] {0, 1} : misnamed(columns, "index or column, then value");
  }

  private int[] misnamed(List<String> columns, String expected) {
    faults.add(
        "line 1: %s, expected the id, then %s"
            .formatted(columns.subList(0, Math.min(columns.size(), 4)), expected));
    return new int[0];
  }
}
