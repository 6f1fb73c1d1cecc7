package io.braid.dataset;

/** Numbers as files have them. */
final class Cells {
  /** As in a sample that is embedded: the square of a larger number has no place in float32. */
  private static final double LARGEST = 1e15;

  private Cells() {}

  static boolean isMissing(String text) {
    return text.isEmpty()
        || text.equalsIgnoreCase("nan")
        || text.equalsIgnoreCase("na")
        || text.equalsIgnoreCase("null");
  }

  /** A number of a text cell, NaN where it is missing or no number, which is noted. */
  static float parse(String text, String place, String column, Faults faults) {
    String stripped = text.strip();
    if (isMissing(stripped)) {
      return Float.NaN;
    }
    try {
      return checked(Double.parseDouble(stripped), place, column, faults);
    } catch (NumberFormatException e) {
      String shown = stripped.length() > 40 ? stripped.substring(0, 40) + "..." : stripped;
      faults.add("%s, column '%s': '%s' is not a number".formatted(place, column, shown));
      return Float.NaN;
    }
  }

  static float checked(double number, String place, String column, Faults faults) {
    if (Math.abs(number) > LARGEST) {
      faults.add(
          "%s, column '%s': %s, expected numbers from -1e15 to 1e15"
              .formatted(place, column, number));
      return Float.NaN;
    }
    return (float) number;
  }
}
