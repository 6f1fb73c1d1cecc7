package io.braid.index;

import java.util.HexFormat;
import org.apache.lucene.util.NumericUtils;

/**
 * Values of metadata as texts that are compared as they stand, for engines that have no place for
 * fields that clients name.
 *
 * <p>A number may be told at four levels of precision, each of which leaves out 16 more of its 64
 * bits, so that a range is a few ranges of terms, none of which has more than 65 536: a trie, as
 * Lucene had it before it had points (Schindler and Diepenbroek, "Generic XML-based framework for
 * metadata portals", 2008).
 */
final class Terms {
  /** Bits that each level of a number leaves out more than the one before. */
  static final int STEP = 16;

  private Terms() {}

  static String exists(String field) {
    return term('e', field, "");
  }

  static String value(String field, Value value) {
    return switch (value) {
      case Value.Text(String text) -> text(field, ValidText.byPoints(text));
      case Value.Numeric(double number) ->
          number(field, NumericUtils.doubleToSortableLong(number), 0);
      case Value.Flag(boolean flag) -> term('f', field, flag ? "1" : "0");
    };
  }

  /**
   * @param text by {@link ValidText#byPoints}
   */
  static String text(String field, String text) {
    return term('t', field, text);
  }

  /**
   * @param sortable a number in an order of longs
   * @param shift low bits of it that are left out
   */
  static String number(String field, long sortable, int shift) {
    String bits = HexFormat.of().toHexDigits((sortable ^ Long.MIN_VALUE) >>> shift);
    return term((char) ('k' + shift / STEP), field, bits);
  }

  /**
   * Kind, length of the field's name, name, value: no two differ in what they mean and are equal,
   * and the texts of a field stand together, in their order.
   */
  private static String term(char kind, String field, String value) {
    String name = ValidText.byPoints(field);
    return kind + Integer.toString(name.length()) + ":" + name + value;
  }
}
