package io.braid.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the file of one modality into stored rows, and completes what the schema left out of it. Of
 * the file no more than one sample is held at a time.
 */
final class ModalityImport {
  /** 64 MiB of stored rows. */
  static final int MAX_CELLS_OF_A_SAMPLE = 1 << 24;

  /** Whole numbers below are exact as 32-bit floats, which rows are kept as. */
  private static final int MAX_INDEX = 1 << 24;

  private final DeclaredModality declared;
  private final TableReader table;
  private final SampleIds ids;
  private final DiskBudget budget;
  private final Faults faults;

  /** Names of the columns of a sparse table, where the schema lists them. */
  private final Map<String, Integer> indices = new HashMap<>();

  /** Most rows of a sample that are kept, as no more would be read of it later. */
  private final long maxRows;

  /** Column of the file for each number of a stored row. */
  private int[] order = {};

  private int longest;
  private int largest;
  private int present;
  private float[] cells = new float[1024];
  private int numCells;

  /** Rows of the sample that is being read, those beyond {@link #maxRows} too. */
  private int numRows;

  /** The row of the file in which that sample begins. */
  private long begin;

  /** Whether it began further up already, so that its rows are not kept. */
  private boolean isTwice;

  /** Indices that the sample has listed, of a sparse table. */
  private final BitSet listed = new BitSet();

  private ConstantColumns constant = new ConstantColumns(0);

