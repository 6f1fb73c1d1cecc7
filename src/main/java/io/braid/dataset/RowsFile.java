package io.braid.dataset;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The rows of one modality: float32, little-endian, of one width, each sample's together. Beside
 * them, in {@code .index}, the first row and the number of rows of each sample.
 */
final class RowsFile {
  private static final ValueLayout.OfFloat FLOAT =
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

  private static MemorySegment map(Path file, Arena arena) throws IOException {
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

  /** Writes rows as they come, in constant memory but for 16 bytes a sample. */
  static final class Writer implements AutoCloseable {
    private final Path folder;
    private final int modality;
    private final FileChannel out;
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private long[] places = new long[1024];
    private long numRows;

    Writer(Path folder, int modality) throws IOException {
      this.folder = folder;
      this.modality = modality;
      this.out =
          FileChannel.open(
              rows(folder, modality), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    boolean has(int sample) {
      return 2 * sample + 1 < places.length && places[2 * sample + 1] > 0;
    }

    /** Adds the rows of a sample that has none yet. */
    void put(int sample, float[] cells, int rows) throws IOException {
      if (2 * sample + 1 >= places.length) {
        places = Arrays.copyOf(places, Math.max(2 * places.length, 2 * sample + 2));
      }
      places[2 * sample] = numRows;
      places[2 * sample + 1] = rows;
      numRows += rows;
      for (float cell : cells) {
        if (buffer.remaining() < Float.BYTES) {
          flush();
        }
        buffer.putFloat(cell);
      }
    }

    private void flush() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
    }

    /** Writes the index too; all is durable when this returns. */
    void finish() throws IOException {
      flush();
      out.force(true);
      ByteBuffer bytes =
          ByteBuffer.allocate(places.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(places);
      Files.write(index(folder, modality), bytes.array());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
