package io.braid.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the file of one modality into stored rows, and completes what the schema left out of it. Of
 * the file no more than one sample is held at a time.
 */
final class ModalityImport {
  private static final int MAX_CELLS_OF_A_SAMPLE = 1 << 26;
  private static final int MAX_WIDTH = 262_144;

  private final DeclaredModality declared;
  private final TableReader table;
  private final SampleIds ids;
  private final Faults faults;

  /** Column of the file for each number of a stored row. */
  private int[] order = {};

  private int longest;
  private int largest;
  private int present;
  private float[] cells = new float[1024];
  private int numCells;

  /**
   * Of a table: what each column said first, NaN before, and whether it ever said something else.
   */
  private float[] first = {};

  private boolean[] varies = {};

  ModalityImport(DeclaredModality declared, TableReader table, SampleIds ids, Faults faults) {
    this.declared = declared;
    this.table = table;
    this.ids = ids;
    this.faults = faults;
  }

  /** Samples that have it. */
  int present() {
    return present;
  }

  /** Numbers of a stored row. */
  int width() {
    return order.length;
  }

  void run(Path folder, int modality) throws IOException {
    if (!readHeader()) {
      return;
    }
    try (var writer = new RowsFile.Writer(folder, modality)) {
      if (declared.type().isLong()) {
        readLong(writer);
      } else {
        readTable(writer);
      }
      if (present == 0 && faults.isEmpty()) {
        faults.add("no sample has anything in this file");
      }
      writer.finish();
    }
  }

  private boolean readHeader() {
    List<String> columns = table.columns();
    if (columns.isEmpty()) {
      faults.add("expected more columns than the id");
      return false;
    }
    if (new HashSet<>(columns).size() < columns.size() || columns.contains("")) {
      faults.add("line 1: the columns need distinct names");
      return false;
    }
    if (columns.size() > MAX_WIDTH) {
      faults.add("%d columns, at most %d".formatted(columns.size(), MAX_WIDTH));
      return false;
    }
    order =
        switch (declared.type()) {
          case TABULAR -> tableOrder(columns);
          case SEQUENCE, PATCHES -> behindTime(columns);
          case TOKENS -> pick(columns, List.of("t", "token"), 1);
          case SPARSE_TABULAR -> pick(columns, List.of("index", "value"), 0, 1);
        };
    first = new float[order.length];
    Arrays.fill(first, Float.NaN);
    varies = new boolean[order.length];
    return order.length > 0;
  }

  /** The columns that the schema names, in its order; else all of them. */
  private int[] tableOrder(List<String> columns) {
    List<String> wanted = declared.columns().orElse(columns);
    for (String column : wanted) {
      if (!columns.contains(column)) {
        faults.add("line 1: there is no column '" + column + "', which the schema names");
      }
    }
    for (String column : columns) {
      if (!wanted.contains(column)) {
        faults.add("line 1: column '" + column + "' is none of those that the schema names");
      }
    }
    int expected = declared.integer("columns").orElse(wanted.size());
    if (expected != wanted.size()) {
      faults.add("%d columns, the schema has %d".formatted(wanted.size(), expected));
    }
    return wanted.stream().mapToInt(columns::indexOf).filter(column -> column >= 0).toArray();
  }

