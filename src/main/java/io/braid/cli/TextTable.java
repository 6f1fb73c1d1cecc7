package io.braid.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A small table as text: the first column to the left, numbers to the right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(List.of(header));
  }

  void row(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** A measured number as it is shown; {@code -} where there is none. */
  static String number(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.asString();
    }
    if (!value.isNumber()) {
      return "-";
    }
    String text = String.format(Locale.ROOT, "%.3f", value.doubleValue());
    return text.equals("-0.000") ? "0.000" : text;
  }

  /** A rank as it is shown: a whole number, or between two. */
  static String rank(JsonNode value) {
    return value.isNumber()
        ? String.format(Locale.ROOT, "%.1f", value.doubleValue()).replace(".0", "")
        : "-";
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        String space = " ".repeat(widths[c] - row.get(c).length());
        text.append(c == 0 ? "  " + row.get(c) + space : "  " + space + row.get(c));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
