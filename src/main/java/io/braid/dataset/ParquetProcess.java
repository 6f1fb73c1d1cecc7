package io.braid.dataset;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import io.braid.dataset.ParquetRows.Kind;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The main class of a process that reads a Parquet file: {@code ParquetProcess <file> <seconds>}.
 * It writes the rows to its output, see {@link ParquetRows}. A file that is broken on purpose can
 * crash its reader's native code, or make it wait for ever; neither must happen to the service.
 */
public final class ParquetProcess {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final DataOutputStream out;

  /**
   * When the library was last asked for something, in ns; {@link Long#MAX_VALUE} when it is not.
   */
  private final AtomicLong asked = new AtomicLong(Long.MAX_VALUE);

  private ParquetProcess(DataOutputStream out) {
    this.out = out;
  }

  /** Arguments: the file, and after how many seconds without a row the process ends. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !arguments[1].matches("[1-9]\\d{0,5}")) {
      System.err.println("usage: ParquetProcess <file> <seconds>");
      System.exit(2);
    }
    var out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
    var process = new ParquetProcess(out);
    process.watch(Duration.ofSeconds(Long.parseLong(arguments[1])));
    try {
      process.write(Path.of(arguments[0]));
      out.writeByte(ParquetRows.END);
    } catch (IOException | RuntimeException e) {
      out.writeByte(ParquetRows.BROKEN);
      ParquetRows.write(out, reason(e));
    }
    out.flush();
    Runtime.getRuntime().exit(0); // whatever threads the library has left
  }

  /** Ends the process where the library takes too long for one row. */
  private void watch(Duration patience) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (true) {
            long since = asked.get();
            if (since != Long.MAX_VALUE && System.nanoTime() - since > patience.toNanos()) {
              Runtime.getRuntime().halt(ParquetRows.HUNG);
            }
            try {
              Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
              return;
            }
          }
        });
  }

  /** The first of a failure and its causes that says something. */
  private static String reason(Exception e) {
    Throwable cause = e;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").replaceFirst("^\\[[^\\]]*\\] ", "");
  }

  private void write(Path path) throws IOException {
    asked.set(System.nanoTime());
    try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(path))) {
      List<ColumnSchema> columns = file.getFileSchema().getColumns();
      if (!file.getFileSchema().isFlatSchema() || columns.isEmpty()) {
        throw new IOException("expected a flat table with the sample's id first");
      }
      List<Kind> kinds = columns.stream().skip(1).map(ParquetProcess::kind).toList();
      try (RowReader rows = file.rowReader()) {
        out.writeInt(ParquetRows.MAGIC);
        out.writeInt(kinds.size());
        for (int c = 0; c < kinds.size(); c++) {
          ParquetRows.write(out, columns.get(c + 1).name());
          out.writeByte(kinds.get(c).ordinal());
        }
        while (moveOn(rows)) {
          out.writeByte(ParquetRows.ROW);
          ParquetRows.write(out, text(rows, columns.getFirst(), 0));
          for (int c = 0; c < kinds.size(); c++) {
            switch (kinds.get(c)) {
              case NUMBER, TRUTH -> out.writeDouble(number(rows, columns.get(c + 1), c + 1));
              case TEXT -> ParquetRows.write(out, text(rows, columns.get(c + 1), c + 1));
            }
          }
        }
      }
    }
  }

  private boolean moveOn(RowReader rows) {
    asked.set(System.nanoTime());
    boolean hasNext = rows.hasNext();
    if (hasNext) {
      rows.next();
    }
    asked.set(Long.MAX_VALUE); // who reads the output may take its time
    return hasNext;
  }

  /**
   * Columns with a logical type, such as a decimal, are read as the text that says what they are.
   */
  private static Kind kind(ColumnSchema column) {
    return switch (column.type()) {
      case BOOLEAN -> Kind.TRUTH;
      case FLOAT, DOUBLE, INT32, INT64 -> column.logicalType() == null ? Kind.NUMBER : Kind.TEXT;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 -> Kind.TEXT;
    };
  }

  private static double number(RowReader rows, ColumnSchema column, int index) {
    if (rows.isNull(index)) {
      return Double.NaN;
    }
    return switch (column.type()) {
      case FLOAT -> rows.getFloat(index);
      case DOUBLE -> rows.getDouble(index);
      case INT32 -> rows.getInt(index);
      case INT64 -> rows.getLong(index);
      case BOOLEAN -> rows.getBoolean(index) ? 1 : 0;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 ->
          throw new IllegalStateException(column + " holds no numbers; this is a bug");
    };
  }

  private static String text(RowReader rows, ColumnSchema column, int index) {
    if (rows.isNull(index)) {
      return "";
    }
    boolean isPlain = column.logicalType() == null;
    return switch (column.type()) {
      case BYTE_ARRAY ->
          new String(Objects.requireNonNull(rows.getBinary(index)), StandardCharsets.UTF_8);
      case INT64 ->
          isPlain ? Long.toString(rows.getLong(index)) : String.valueOf(rows.getValue(index));
      case FLOAT, DOUBLE, BOOLEAN -> Cells.text(number(rows, column, index));
      case INT32, FIXED_LEN_BYTE_ARRAY, INT96 -> String.valueOf(rows.getValue(index));
    };
  }
}
