package io.braid.modality;

import io.braid.problem.Fault;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A parser inside one sample, and what there is to say about what it reads. Pointers are taken from
 * the parser when a fault occurs, so that faultless input pays nothing for them.
 */
final class Cursor {
  /** Faults told one by one within a value; the rest are counted. */
  private static final int MAX_FAULTS = 5;

  private static final int MAX_QUOTED = 40;

  private final JsonParser parser;
  private final String at;
  private final int outside;
  private final List<Fault> faults;
  private final List<String> warnings;
  private int seen;

  /**
   * @param at pointer to the parser's token, which may differ from the parser's own where the
   *     document is part of another, as a line of NDJSON is
   */
  Cursor(JsonParser parser, String at, List<Fault> faults) {
    this(parser, at, path(parser).length(), faults, new ArrayList<>());
  }

  private Cursor(
      JsonParser parser, String at, int outside, List<Fault> faults, List<String> warnings) {
    this.parser = parser;
    this.at = at;
    this.outside = outside;
    this.faults = faults;
    this.warnings = warnings;
  }

  /** The same place, with a fresh count of faults. */
  Cursor forValue() {
    return new Cursor(parser, at, outside, faults, warnings);
  }

  JsonParser parser() {
    return parser;
  }

  List<String> warnings() {
    return warnings;
  }

  int numFaults() {
    return faults.size();
  }

  /** Whether this value has a fault. */
  boolean faulty() {
    return seen > 0;
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /** Something is wrong with the value that the parser is at, or has just finished. */
  void fault(String detail) {
    fault("", detail);
  }

  /**
   * Something is wrong below the value that the parser is at.
   *
   * @param below the rest of the pointer, such as {@code /indices/7}
   */
  void fault(String below, String detail) {
    if (++seen <= MAX_FAULTS) {
      faults.add(new Fault(pointer() + below, detail));
    }
  }

  /** The value is not even of the right kind; it is skipped. */
  void refuse(String expected) {
    fault("expected " + expected + ", got " + kind());
    parser.skipChildren();
  }

  /** Says how many faults of this value were not told. */
  void endOfValue() {
    if (seen > MAX_FAULTS) {
      faults.add(new Fault(pointer(), (seen - MAX_FAULTS) + " more faults"));
    }
  }

  static final String TOO_LARGE = "beyond 1e15, where the norms of the encoder overflow";

  /** The number at the parser: NaN where it is null, 0 where it is at fault. */
  float number() {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> finite(parser.getFloatValue());
      case VALUE_NULL -> Float.NaN;
      default -> {
        refuse("a number");
        yield 0;
      }
    };
  }

  private float finite(float number) {
    if (Float.isInfinite(number)) {
      fault("'" + quoted(parser.getString()) + "' is infinite as a 32-bit float");
      return 0;
    }
    if (isTooLarge(number)) {
      fault("'" + quoted(parser.getString()) + "' is " + TOO_LARGE);
      return 0;
    }
    return number;
  }

  /** Whether the square of a number, summed over a token, may overflow in the encoder's norms. */
  static boolean isTooLarge(float number) {
    return Math.abs(number) > 1e15f;
  }

  /**
   * The integer at the parser, 0 where it is at fault.
   *
   * @param limit what it must be less than; it must not be negative either
   */
  int index(int limit) {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      refuse("an integer");
      return 0;
    }
    long index =
        switch (parser.getNumberType()) {
          case INT, LONG -> parser.getLongValue();
          default -> saturated(parser.getBigIntegerValue());
        };
    if (index < 0 || index >= limit) {
      fault("expected 0 to " + (limit - 1L) + ", got " + quoted(parser.getString()));
      return 0;
    }
    return (int) index;
  }

  private static long saturated(BigInteger number) {
    return number.bitLength() < Long.SIZE ? number.longValue() : Long.MAX_VALUE;
  }

  /** {@code text}, or its beginning. */
  static String quoted(String text) {
    return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "...";
  }

  private String kind() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> quoted(parser.getString());
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      default -> "something else";
    };
  }

  private String pointer() {
    return at + path(parser).substring(outside);
  }

  private static String path(JsonParser parser) {
    return parser.streamReadContext().pathAsPointer().toString();
  }
}
