package io.braid.dataset;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array of a {@code .npz} file, element by element. Source: numpy, {@code numpy.lib.format},
 * versions 1 to 3; C order, little-endian.
 */
final class NpyStream implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int BUFFER = 1 << 16;
  private static final List<String> KINDS =
      List.of("<f8", "<f4", "<f2", "<i8", "<u8", "<i4", "<u4", "<i2", "<u2", "|u1", "|b1", "|i1");
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']+)',\\s*'fortran_order':\\s*(True|False),"
              + "\\s*'shape':\\s*\\(([\\d,\\s]*)\\),?\\s*\\}\\s*");

  private final DataInputStream in;
  private final String type;
  private final int bytes;
  private final List<Integer> shape;
  private final int kind;
  private final ByteBuffer buffer;

  NpyStream(InputStream stream, String name) throws IOException {
    this.in = new DataInputStream(stream);
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new IOException(name + " is no .npy array");
    }
    int major = in.readUnsignedByte();
    in.readUnsignedByte();
    int length =
        major == 1
            ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
            : Integer.reverseBytes(in.readInt());
    if (length < 0 || length > 1 << 16) {
      throw new IOException(name + " has a header of " + length + " bytes");
    }
    String header = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IOException(name + ": the header is not understood: " + header.strip());
    }
    this.type = matcher.group(1);
    try {
      this.shape =
          Arrays.stream(matcher.group(3).split(","))
              .map(String::strip)
              .filter(size -> !size.isEmpty())
              .map(Integer::valueOf)
              .toList();
    } catch (NumberFormatException e) {
      throw new IOException(name + ": shape (" + matcher.group(3) + ") is too large", e);
    }
    if (matcher.group(2).equals("True") && shape.size() > 1) {
      throw new IOException(name + " is in Fortran order; save numpy.ascontiguousarray of it");
    }
    this.bytes = elementBytes(name);
    this.kind = KINDS.indexOf(type);
    this.buffer =
        ByteBuffer.allocate(Math.max(1, BUFFER / bytes) * bytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
  }

  private int elementBytes(String name) throws IOException {
    return switch (type) {
      case "<f8", "<i8", "<u8" -> 8;
      case "<f4", "<i4", "<u4" -> 4;
      case "<f2", "<i2", "<u2" -> 2;
      case "|u1", "|i1", "|b1" -> 1;
      default -> {
        if (type.matches("<U[1-9]\\d{0,3}")) {
          yield 4 * Integer.parseInt(type.substring(2));
        }
        if (type.matches("\\|S[1-9]\\d{0,3}")) {
          yield Integer.parseInt(type.substring(2));
        }
        throw new IOException(
            name + " is of type '" + type + "'; expected numbers or text (no objects)");
      }
    };
  }

  String type() {
    return type;
  }

  List<Integer> shape() {
    return shape;
  }

  boolean isText() {
    return type.startsWith("<U") || type.startsWith("|S");
  }

  /** Moves the buffer to the next element. */
  private void read() throws IOException {
    if (buffer.hasRemaining()) {
      return;
    }
    int length = in.readNBytes(buffer.array(), 0, buffer.capacity());
    if (length < bytes) {
      throw new EOFException("the array ends before its last element");
    }
    buffer.position(0).limit(length - length % bytes);
  }

  /** The next element, which is a number. */
  double number() throws IOException {
    read();
    return switch (kind) {
      case 0 -> buffer.getDouble();
      case 1 -> buffer.getFloat();
      case 2 -> Float.float16ToFloat(buffer.getShort());
      case 3, 4 -> buffer.getLong();
      case 5 -> buffer.getInt();
      case 6 -> Integer.toUnsignedLong(buffer.getInt());
      case 7 -> buffer.getShort();
      case 8 -> Short.toUnsignedInt(buffer.getShort());
      case 9, 10 -> Byte.toUnsignedInt(buffer.get());
      case 11 -> buffer.get();
      default -> throw new IOException("expected numbers, found text");
    };
  }

  /** The next element, as text. */
  String text() throws IOException {
    if (!isText()) {
      return kind == KINDS.indexOf("<i8") ? Long.toString(whole()) : Cells.text(number());
    }
    read();
    int from = buffer.position();
    buffer.position(from + bytes);
    if (type.startsWith("|S")) {
      return new String(buffer.array(), from, bytes, StandardCharsets.UTF_8)
          .replace("\0", "")
          .strip();
    }
    var text = new StringBuilder();
    for (int i = from; i < from + bytes; i += 4) {
      int point = buffer.getInt(i);
      if (point != 0) {
        text.appendCodePoint(Character.isValidCodePoint(point) ? point : '?');
      }
    }
    return text.toString().strip();
  }

  /** The next element of 64 bits, not all of which are whole as doubles. */
  private long whole() throws IOException {
    read();
    return buffer.getLong();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
