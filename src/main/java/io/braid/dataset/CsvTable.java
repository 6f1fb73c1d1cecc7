package io.braid.dataset;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A CSV file with a header, as it is or compressed by gzip. */
final class CsvTable implements TableReader {
  /** Characters of one field. */
  private static final int MAX_FIELD = 1 << 20;

  private final CsvReader<CsvRow> reader;
  private final Iterator<CsvRow> records;
  private final Faults faults;
  private final List<String> columns;
  private @Nullable CsvRow row;

  CsvTable(Path file, boolean gzip, DiskBudget budget, Faults faults) throws IOException {
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
              .build(
                  new CsvRow(),
                  gzip ? new BoundedInput(new GZIPInputStream(in, 1 << 16), budget) : in,
                  StandardCharsets.UTF_8);
      this.records = reader.iterator();
      this.columns = header();
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private List<String> header() throws IOException {
    CsvRow header = record();
    if (header == null) {
      return List.of();
    }
    if (header.numFields() == 1) {
      for (char other : new char[] {';', '\t'}) {
        long count = header.text(0).chars().filter(c -> c == other).count();
        if (count > 0) {
          throw new IOException(
              "line 1 has no comma, but %d %s; save it with commas"
                  .formatted(count, other == ';' ? "semicolons" : "tabs"));
        }
      }
    }
    return IntStream.range(1, header.numFields()).mapToObj(header::text).toList();
  }

  private @Nullable CsvRow record() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      throw new UncheckedIOException(new IOException(reason(e), e));
    } catch (CsvRow.TooLong e) {
      throw new UncheckedIOException(new IOException(e.getMessage(), e));
    }
  }

  /** Ours, which the library wraps, or its own. */
  private static String reason(CsvParseException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CsvRow.TooLong) {
        return String.valueOf(cause.getMessage());
      }
    }
    return String.valueOf(e.getMessage());
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
      if (row.numFields() != columns.size() + 1) {
        faults.add(
            "%s: %d columns, expected %d as in the header"
                .formatted(place(), row.numFields(), columns.size() + 1));
      } else if (id().isEmpty()) {
        faults.add(place() + ": the id is empty");
      } else {
        return true;
      }
    }
    return false;
  }

  private CsvRow current() {
    if (row == null) {
      throw new IllegalStateException("no row; this is a bug");
    }
    return row;
  }

  @Override
  public String id() {
    return current().text(0);
  }

  @Override
  public double number(int column) {
    double number = current().simpleNumber(column + 1);
    return Double.isNaN(number) ? Cells.parse(text(column), this, column, faults) : number;
  }

  @Override
  public String text(int column) {
    return current().text(column + 1);
  }

  @Override
  public long row() {
    return current().line();
  }

  @Override
  public String place(long row) {
    return "line " + row;
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
