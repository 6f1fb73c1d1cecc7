package io.braid.dataset;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A CSV file with a header, as it is or compressed by gzip. */
final class CsvTable implements TableReader {
  /** Of one field; a record may be as long as all of its fields. */
  private static final int MAX_FIELD = 1 << 24;

  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final Faults faults;
  private final List<String> columns;
  private @Nullable CsvRecord row;

  /**
   * @param limit bytes that a compressed file may have when it is unpacked
   */
  CsvTable(Path file, boolean gzip, long limit, Faults faults) throws IOException {
    this.faults = faults;
    InputStream in = Files.newInputStream(file);
    try {
      this.reader =
          CsvReader.builder()
              .skipEmptyLines(true)
              .detectBomHeader(true)
              .allowExtraFields(true)
              .allowMissingFields(true)
              .maxBufferSize(MAX_FIELD)
              .ofCsvRecord(
                  gzip ? new BoundedInput(new GZIPInputStream(in, 1 << 16), limit) : in,
                  StandardCharsets.UTF_8);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
    this.records = reader.iterator();
    this.columns = header();
  }

  private List<String> header() {
    CsvRecord header = record();
    if (header == null) {
      faults.add("the file is empty; expected a header with the sample's id first");
      return List.of();
    }
    List<String> names = header.getFields().stream().map(String::strip).toList();
    return names.subList(1, names.size());
  }

  private @Nullable CsvRecord record() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      faults.add("the CSV cannot be read: " + e.getMessage());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof BoundedInput.TooLong) {
        throw e;
      }
      faults.add("the file cannot be read to its end: " + e.getMessage());
    }
    return null;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    while (!faults.isHopeless()) {
      row = record();
      if (row == null) {
        return false;
      }
      if (row.getFieldCount() != columns.size() + 1) {
        faults.add(
            "%s: %d columns, expected %d as in the header"
                .formatted(place(), row.getFieldCount(), columns.size() + 1));
      } else if (id().isEmpty()) {
        faults.add(place() + ": the id is empty");
      } else {
        return true;
      }
    }
    return false;
  }

  private CsvRecord row() {
    if (row == null) {
      throw new IllegalStateException("no row; this is a bug");
    }
    return row;
  }

  @Override
  public String id() {
    return row().getField(0).strip();
  }

  @Override
  public float number(int column) {
    return Cells.parse(row().getField(column + 1), place(), columns.get(column), faults);
  }

  @Override
  public String text(int column) {
    return row().getField(column + 1).strip();
  }

  @Override
  public String place() {
    return "line " + row().getStartingLineNumber();
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
