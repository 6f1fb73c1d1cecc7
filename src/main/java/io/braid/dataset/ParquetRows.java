package io.braid.dataset;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What {@link ParquetProcess} writes and {@link ParquetTable} reads. */
final class ParquetRows {
  /** Begins the output, before the number of columns and each one's name and kind. */
  static final int MAGIC = 0x42504152;

  /** Begins a row: the id, then a cell for each column. */
  static final byte ROW = 1;

  /** Ends the output: that was all. */
  static final byte END = 0;

  /** Ends the output: why there is no more. */
  static final byte BROKEN = 2;

  /** Exit status where the library hung. */
  static final int HUNG = 3;

  private static final int MAX_TEXT = 4096;

  /** How a cell is written. */
  enum Kind {
    /** A double, NaN where it is missing. */
    NUMBER,
    /** A double, of which 0 is false. */
    TRUTH,
    /** Text, empty where it is missing. */
    TEXT
  }

  private ParquetRows() {}

  /** Writes a text, or as much of it as may be needed. */
  static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes =
        text.substring(0, Math.min(text.length(), MAX_TEXT)).getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > 4 * MAX_TEXT) {
      throw new IOException("a text of " + length + " bytes");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
