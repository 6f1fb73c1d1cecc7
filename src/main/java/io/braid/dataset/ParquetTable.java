package io.braid.dataset;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A flat Parquet file: the id as text or a whole number, all else numbers. */
final class ParquetTable implements TableReader {
  private final ParquetFileReader file;
  private final RowReader rows;
  private final Faults faults;
  private final List<ColumnSchema> all;
  private final List<String> columns;
  private final long maxRows;
  private long number;

  /**
   * @param limit bytes that its rows may have as 32-bit numbers: a small file can unpack to any
   *     size
   */
  ParquetTable(Path path, long limit, Faults faults) throws IOException {
    this.faults = faults;
    this.file = open(path);
    try {
      this.all = file.getFileSchema().getColumns();
      if (!file.getFileSchema().isFlatSchema() || all.isEmpty()) {
        throw new IOException("expected a flat table with the sample's id first");
      }
      this.columns = all.stream().skip(1).map(ColumnSchema::name).toList();
      this.maxRows = limit / (Float.BYTES * (long) all.size());
      this.rows = guarded(file::rowReader);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ParquetFileReader open(Path path) throws IOException {
    try {
      return ParquetFileReader.open(InputFile.of(path));
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  /** What the library does; it throws whatever it stumbles over in a file that is no Parquet. */
  private static <T> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      throw new UncheckedIOException(broken(e));
    }
  }

  private static IOException broken(RuntimeException e) {
    Throwable cause = e;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new IOException("no Parquet, or cut short: " + cause.getMessage(), e);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    while (!faults.isHopeless() && guarded(this::moveOn)) {
      if (++number > maxRows) {
        throw new UncheckedIOException(new IOException("more than " + maxRows + " rows"));
      }
      if (id().isEmpty()) {
        faults.add(place() + ": the id is empty");
      } else {
        return true;
      }
    }
    return false;
  }

  private boolean moveOn() {
    boolean hasNext = rows.hasNext();
    if (hasNext) {
      rows.next();
    }
    return hasNext;
  }

  @Override
  public String id() {
    return guarded(() -> cell(0)).strip();
  }

  @Override
  public double number(int column) {
    int index = column + 1;
    try {
      if (rows.isNull(index)) {
        return Double.NaN;
      }
      ColumnSchema schema = all.get(index);
      if (schema.logicalType() != null && schema.type() != PhysicalType.BYTE_ARRAY) {
        return Cells.parse(String.valueOf(rows.getValue(index)), this, column, faults);
      }
      return switch (schema.type()) {
        case FLOAT -> rows.getFloat(index);
        case DOUBLE -> rows.getDouble(index);
        case INT32 -> rows.getInt(index);
        case INT64 -> rows.getLong(index);
        case BOOLEAN -> rows.getBoolean(index) ? 1 : 0;
        case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 ->
            Cells.parse(cell(index), this, column, faults);
      };
    } catch (RuntimeException e) {
      throw new UncheckedIOException(broken(e));
    }
  }

  @Override
  public String text(int column) {
    return guarded(() -> cell(column + 1)).strip();
  }

  private String cell(int index) {
    if (rows.isNull(index)) {
      return "";
    }
    return switch (all.get(index).type()) {
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
          new String(Objects.requireNonNull(rows.getBinary(index)), StandardCharsets.UTF_8);
      case FLOAT -> Cells.text(rows.getFloat(index));
      case DOUBLE -> Cells.text(rows.getDouble(index));
      case INT32 -> Integer.toString(rows.getInt(index));
      case INT64 -> Long.toString(rows.getLong(index));
      case BOOLEAN -> Boolean.toString(rows.getBoolean(index));
      case INT96 -> String.valueOf(rows.getValue(index));
    };
  }

  @Override
  public long row() {
    return number;
  }

  @Override
  public String place(long row) {
    return "row " + row;
  }

  @Override
  public void close() {
    rows.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
