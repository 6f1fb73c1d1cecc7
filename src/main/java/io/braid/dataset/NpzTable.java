package io.braid.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A {@code .npz} file: {@code ids} [n] and {@code values}, [n, columns] for a table or [n, steps,
 * columns] for what is long, a row a step; with {@code lengths} [n] or, without, a tail of missing
 * steps. Tables may name their {@code columns}.
 */
final class NpzTable implements TableReader {
  private static final int MAX_CELLS_OF_A_SAMPLE = 1 << 26;

  private final ZipFile zip;
  private final Faults faults;
  private final NpyStream ids;
  private final NpyStream values;
  private final Optional<NpyStream> lengths;
  private final boolean isLong;
  private final int steps;
  private final int width;
  private final List<String> columns;

  /** Cells of one sample, [steps, width]. */
  private final float[] cells;

  private String id = "";
  private int sample = -1;
  private int step;
  private int lastStep = -1;

  /**
   * @param isLong whether a row is a step of a sample, not a sample
   */
  NpzTable(Path file, boolean isLong, Faults faults) throws IOException {
    this.faults = faults;
    this.isLong = isLong;
    this.zip = new ZipFile(file.toFile());
    try {
      this.ids = required("ids");
      this.values = required("values");
      this.lengths = optional("lengths");
      List<Integer> shape = values.shape();
      int n = ids.shape().isEmpty() ? -1 : ids.shape().getFirst();
      if (values.isText()
          || ids.shape().size() != 1
          || shape.size() < 2
          || shape.size() > (isLong ? 3 : 2)
          || shape.getFirst() != n) {
        throw new IOException(
            "ids are %s and values %s; expected [n] and [n, %s"
                .formatted(ids.shape(), shape, isLong ? "steps, columns]" : "columns]"));
      }
      this.steps = isLong ? shape.get(1) : 1;
      this.width = isLong ? (shape.size() == 3 ? shape.get(2) : 1) : shape.get(1);
      if ((long) steps * width > MAX_CELLS_OF_A_SAMPLE) {
        throw new IOException("a sample of " + (long) steps * width + " cells is too large");
      }
      this.cells = new float[steps * width];
      this.columns = names();
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private List<String> names() throws IOException {
    var names = new ArrayList<String>();
    if (isLong) {
      names.add("t");
    }
    try (NpyStream given = optional("columns").orElse(null)) {
      if (given != null && given.shape().equals(List.of(width))) {
        for (int i = 0; i < width; i++) {
          names.add(given.text());
        }
        return List.copyOf(names);
      }
    }
    IntStream.range(0, width).forEach(i -> names.add(isLong ? "c" + i : Integer.toString(i)));
    return List.copyOf(names);
  }

  private NpyStream required(String name) throws IOException {
    return optional(name).orElseThrow(() -> new IOException("there is no array '" + name + "'"));
  }

  private Optional<NpyStream> optional(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      return Optional.empty();
    }
    InputStream in = zip.getInputStream(entry);
    return Optional.of(new NpyStream(in, name));
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    try {
      while (!faults.isHopeless()) {
        if (step < lastStep) {
          step++;
          return true;
        }
        if (++sample >= ids.shape().getFirst()) {
          return false;
        }
        readSample();
        step = -1;
        if (id.isEmpty()) {
          faults.add(place() + ": the id is empty");
          lastStep = -1;
        }
      }
      return false;
    } catch (IOException e) {
      faults.add("the arrays cannot be read to their end: " + e.getMessage());
      return false;
    }
  }

  private void readSample() throws IOException {
    id = ids.text();
    Arrays.fill(cells, Float.NaN);
    lastStep = -1;
    for (int i = 0; i < cells.length; i++) {
      double number = values.number();
      cells[i] = Cells.checked(number, place(), columns.get(i % width + (isLong ? 1 : 0)), faults);
      if (!Float.isNaN(cells[i])) {
        lastStep = i / width;
      }
    }
    if (lengths.isPresent()) {
      double length = lengths.get().number();
      if (!(length >= 0 && length <= steps)) {
        faults.add("%s: length %s, expected 0 to %d".formatted(place(), length, steps));
      } else {
        lastStep = (int) length - 1;
      }
    }
    lastStep = isLong ? lastStep : 0;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public float number(int column) {
    if (isLong) {
      return column == 0 ? step : cells[step * width + column - 1];
    }
    return cells[column];
  }

  @Override
  public String text(int column) {
    float number = number(column);
    return Float.isNaN(number) ? "" : Float.toString(number);
  }

  @Override
  public String place() {
    return "sample " + sample + (isLong && step >= 0 ? ", step " + step : "");
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
