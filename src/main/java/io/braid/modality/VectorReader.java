package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;

import io.braid.problem.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Reads vectors of one size, in any of the forms in which the service writes and takes numbers: an
 * array, base64 of little-endian F32, a byte string of the same (CBOR), or a tensor object.
 */
public final class VectorReader {
  private final int size;

  public VectorReader(int size) {
    this.size = size;
  }

  /**
   * Reads the vector that starts at the parser's token.
   *
   * @param at pointer to it, such as {@code /items/3/embedding}
   * @param faults takes what is wrong: another size, a number that is missing or not finite, a
   *     vector without a direction
   * @return empty if something was wrong
   */
  public Optional<float[]> read(JsonParser parser, String at, List<Fault> faults) {
    var cursor = new Cursor(parser, at, faults);
    float[] numbers =
        switch (parser.currentToken()) {
          case START_ARRAY -> array(cursor);
          case START_OBJECT ->
              TensorObject.readObject(cursor, size)
                  .map(tensor -> tensor.floats(cursor, size))
                  .orElse(null);
          case VALUE_STRING -> base64(cursor, parser.getString());
          case VALUE_EMBEDDED_OBJECT ->
              parser.getEmbeddedObject() instanceof byte[] bytes
                  ? floats(cursor, bytes)
                  : refused(cursor);
          default -> refused(cursor);
        };
    if (numbers != null && !cursor.faulty()) {
      check(cursor, numbers);
    }
    cursor.endOfValue();
    return numbers == null || cursor.faulty() ? Optional.empty() : Optional.of(numbers);
  }

  private float @Nullable [] refused(Cursor cursor) {
    cursor.refuse("a vector of " + size + " numbers");
    return null;
  }

  private float[] array(Cursor cursor) {
    var numbers = new FloatList(size);
    while (cursor.parser().nextToken() != END_ARRAY) {
      numbers.add(cursor.number());
    }
    if (numbers.size() != size) {
      cursor.fault("expected " + size + " values, got " + numbers.size());
    }
    return numbers.toArray();
  }

  private float @Nullable [] base64(Cursor cursor, String text) {
    try {
      return floats(cursor, Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      cursor.fault("not base64: " + e.getMessage());
      return null;
    }
  }

  private float @Nullable [] floats(Cursor cursor, byte[] bytes) {
    if (bytes.length != size * Float.BYTES) {
      cursor.fault("expected %d values of 4 bytes, got %d bytes".formatted(size, bytes.length));
      return null;
    }
    var numbers = new float[size];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  private static void check(Cursor cursor, float[] numbers) {
    double square = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        cursor.fault("value " + i + " is missing or not finite");
      } else if (Cursor.isTooLarge(numbers[i])) {
        cursor.fault("value " + i + " is " + Cursor.TOO_LARGE);
      }
      square += (double) numbers[i] * numbers[i];
    }
    if (!cursor.faulty() && Math.sqrt(square) < 1e-12) {
      cursor.fault("all values are 0, so it has no direction");
    }
  }
}