  ModalityImport(
      DeclaredModality declared,
      TableReader table,
      SampleIds ids,
      DiskBudget budget,
      Faults faults) {
    this.budget = budget;
    this.declared = declared;
    this.table = table;
    this.ids = ids;
    this.faults = faults;
    if (declared.type() == DeclaredModality.Type.SPARSE_TABULAR) {
      List<String> names = declared.columns().orElse(List.of());
      for (int i = 0; i < names.size(); i++) {
        indices.put(names.get(i), i);
      }
    }
    this.maxRows =
        declared.type() == DeclaredModality.Type.PATCHES
            ? Long.MAX_VALUE
            : declared.integer("max_length").orElse(Integer.MAX_VALUE);
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
    try (var writer = new RowsFile.Writer(folder, modality, budget)) {
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
    order = new HeaderReader(declared, faults).order(table.columns());
    constant = new ConstantColumns(order.length);
    return order.length > 0;
  }

  private void readTable(RowsFile.Writer writer) throws IOException {
    var rows = new FirstRows();
    var row = new float[order.length];
    while (table.next()) {
      int sample = ids.numberOf(table, faults);
      if (sample < 0) {
        continue;
      }
      long before = rows.put(sample, table.row());
      if (before >= 0) {
        faults.add(
            "%s: '%s' was there before, in %s"
                .formatted(table.place(), table.id(), table.place(before)));
        continue;
      }
      boolean anything = false;
      for (int c = 0; c < row.length; c++) {
        row[c] = Cells.value(table, order[c], faults);
        anything |= !Float.isNaN(row[c]);
        constant.see(c, row[c]);
      }
      if (anything) {
        writer.put(sample, row, row.length, 1);
        present++;
      }
    }
  }

  private void readLong(RowsFile.Writer writer) throws IOException {
    var rows = new FirstRows();
    int current = -1;
    double time = Double.NaN;
    while (table.next()) {
      int sample = ids.numberOf(table, faults);
      if (sample < 0) {
        continue;
      }
      if (sample != current) {
        finish(writer, current);
        current = sample;
        time = Double.NEGATIVE_INFINITY;
        begin = table.row();
        long before = rows.put(sample, begin);
        isTwice = before >= 0;
        if (isTwice) {
          faults.add(
              "%s: rows of '%s' stand in %s too; sort the file by id and t"
                  .formatted(table.place(), table.id(), table.place(before)));
        }
      }
      if (declared.type() != DeclaredModality.Type.SPARSE_TABULAR) {
        time = later(time);
      }
      addRow();
    }
    finish(writer, current);
  }

  /** The row's t, which lies behind that of the row before. */
  private double later(double before) {
    double time = table.number(0);
    if (!(time > before)) {
      faults.add(
          "%s: t is %s after %s; sort the file by id and t"
              .formatted(table.place(), Cells.text(time), Cells.text(before)));
    }
    return time;
  }

  private void addRow() {
    boolean isKept = numRows < maxRows;
    if (isKept && numCells + order.length > MAX_CELLS_OF_A_SAMPLE) {
      faults.add(
          "%s: '%s' has more than %d cells"
              .formatted(table.place(), table.id(), MAX_CELLS_OF_A_SAMPLE));
      return;
    }
    if (isKept && numCells + order.length > cells.length) {
      cells = Arrays.copyOf(cells, Math.max(2 * cells.length, numCells + order.length));
    }
    boolean isListed = true;
    for (int column = 0; column < order.length; column++) {
      float cell = isId(column) ? index(order[column]) : Cells.value(table, order[column], faults);
      isListed &= declared.type() != DeclaredModality.Type.SPARSE_TABULAR || !Float.isNaN(cell);
      if (isKept) {
        cells[numCells + column] = cell;
      }
    }
    if (isListed) {
      numRows++;
      numCells += isKept ? order.length : 0;
    }
  }

  /** Whether a number of a row stands for a token or a column. */
  private boolean isId(int column) {
    return column == 0
        && (declared.type() == DeclaredModality.Type.TOKENS
            || declared.type() == DeclaredModality.Type.SPARSE_TABULAR);
  }

  /** A token id, or the index of a column, which may be named where the schema lists names. */
  private float index(int column) {
    Integer named = indices.isEmpty() ? null : indices.get(table.text(column));
    double number = named == null ? whole(column) : named;
    if (Double.isNaN(number)) {
      return 0;
    }
    if (declared.type() == DeclaredModality.Type.SPARSE_TABULAR) {
      if (listed.get((int) number)) {
        faults.add(
            "%s: '%s' lists column %s twice"
                .formatted(table.place(), table.id(), Cells.shown(table.text(column))));
      }
      listed.set((int) number);
    }
    largest = Math.max(largest, (int) number);
    return (float) number;
  }

  /** A whole number below the vocabulary; NaN where it is none, which is noted. */
  private double whole(int column) {
    String text = table.text(column);
    if (table.columns().get(column).equals("column")) {
      faults.add(
          "%s, column 'column': '%s' is no column that the schema names"
              .formatted(table.place(), Cells.shown(text)));
      return Double.NaN;
    }
    double number = Cells.isMissing(text) ? Double.NaN : table.number(column);
    int limit = indices.isEmpty() ? vocabulary() : indices.size();
    if (number >= 0 && number < limit && number == Math.rint(number)) {
      return number;
    }
    faults.add(
        "%s, column '%s': '%s', expected a whole number from 0 to %d"
            .formatted(table.place(), table.columns().get(column), Cells.shown(text), limit - 1));
    return Double.NaN;
  }

  private int vocabulary() {
    return Math.min(declared.integer("vocabulary").orElse(MAX_INDEX), MAX_INDEX);
  }

  /** Writes what was read of a sample, if there is anything. */
  private void finish(RowsFile.Writer writer, int sample) throws IOException {
    int rows = order.length == 0 ? 0 : numCells / order.length;
    if (sample >= 0 && rows > 0 && !isTwice && hasAnything(rows)) {
      longest = Math.max(longest, length(rows));
      writer.put(sample, cells, numCells, rows);
      present++;
    }
    numCells = 0;
    numRows = 0;
    listed.clear();
  }

  /** Whether a sample of these rows would have the modality. */
  private boolean hasAnything(int rows) {
    return switch (declared.type()) {
      case TABULAR -> throw new IllegalStateException("a table is not long; this is a bug");
      case SEQUENCE -> anyNumber();
      case TOKENS, SPARSE_TABULAR -> anyIndex();
      case PATCHES -> checkPatches(rows);
    };
  }

  private boolean anyNumber() {
    for (int i = 0; i < numCells; i++) {
      if (!Float.isNaN(cells[i])) {
        return true;
      }
    }
    return false;
  }

  private boolean anyIndex() {
    for (int i = 0; i < numCells; i += order.length) {
      if (cells[i] != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the first patches, as many as may be kept, is there. */
  private boolean checkPatches(int rows) {
    List<Integer> patch = declared.patch();
    if (rows % patch.getFirst() != 0 || order.length % patch.getLast() != 0) {
      faults.add(
          "the matrix that begins in %s is %d x %d; expected multiples of the patch %s"
              .formatted(table.place(begin), rows, order.length, patch));
      return false;
    }
    int left = declared.integer("max_length").orElse(Integer.MAX_VALUE);
    boolean any = false;
    for (int down = 0; down < rows; down += patch.getFirst()) {
      for (int across = 0; across < order.length; across += patch.getLast()) {
        boolean isThere = checkPatch(down, across, patch);
        any |= isThere && left > 0;
        left--;
      }
    }
    return any;
  }

  /** Whether a patch is there, and not only in part, which is noted. */
  private boolean checkPatch(int down, int across, List<Integer> patch) {
    var patchCells = new float[patch.getFirst() * patch.getLast()];
    boolean gaps = false;
    for (int i = 0; i < patchCells.length; i++) {
      int row = down + i / patch.getLast();
      patchCells[i] = cells[row * order.length + across + i % patch.getLast()];
      gaps |= Float.isNaN(patchCells[i]);
    }
    boolean isThere = RowFeatures.hasCell(patchCells);
    if (gaps && isThere) {
      faults.add(
          "the matrix that begins in %s: the patch at row %d, column %d has missing cells; only"
                  .formatted(table.place(begin), down, across)
              + " whole patches may be missing");
    }
    return isThere;
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
    return all;
  }

  List<ConstantColumn> constantColumns() {
    return declared.type() == DeclaredModality.Type.TABULAR
        ? constant.named(declared.name(), c -> table.columns().get(order[c]))
        : List.of();
  }
}
