package io.braid.dataset;

import java.io.IOException;
import java.util.List;

/**
 * Arrays of a sparse table, as the rows of a compressed sparse matrix: {@code ids} [n], {@code
 * offsets} [n + 1], {@code indices} and {@code values} [cells]; the cells of sample i are those
 * from offset i to offset i + 1. Read cell by cell.
 */
final class NpzCells extends NpzRows {
  private static final List<String> COLUMNS = List.of("index", "value");

  private final NpyStream offsets;
  private final NpyStream indices;
  private final NpyStream values;
  private long cell = -1;
  private long end;
  private double index;
  private double value;

  NpzCells(NpzFile npz, Faults faults) throws IOException {
    super(npz, faults);
    this.offsets = npz.required("offsets");
    this.indices = npz.required("indices");
    this.values = npz.required("values");
    if (ids.shape().size() != 1
        || !offsets.shape().equals(List.of(ids.shape().getFirst() + 1))
        || indices.shape().size() != 1
        || !indices.shape().equals(values.shape())
        || values.isText()
        || indices.isText()
        || offsets.isText()) {
      throw new IOException(
          "ids %s, offsets %s, indices %s and values %s; expected [n], [n + 1] and twice [cells]"
              .formatted(ids.shape(), offsets.shape(), indices.shape(), values.shape()));
    }
    end = offset(0);
  }

  /** The next offset, which is none before {@code least} or beyond the cells. */
  private long offset(long least) throws IOException {
    double offset = offsets.number();
    int cells = values.shape().getFirst();
    if (!(offset >= least && offset <= cells) || sample < 0 && offset != 0) {
      throw new IOException(
          "offsets[%d] is %s; expected 0 first, then none that is less, none beyond %d"
              .formatted(sample + 1, Cells.text(offset), cells));
    }
    return (long) offset;
  }

  @Override
  public List<String> columns() {
    return COLUMNS;
  }

  @Override
  boolean advance() throws IOException {
    while (!faults.isHopeless()) {
      if (cell + 1 < end) {
        cell++;
        index = indices.number();
        value = values.number();
        if (!id.isEmpty()) {
          return true;
        }
      } else if (++sample < ids.shape().getFirst()) {
        id = ids.text();
        end = offset(end);
        if (id.isEmpty()) {
          faults.add(place(sample) + ": the id is empty");
        }
      } else {
        return false;
      }
    }
    return false;
  }

  @Override
  public double number(int column) {
    return column == 0 ? index : value;
  }

  @Override
  public String place() {
    return place(sample) + ", cell " + cell;
  }
}
