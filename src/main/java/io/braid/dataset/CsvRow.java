package io.braid.dataset;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.Arrays;

/** The fields of the record that is read, as characters: a table has more numbers than texts. */
final class CsvRow extends AbstractBaseCsvCallbackHandler<CsvRow> {
  private static final int MAX_CHARACTERS = 1 << 24;
  private static final int MAX_FIELDS = HeaderReader.MAX_WIDTH + 2;

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18
  };

  private char[] characters = new char[1 << 12];
  private int[] ends = new int[64];
  private int numFields;
  private long line;

  /** A record is longer than what is held in memory. */
  static final class TooLong extends RuntimeException {
    TooLong(long line) {
      super(
          "line %d: more than %d characters or %d columns"
              .formatted(line, MAX_CHARACTERS, MAX_FIELDS));
    }
  }

  @Override
  protected void handleBegin(long startingLineNumber) {
    line = startingLineNumber;
    numFields = 0;
  }

  @Override
  protected void handleField(int number, char[] from, int offset, int length, boolean quoted) {
    int begin = numFields == 0 ? 0 : ends[numFields - 1];
    int end = begin + length;
    if (end > MAX_CHARACTERS || numFields == MAX_FIELDS) {
      throw new TooLong(line);
    }
    if (end > characters.length) {
      characters = Arrays.copyOf(characters, Math.max(end, 2 * characters.length));
    }
    if (numFields == ends.length) {
      ends = Arrays.copyOf(ends, 2 * numFields);
    }
    System.arraycopy(from, offset, characters, begin, length);
    ends[numFields++] = end;
  }

  /** The same one for every record. */
  @Override
  protected CsvRow buildRecord() {
    return this;
  }

  int numFields() {
    return numFields;
  }

  /** Where the record begins, from 1. */
  long line() {
    return line;
  }

  private int begin(int field) {
    return field == 0 ? 0 : ends[field - 1];
  }

  /** A field without the white space around it. */
  String text(int field) {
    int begin = begin(field);
    return new String(characters, begin, ends[field] - begin).strip();
  }

  /**
   * A field that is a decimal number of at most 18 digits, which is most of them. Source: Clinger,
   * "How to read floating point numbers accurately" (1990): a whole number below 2^53 and a power
   * of ten up to 10^22 are exact as doubles, so their product or quotient is rounded once.
   *
   * @return NaN where it is anything else
   */
  double simpleNumber(int field) {
    int at = begin(field);
    int end = ends[field];
    boolean isNegative = at < end && characters[at] == '-';
    at += isNegative ? 1 : 0;
    long digits = 0;
    int numDigits = 0;
    int point = -1;
    for (; at < end; at++) {
      char c = characters[at];
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + (c - '0');
        numDigits++;
      } else if (c == '.' && point < 0) {
        point = numDigits;
      } else {
        return Double.NaN;
      }
    }
    if (numDigits == 0 || numDigits > 18 || digits >= 1L << 53) {
      return Double.NaN;
    }
    double number = point < 0 ? digits : digits / POWERS[numDigits - point];
    return isNegative ? -number : number;
  }
}
