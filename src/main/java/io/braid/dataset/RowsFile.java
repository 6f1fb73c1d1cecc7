package io.braid.dataset;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The rows of one modality: float32, little-endian, of one width, each sample's together. Beside
 * them, in {@code .index}, the first row and the number of rows of each sample.
 */
final class RowsFile {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int width;
  private final MemorySegment rows;
  private final MemorySegment index;

  private RowsFile(int width, MemorySegment rows, MemorySegment index) {
    this.width = width;
    this.rows = rows;
    this.index = index;
  }

  static Path rows(Path folder, int modality) {
    return folder.resolve("modality-" + modality + ".rows");
  }

  static Path index(Path folder, int modality) {
    return folder.resolve("modality-" + modality + ".index");
  }

  static RowsFile map(Path folder, int modality, int width, Arena arena) throws IOException {
    return new RowsFile(
        width, map(rows(folder, modality), arena), map(index(folder, modality), arena));
  }

  static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.size() == 0
          ? MemorySegment.NULL
          : channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /** Rows of a sample; 0 where it lacks the modality. */
  int count(int sample) {
    long at = 16L * sample + 8;
    return at + 8 > index.byteSize() ? 0 : (int) index.get(LONG, at);
  }

  int width() {
    return width;
  }

  /** The first {@code numRows} rows of a sample, row-major. */
  float[] read(int sample, int numRows) {
    long first = index.get(LONG, 16L * sample);
    var cells = new float[Math.multiplyExact(numRows, width)];
    MemorySegment.copy(rows, FLOAT, first * width * Float.BYTES, cells, 0, cells.length);
    return cells;
  }

  /** Writes rows as they come, in constant memory. */
  static final class Writer implements AutoCloseable {
    private final FileChannel rows;
    private final FileChannel index;
    private final ByteBuffer cells =
        ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

    /** Places of samples one after the other, the last of which is {@code sample}. */
    private final ByteBuffer places =
        ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    private final DiskBudget budget;
    private int sample = -1;
    private long numRows;

    Writer(Path folder, int modality, DiskBudget budget) throws IOException {
      this.budget = budget;
      this.rows = create(rows(folder, modality));
      try {
        this.index = create(index(folder, modality));
      } catch (IOException e) {
        rows.close();
        throw e;
      }
    }

    private static FileChannel create(Path file) throws IOException {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /**
     * Adds the rows of a sample that has none yet.
     *
     * @param from cells, those of the rows first
     * @param length of all rows together
     */
    void put(int sample, float[] from, int length, int count) throws IOException {
      if (sample != this.sample + 1 || places.remaining() < 2 * Long.BYTES) {
        flushPlaces();
      }
      budget.take(2L * Long.BYTES + (long) length * Float.BYTES);
      this.sample = sample;
      places.putLong(numRows).putLong(count);
      numRows += count;
      for (int done = 0; done < length; ) {
        if (cells.remaining() < Float.BYTES) {
          flushCells();
        }
        int some = Math.min(length - done, cells.remaining() / Float.BYTES);
        cells.asFloatBuffer().put(from, done, some);
        cells.position(cells.position() + some * Float.BYTES);
        done += some;
      }
    }

    private void flushCells() throws IOException {
      cells.flip();
      while (cells.hasRemaining()) {
        rows.write(cells);
      }
      cells.clear();
    }

    /** Where samples were left out, the file says that they have no rows. */
    private void flushPlaces() throws IOException {
      places.flip();
      long at = 2L * Long.BYTES * (sample + 1) - places.remaining();
      while (places.hasRemaining()) {
        at += index.write(places, at);
      }
      places.clear();
    }

    /** All is durable when this returns. */
    void finish() throws IOException {
      flushCells();
      flushPlaces();
      rows.force(true);
      index.force(true);
    }

    @Override
    public void close() throws IOException {
      rows.close();
      index.close();
    }
  }
}