  private int[] behindTime(List<String> columns) {
    if (!columns.getFirst().equals("t") || columns.size() < 2) {
      faults.add(
          "line 1: %s, expected the id, then t, then the numbers of a step"
              .formatted(columns.subList(0, Math.min(columns.size(), 4))));
      return new int[0];
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

  private int[] pick(List<String> columns, List<String> expected, int... kept) {
    boolean fits = columns.size() == expected.size();
    if (!fits) {
      faults.add("line 1: %s, expected the id, then %s".formatted(columns, expected));
      return new int[0];
    }
    return kept;
  }

  private void readTable(RowsFile.Writer writer) throws IOException {
    var places = new HashMap<Integer, String>();
    while (table.next()) {
      int sample = ids.numberOf(table.id(), table.place(), faults);
      if (sample < 0) {
        continue;
      }
      String before = places.putIfAbsent(sample, table.place());
      if (before != null) {
        faults.add("%s: '%s' was there before, in %s".formatted(table.place(), table.id(), before));
        continue;
      }
      var row = new float[order.length];
      boolean anything = false;
      for (int c = 0; c < row.length; c++) {
        row[c] = table.number(order[c]);
        anything |= !Float.isNaN(row[c]);
        note(c, row[c]);
      }
      if (anything) {
        writer.put(sample, row, 1);
        present++;
      }
    }
  }

  private void note(int column, float value) {
    if (!Float.isNaN(value)) {
      varies[column] |= !Float.isNaN(first[column]) && first[column] != value;
      first[column] = Float.isNaN(first[column]) ? value : first[column];
    }
  }

  private void readLong(RowsFile.Writer writer) throws IOException {
    var seen = new HashSet<Integer>();
    int current = -1;
    float time = Float.NaN;
    while (table.next()) {
      int sample = ids.numberOf(table.id(), table.place(), faults);
      if (sample < 0) {
        continue;
      }
      if (sample != current) {
        finish(writer, current);
        current = sample;
        time = Float.NEGATIVE_INFINITY;
        if (!seen.add(sample)) {
          faults.add(
              "%s: rows of '%s' stand further up too; sort the file by id and t"
                  .formatted(table.place(), table.id()));
        }
      }
      if (declared.type() != DeclaredModality.Type.SPARSE_TABULAR) {
        float t = table.number(0);
        if (!(t > time)) {
          faults.add(
              "%s: t is %s after %s; sort the file by id and t".formatted(table.place(), t, time));
        }
        time = t;
      }
      addRow();
    }
    finish(writer, current);
  }

  private void addRow() {
    if (numCells + order.length > MAX_CELLS_OF_A_SAMPLE) {
      faults.add("%s: '%s' has too many rows".formatted(table.place(), table.id()));
      return;
    }
    if (numCells + order.length > cells.length) {
      cells = Arrays.copyOf(cells, Math.max(2 * cells.length, numCells + order.length));
    }
    for (int column = 0; column < order.length; column++) {
      cells[numCells + column] = isId(column) ? wholeNumber(column) : table.number(order[column]);
    }
    numCells += order.length;
  }

  /** Whether a number of a row stands for a token or a column. */
  private boolean isId(int column) {
    return column == 0
        && (declared.type() == DeclaredModality.Type.TOKENS
            || declared.type() == DeclaredModality.Type.SPARSE_TABULAR);
  }

  /** A token id or the index of a column, which may be named where the schema lists names. */
  private float wholeNumber(int column) {
    Optional<List<String>> names = declared.columns();
    if (names.isPresent()) {
      int index = names.get().indexOf(table.text(order[column]));
      if (index < 0) {
        faults.add("%s: unknown column '%s'".formatted(table.place(), table.text(order[column])));
      }
      return Math.max(index, 0);
    }
    float number = table.number(order[column]);
    if (!(number >= 0 && number < 1 << 24 && number == Math.rint(number))) {
      faults.add(
          "%s: %s, expected a whole number from 0 to %d"
              .formatted(table.place(), number, (1 << 24) - 1));
      return 0;
    }
    largest = Math.max(largest, (int) number);
    return number;
  }

  private void finish(RowsFile.Writer writer, int sample) throws IOException {
    int rows = order.length == 0 ? 0 : numCells / order.length;
    if (sample >= 0 && rows > 0 && !writer.has(sample)) {
      float[] all = Arrays.copyOf(cells, numCells);
      if (hasAnything(all, rows)) {
        longest = Math.max(longest, length(rows));
        writer.put(sample, all, rows);
        present++;
      }
    }
    numCells = 0;
  }

  private boolean hasAnything(float[] all, int rows) {
    return switch (declared.type()) {
      case TABULAR -> throw new IllegalStateException("a table is not long; this is a bug");
      case SEQUENCE -> anyNumber(all);
      case TOKENS, SPARSE_TABULAR -> anyIndex(all);
      case PATCHES -> checkPatches(all, rows);
    };
  }

  private static boolean anyNumber(float[] all) {
    for (float cell : all) {
      if (!Float.isNaN(cell)) {
        return true;
      }
    }
    return false;
  }

  private boolean anyIndex(float[] all) {
    for (int i = 0; i < all.length; i += order.length) {
      if (all[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private boolean checkPatches(float[] all, int rows) {
    List<Integer> patch = declared.patch();
    if (rows % patch.getFirst() != 0 || order.length % patch.getLast() != 0) {
      faults.add(
          "the matrix before %s is %d x %d; expected multiples of the patch %s"
              .formatted(table.place(), rows, order.length, patch));
      return false;
    }
    for (int down = 0; down < rows; down += patch.getFirst()) {
      for (int across = 0; across < order.length; across += patch.getLast()) {
        checkPatch(all, down, across, patch);
      }
    }
    return RowFeatures.hasCell(all);
  }

  private void checkPatch(float[] all, int down, int across, List<Integer> patch) {
    var cells = new float[patch.getFirst() * patch.getLast()];
    boolean gaps = false;
    for (int i = 0; i < cells.length; i++) {
      int row = down + i / patch.getLast();
      cells[i] = all[row * order.length + across + i % patch.getLast()];
      gaps |= Float.isNaN(cells[i]);
    }
    if (gaps && RowFeatures.hasCell(cells)) {
      faults.add(
          "the matrix before %s: the patch at row %d, column %d has missing cells; only whole"
                  .formatted(table.place(), down, across)
              + " patches may be missing");
    }
  }

  /** Tokens of a sample with that many rows. */
  private int length(int rows) {
    if (declared.type() != DeclaredModality.Type.PATCHES) {
      return rows;
    }
    List<Integer> patch = declared.patch();
    return rows / patch.getFirst() * (order.length / patch.getLast());
  }

  /**
   * The modality as in a model's config: what the schema said, and the file's word for the rest.
   */
  Map<String, Object> completed() {
    var all = new LinkedHashMap<>(declared.fields());
    switch (declared.type()) {
      case TABULAR -> {
        List<String> columns = declared.columns().orElse(table.columns());
        all.put("columns", columns);
      }
      case SEQUENCE -> {
        all.put("features", width());
        all.putIfAbsent("max_length", Math.max(1, longest));
      }
      case TOKENS -> {
        all.putIfAbsent("vocabulary", Math.max(2, largest + 1));
        all.putIfAbsent("max_length", Math.max(1, longest));
      }
      case SPARSE_TABULAR -> {
        if (!all.containsKey("columns")) {
          all.putIfAbsent("vocabulary", Math.max(2, largest + 1));
        }
        all.putIfAbsent("max_length", Math.max(1, longest));
      }
      case PATCHES -> all.putIfAbsent("max_length", Math.max(1, longest));
    }
    checkVocabulary();
    return all;
  }

  private void checkVocabulary() {
    int vocabulary = declared.integer("vocabulary").orElse(Integer.MAX_VALUE);
    if (largest >= vocabulary) {
      faults.add("%d is beyond the vocabulary of %d".formatted(largest, vocabulary));
    }
  }

  List<ConstantColumn> constantColumns() {
    var constant = new ArrayList<ConstantColumn>();
    if (declared.type() == DeclaredModality.Type.TABULAR) {
      for (int c = 0; c < order.length; c++) {
        if (!varies[c] && !Float.isNaN(first[c])) {
          constant.add(
              new ConstantColumn(declared.name(), table.columns().get(order[c]), first[c]));
        }
      }
    }
    return constant;
  }
}
