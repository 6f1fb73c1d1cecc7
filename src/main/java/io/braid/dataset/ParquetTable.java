package io.braid.dataset;

import io.braid.dataset.ParquetRows.Kind;
import io.braid.process.JavaProcess;
import io.braid.store.DurableFiles;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A flat Parquet file: the id as text or a whole number, all else numbers. Another process reads
 * it, see {@link ParquetProcess}.
 */
final class ParquetTable implements TableReader {
  /** What one row may take before the file is given up. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MAX_COLUMNS = HeaderReader.MAX_WIDTH + 1;
  private static final List<String> JVM =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+SuppressFatalErrorMessage",
          "-XX:-UsePerfData");

  private final Faults faults;

  /** Where the process unpacks its native code; gone with it, however it ends. */
  private final Path scratch;

  private final Process process;
  private final DataInputStream in;
  private final List<String> columns = new ArrayList<>();
  private final List<Kind> kinds = new ArrayList<>();
  private final long maxRows;
  private final double[] numbers;
  private final String[] texts;
  private String id = "";
  private long number;

  /**
   * @param budget what is left of it is what its rows may have as 32-bit numbers
   */
  ParquetTable(Path file, DiskBudget budget, Duration patience, Faults faults) throws IOException {
    this.faults = faults;
    this.scratch = Files.createTempDirectory("braid-parquet-");
    var jvm = new ArrayList<>(JVM);
    jvm.add("-Djava.io.tmpdir=" + scratch);
    this.process =
        new ProcessBuilder(
                JavaProcess.command(
                    ParquetProcess.class,
                    jvm,
                    List.of(file.toString(), Long.toString(patience.toSeconds()))))
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(Redirect.DISCARD)
            .start();
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    try {
      readHeader();
    } catch (EOFException e) {
      IOException reason = ended();
      close();
      throw reason;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    this.numbers = new double[columns.size()];
    this.texts = new String[columns.size()];
    Arrays.fill(texts, "");
    this.maxRows = budget.left() / (Float.BYTES * (columns.size() + 1L));
  }

  private void readHeader() throws IOException {
    in.mark(Integer.BYTES);
    if (in.readByte() == ParquetRows.BROKEN) {
      throw broken(ParquetRows.read(in));
    }
    in.reset();
    int magic = in.readInt();
    int size = in.readInt();
    if (magic != ParquetRows.MAGIC || size < 0 || size > MAX_COLUMNS) {
      throw broken(size + " columns, at most " + MAX_COLUMNS);
    }
    for (int c = 0; c < size; c++) {
      columns.add(ParquetRows.read(in));
      kinds.add(Kind.values()[in.readByte()]);
    }
  }

  private static IOException broken(String reason) {
    return new IOException("no Parquet, or cut short: " + reason);
  }

  /** Why the process ended before its output did. */
  private IOException ended() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        return broken("its reader stopped writing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return broken("its reader was interrupted");
    }
    return switch (process.exitValue()) {
      case ParquetRows.HUNG -> broken("its reader waits for ever");
      case 134, 135, 136, 139 -> broken("its reader crashes");
      default -> broken("its reader ended with status " + process.exitValue());
    };
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    try {
      while (!faults.isHopeless()) {
        if (!readRow()) {
          return false;
        }
        if (!id.isEmpty()) {
          return true;
        }
        faults.add(place() + ": the id is empty");
      }
      return false;
    } catch (EOFException e) {
      throw new UncheckedIOException(ended());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean readRow() throws IOException {
    switch (in.readByte()) {
      case ParquetRows.END -> {
        return false;
      }
      case ParquetRows.BROKEN -> throw broken(ParquetRows.read(in));
      default -> {}
    }
    if (++number > maxRows) {
      throw new IOException("more than " + maxRows + " rows of " + columns.size() + " columns");
    }
    id = ParquetRows.read(in).strip();
    for (int c = 0; c < numbers.length; c++) {
      switch (kinds.get(c)) {
        case NUMBER, TRUTH -> numbers[c] = in.readDouble();
        case TEXT -> texts[c] = ParquetRows.read(in).strip();
      }
    }
    return true;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public double number(int column) {
    return switch (kinds.get(column)) {
      case NUMBER, TRUTH -> numbers[column];
      case TEXT -> Cells.parse(texts[column], this, column, faults);
    };
  }

  @Override
  public String text(int column) {
    return switch (kinds.get(column)) {
      case NUMBER -> Cells.text(numbers[column]);
      case TRUTH -> Double.isNaN(numbers[column]) ? "" : Boolean.toString(numbers[column] != 0);
      case TEXT -> texts[column];
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
    process.destroyForcibly();
    try {
      process.waitFor();
      in.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // a pipe of which nothing more is wanted
    } finally {
      DurableFiles.delete(scratch);
    }
  }
}
