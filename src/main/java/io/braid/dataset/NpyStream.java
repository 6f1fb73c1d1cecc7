package io.braid.dataset;

import java.io.BufferedInputStream;
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
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']+)',\\s*'fortran_order':\\s*(True|False),"
              + "\\s*'shape':\\s*\\(([\\d,\\s]*)\\),?\\s*\\}\\s*");

  private final DataInputStream in;
  private final String type;
  private final int bytes;
  private final List<Integer> shape;
  private final ByteBuffer element;

  NpyStream(InputStream stream, String name) throws IOException {
    this.in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
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
    this.element = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
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

  List<Integer> shape() {
    return shape;
  }

  boolean isText() {
    return type.startsWith("<U") || type.startsWith("|S");
  }

  private void read() throws IOException {
    if (in.readNBytes(element.array(), 0, bytes) < bytes) {
      throw new EOFException("the array ends before its last element");
    }
  }

  double number() throws IOException {
    read();
    return switch (type) {
      case "<f8" -> element.getDouble(0);
      case "<f4" -> element.getFloat(0);
      case "<f2" -> Float.float16ToFloat(element.getShort(0));
      case "<i8", "<u8" -> element.getLong(0);
      case "<i4" -> element.getInt(0);
      case "<u4" -> Integer.toUnsignedLong(element.getInt(0));
      case "<i2" -> element.getShort(0);
      case "<u2" -> Short.toUnsignedInt(element.getShort(0));
      case "|u1", "|b1" -> Byte.toUnsignedInt(element.get(0));
      case "|i1" -> element.get(0);
      default -> throw new IOException("expected numbers, found text");
    };
  }

  String text() throws IOException {
    if (!isText()) {
      return Long.toString((long) number());
    }
    read();
    if (type.startsWith("|S")) {
      return new String(element.array(), StandardCharsets.UTF_8).replace("\0", "").strip();
    }
    var text = new StringBuilder();
    for (int i = 0; i < bytes; i += 4) {
      int point = element.getInt(i);
      if (point != 0) {
        text.appendCodePoint(Character.isValidCodePoint(point) ? point : '?');
      }
    }
    return text.toString().strip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
