package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.PROPERTY_NAME;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.VALUE_EMBEDDED_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Numbers as {@code {"dtype": "F32", "shape": [450, 713], "base64": "..."}}, little-endian and
 * row-major; in CBOR the bytes may also come as a byte string. Type, shape and length are compared
 * before anything is decoded, so that a small body cannot ask for much memory.
 */
final class TensorObject {
  private static final Set<String> KEYS = Set.of("dtype", "shape", "base64");

  private static final String NEEDED = "a tensor needs 'dtype', 'shape' and 'base64'";

  /** Any size, in an expected shape. */
  static final int ANY = -1;

  /** How an element is written. */
  enum Type {
    F32(4),
    F64(8),
    I32(4),
    I64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  private final Type type;
  private final int[] shape;
  private final ByteBuffer bytes;

  private TensorObject(Type type, int[] shape, ByteBuffer bytes) {
    this.type = type;
    this.shape = shape;
    this.bytes = bytes;
  }

  /** Whether an object with this first name is a tensor. */
  static boolean startsWith(String name) {
    return KEYS.contains(name);
  }

  /** Reads the tensor whose START_OBJECT the parser is at, as {@link #read} does. */
  static Optional<TensorObject> readObject(Cursor cursor, int... expected) {
    if (cursor.parser().nextToken() == PROPERTY_NAME) {
      return read(cursor, expected);
    }
    cursor.fault(NEEDED);
    return Optional.empty();
  }

  /**
   * Reads the tensor whose first name the parser is at, to its end.
   *
   * @param expected sizes it must have, {@link #ANY} where they are free
   * @return empty if something is wrong
   */
  static Optional<TensorObject> read(Cursor cursor, int... expected) {
    JsonParser parser = cursor.parser();
    Type type = null;
    int[] shape = null;
    Object content = null;
    do {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "dtype" -> type = readType(cursor);
        case "shape" -> shape = readShape(cursor, expected);
        case "base64" -> content = readContent(cursor);
        default -> {
          cursor.fault("unknown field; a tensor has 'dtype', 'shape' and 'base64'");
          parser.skipChildren();
        }
      }
    } while (parser.nextToken() == PROPERTY_NAME);
    if (cursor.faulty()) {
      return Optional.empty();
    }
    if (type == null || shape == null || content == null) {
      cursor.fault(NEEDED);
      return Optional.empty();
    }
    long elements = 1;
    for (int size : shape) {
      elements *= size; // of two sizes at most, each an int
    }
    byte[] decoded = decode(cursor, type, shape, elements, content);
    return decoded == null
        ? Optional.empty()
        : Optional.of(
            new TensorObject(type, shape, ByteBuffer.wrap(decoded).order(ByteOrder.LITTLE_ENDIAN)));
  }

  private static @Nullable Type readType(Cursor cursor) {
    if (cursor.parser().currentToken() == VALUE_STRING) {
      String name = cursor.parser().getString();
      for (Type type : Type.values()) {
        if (type.name().equals(name)) {
          return type;
        }
      }
      cursor.fault("expected F32, F64, I32 or I64, got '" + Cursor.quoted(name) + "'");
    } else {
      cursor.refuse("F32, F64, I32 or I64");
    }
    return null;
  }

  private static int @Nullable [] readShape(Cursor cursor, int[] expected) {
    JsonParser parser = cursor.parser();
    if (parser.currentToken() != START_ARRAY) {
      cursor.refuse("an array of sizes");
      return null;
    }
    int[] shape = new int[expected.length];
    int rank = 0;
    boolean fits = true;
    while (parser.nextToken() != END_ARRAY) {
      int size = cursor.index(Integer.MAX_VALUE);
      if (rank < shape.length) {
        shape[rank] = size;
        fits &= expected[rank] == ANY || expected[rank] == size;
      }
      rank++;
    }
    if (cursor.faulty()) {
      return null;
    }
    if (rank != shape.length) {
      cursor.fault("expected shape " + written(expected) + ", got " + rank + " sizes");
      return null;
    }
    if (!fits) {
      cursor.fault("expected shape " + written(expected) + ", got " + written(shape));
      return null;
    }
    return shape;
  }

  /** A String of base64, or the bytes themselves. */
  private static @Nullable Object readContent(Cursor cursor) {
    JsonParser parser = cursor.parser();
    if (parser.currentToken() == VALUE_STRING) {
      return parser.getString();
    }
    if (parser.currentToken() == VALUE_EMBEDDED_OBJECT
        && parser.getEmbeddedObject() instanceof byte[] bytes) {
      return bytes;
    }
    cursor.refuse("base64");
    return null;
  }

  private static byte @Nullable [] decode(
      Cursor cursor, Type type, int[] shape, long elements, Object content) {
    long length = content instanceof byte[] bytes ? bytes.length : decodedLength((String) content);
    // A product of two ints is below 2^62, and eight times that would overflow: divide instead.
    if (length % type.bytes != 0 || elements != length / type.bytes) {
      cursor.fault(
          "/base64",
          "expected %d elements of %d bytes for %s %s, got %d bytes"
              .formatted(elements, type.bytes, type, written(shape), length));
      return null;
    }
    if (content instanceof byte[] bytes) {
      return bytes;
    }
    try {
      return Base64.getDecoder().decode(((String) content).getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      cursor.fault("/base64", "not base64: " + e.getMessage());
      return null;
    }
  }

  private static long decodedLength(String base64) {
    int length = base64.length();
    while (length > 0 && length > base64.length() - 2 && base64.charAt(length - 1) == '=') {
      length--;
    }
    return length * 3L / 4;
  }

  /** The size of an axis. */
  int size(int axis) {
    return shape[axis];
  }

  /** Whether its elements are integers; a fault if not. */
  boolean holdsIntegers(Cursor cursor) {
    boolean integers = type == Type.I32 || type == Type.I64;
    if (!integers) {
      cursor.fault("/dtype", "expected I32 or I64, got " + type);
    }
    return integers;
  }

  /** Its first {@code count} elements; an infinite one is a fault. */
  float[] floats(Cursor cursor, int count) {
    float[] floats = new float[count];
    switch (type) {
      case F32 -> bytes.asFloatBuffer().get(floats);
      case F64 -> {
        DoubleBuffer doubles = bytes.asDoubleBuffer();
        for (int i = 0; i < count; i++) {
          floats[i] = (float) doubles.get(i);
        }
      }
      case I32, I64 -> {
        for (int i = 0; i < count; i++) {
          floats[i] = integer(i);
        }
      }
    }
    for (int i = 0; i < count; i++) {
      if (Float.isInfinite(floats[i])) {
        cursor.fault("/base64", "element " + i + " is infinite as a 32-bit float");
      } else if (Cursor.isTooLarge(floats[i])) {
        cursor.fault("/base64", "element " + i + " is " + Cursor.TOO_LARGE);
      }
    }
    return floats;
  }

  /**
   * Its first {@code count} elements, of an integer type; one outside of 0 to limit - 1 is a fault.
   */
  int[] indices(Cursor cursor, int count, int limit) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      long index = integer(i);
      if (index < 0 || index >= limit) {
        cursor.fault(
            "/base64", "element " + i + ": expected 0 to " + (limit - 1L) + ", got " + index);
      } else {
        indices[i] = (int) index;
      }
    }
    return indices;
  }

  private long integer(int i) {
    return type == Type.I32 ? bytes.getInt(4 * i) : bytes.getLong(8 * i);
  }

  private static String written(int[] shape) {
    return Arrays.toString(shape).replace("-1", "*");
  }
}
