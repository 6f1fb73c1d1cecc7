package io.braid.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Arrays {@code ids} [n] and {@code values}: [n, columns] for a table; [n, rows, columns] or [n,
 * rows] for what is long, with {@code lengths} [n] or, without, a tail of missing rows. Tables may
 * name their {@code columns}. One sample is held at a time.
 */
final class NpzTable extends NpzRows {
  private final NpyStream values;
  private final Optional<NpyStream> lengths;
  private final boolean isLong;
  private final int rows;
  private final int width;
  private final List<String> columns;

  /** Cells of one sample, [rows, width]. */
  private final float[] cells;

  private int row;
  private int lastRow = -1;

  /**
   * @param isLong whether a row is a part of a sample
   */
  NpzTable(NpzFile npz, boolean isLong, Faults faults) throws IOException {
    super(npz, faults);
    this.isLong = isLong;
    this.values = npz.required("values");
    this.lengths = npz.optional("lengths");
    List<Integer> shape = values.shape();
    if (values.isText()
        || ids.shape().size() != 1
        || shape.size() < 2
        || shape.size() > (isLong ? 3 : 2)
        || !shape.getFirst().equals(ids.shape().getFirst())) {
      throw new IOException(
          "ids are %s and values %s of type %s; expected numbers, [n] and [n, %s"
              .formatted(
                  ids.shape(), shape, values.type(), isLong ? "rows, columns]" : "columns]"));
    }
    this.rows = isLong ? shape.get(1) : 1;
    this.width = shape.size() == 3 ? shape.get(2) : isLong ? 1 : shape.get(1);
    if ((long) rows * width > ModalityImport.MAX_CELLS_OF_A_SAMPLE) {
      throw new IOException(
          "%d cells a sample, at most %d"
              .formatted((long) rows * width, ModalityImport.MAX_CELLS_OF_A_SAMPLE));
    }
    this.cells = new float[rows * width];
    this.columns = names(npz);
  }

  private List<String> names(NpzFile npz) throws IOException {
    var names = new ArrayList<String>();
    if (isLong) {
      names.add("t");
      IntStream.range(0, width).forEach(i -> names.add("c" + i));
      return List.copyOf(names);
    }
    try (NpyStream given = npz.optional("columns").orElse(null)) {
      if (given != null && !given.shape().equals(List.of(width))) {
        throw new IOException("columns are %s, expected [%d]".formatted(given.shape(), width));
      }
      for (int i = 0; i < width; i++) {
        names.add(given == null ? Integer.toString(i) : given.text());
      }
    }
    return List.copyOf(names);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  boolean advance() throws IOException {
    while (!faults.isHopeless()) {
      if (row < lastRow) {
        row++;
        return true;
      }
      if (++sample >= ids.shape().getFirst()) {
        return false;
      }
      row = -1;
      readSample();
    }
    return false;
  }

  private void readSample() throws IOException {
    id = ids.text();
    lastRow = -1;
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (float) values.number();
      if (!Float.isNaN(cells[i])) {
        lastRow = i / width;
      }
    }
    if (lengths.isPresent()) {
      double length = lengths.get().number();
      if (length >= 0 && length <= rows) {
        lastRow = (int) length - 1;
      } else {
        faults.add("%s: length %s, expected 0 to %d".formatted(place(), length, rows));
      }
    }
    lastRow = isLong ? lastRow : 0;
    if (id.isEmpty()) {
      faults.add(place() + ": the id is empty");
      lastRow = -1;
    }
  }

  @Override
  public double number(int column) {
    if (isLong) {
      return column == 0 ? row : cells[row * width + column - 1];
    }
    return cells[column];
  }

  @Override
  public String place() {
    return place(sample) + (isLong && row >= 0 ? ", row " + row : "");
  }
}
