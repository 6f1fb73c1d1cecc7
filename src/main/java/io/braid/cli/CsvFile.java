package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * A CSV file with a header, as it is or compressed by gzip, row by row, as {@code data.md} says.
 */
final class CsvFile implements AutoCloseable {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final int MAX_FIELDS = 300_000;
  private static final int MAX_FIELD = 1 << 20;
  private static final int MAX_RECORD = 1 << 24;

  private final Path file;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final List<String> header;

  CsvFile(Path file) {
    this.file = file;
    try {
      InputStream in = Files.newInputStream(file);
      this.reader =
          CsvReader.builder()
              .skipEmptyLines(true)
              .detectBomHeader(true)
              .allowExtraFields(true)
              .allowMissingFields(true)
              .build(
                  CsvRecordHandler.of(limits ->
                      limits
                          .maxFields(MAX_FIELDS)
                          .maxFieldSize(MAX_FIELD)
                          .maxRecordSize(MAX_RECORD)),
                  isPacked(file) ? new GZIPInputStream(in, 1 << 16) : in,
                  UTF_8);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    this.records = reader.iterator();
    this.header = next().map(CsvFile::stripped).orElse(List.of());
  }

  private static boolean isPacked(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  private static CommandFailure unreadable(Path file, Exception e) {
    return new CommandFailure("%s cannot be read: %s".formatted(file, e.getMessage()));
  }

  private static List<String> stripped(CsvRecord record) {
    return record.getFields().stream().map(String::strip).toList();
  }

  /** Names of all columns, that of the ids too. */
  List<String> header() {
    return header;
  }

  /** The next row. */
  Optional<CsvRecord> next() {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (CsvParseException | UncheckedIOException e) {
      throw unreadable(file, e);
    }
  }

  static boolean isMissing(String cell) {
    return cell.isEmpty()
        || cell.equalsIgnoreCase("nan")
        || cell.equalsIgnoreCase("na")
        || cell.equalsIgnoreCase("null");
  }

  static boolean isNumber(String cell) {
    return NUMBER.matcher(cell).matches();
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
