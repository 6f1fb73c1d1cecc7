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

/** A flat Parquet file: the id as text or a whole number, all else numbers. */
final class ParquetTable implements TableReader {
  private final ParquetFileReader file;
  private final RowReader rows;
  private final Faults faults;
  private final List<ColumnSchema> all;
  private final List<String> columns;
  private long number;

  ParquetTable(Path path, Faults faults) throws IOException {
    this.faults = faults;
    this.file = ParquetFileReader.open(InputFile.of(path));
    try {
      this.all = file.getFileSchema().getColumns();
      if (!file.getFileSchema().isFlatSchema() || all.isEmpty()) {
        throw new IOException("expected a flat table with the sample's id first");
      }
      this.columns = all.stream().skip(1).map(ColumnSchema::name).toList();
      this.rows = file.rowReader();
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    while (!faults.isHopeless() && rows.hasNext()) {
      rows.next();
      number++;
      if (id().isEmpty()) {
        faults.add(place() + ": the id is empty");
      } else {
        return true;
      }
    }
    return false;
  }

  @Override
  public String id() {
    return cell(0).strip();
  }

  @Override
  public float number(int column) {
    int index = column + 1;
    if (rows.isNull(index)) {
      return Float.NaN;
    }
    ColumnSchema schema = all.get(index);
    if (schema.logicalType() != null && schema.type() != PhysicalType.BYTE_ARRAY) {
      return Cells.parse(
          String.valueOf(rows.getValue(index)), place(), columns.get(column), faults);
    }
    return switch (schema.type()) {
      case FLOAT -> Cells.checked(rows.getFloat(index), place(), columns.get(column), faults);
      case DOUBLE -> Cells.checked(rows.getDouble(index), place(), columns.get(column), faults);
      case INT32 -> Cells.checked(rows.getInt(index), place(), columns.get(column), faults);
      case INT64 -> Cells.checked(rows.getLong(index), place(), columns.get(column), faults);
      case BOOLEAN -> rows.getBoolean(index) ? 1 : 0;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 ->
          Cells.parse(cell(index), place(), columns.get(column), faults);
    };
  }

  @Override
  public String text(int column) {
    return cell(column + 1).strip();
  }

  private String cell(int index) {
    if (rows.isNull(index)) {
      return "";
    }
    return switch (all.get(index).type()) {
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
          new String(Objects.requireNonNull(rows.getBinary(index)), StandardCharsets.UTF_8);
      case FLOAT -> Float.toString(rows.getFloat(index));
      case DOUBLE -> Double.toString(rows.getDouble(index));
      case INT32 -> Integer.toString(rows.getInt(index));
      case INT64 -> Long.toString(rows.getLong(index));
      case BOOLEAN -> Boolean.toString(rows.getBoolean(index));
      case INT96 -> String.valueOf(rows.getValue(index));
    };
  }

  @Override
  public String place() {
    return "row " + number;
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
