package io.braid.dataset;

import java.util.Locale;

/** Numbers as files have them. */
final class Cells {
  /** As in a sample that is embedded: the square of a larger number has no place in float32. */
  private static final double LARGEST = 1e15;

  private static final int MAX_SHOWN = 40;

  private Cells() {}

  static boolean isMissing(String text) {
    return text.isEmpty()
        || text.equalsIgnoreCase("nan")
        || text.equalsIgnoreCase("na")
        || text.equalsIgnoreCase("null");
  }

  /** A cell as it is kept: NaN where it is missing, or not to be kept, which is noted. */
  static float value(TableReader table, int column, Faults faults) {
    double number = table.number(column);
    if (Math.abs(number) > LARGEST) {
      fault(table, column, number + ", expected numbers from -1e15 to 1e15", faults);
      return Float.NaN;
    }
    return (float) number;
  }

  /** A number of a text cell, NaN where it is missing or no number, which is noted. */
  static double parse(String text, TableReader table, int column, Faults faults) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      return Double.NaN;
    }
    if (endsAsNumber(stripped)) {
      try {
        return Double.parseDouble(stripped);
      } catch (NumberFormatException e) {
        // noted below
      }
    }
    if (isMissing(stripped)) {
      return Double.NaN;
    }
    if (stripped.toLowerCase(Locale.ROOT).matches("[+-]?inf(inity)?")) {
      return stripped.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    fault(table, column, "'" + shown(stripped) + "' is not a number", faults);
    return Double.NaN;
  }

  /** Java alone takes {@code 1d}, {@code 1f} and {@code 0x1p3} for numbers. */
  private static boolean endsAsNumber(String text) {
    char last = text.charAt(text.length() - 1);
    return (last == '.' || last >= '0' && last <= '9') && text.indexOf('x') < 0;
  }

  /** A number as text, whole ones without a point; empty where it is missing. */
  static String text(double number) {
    if (Double.isNaN(number)) {
      return "";
    }
    return number == Math.rint(number) && Math.abs(number) < LARGEST
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  static String shown(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
  }

  private static void fault(TableReader table, int column, String detail, Faults faults) {
    faults.add("%s, column '%s': %s".formatted(table.place(), table.columns().get(column), detail));
  }
}
