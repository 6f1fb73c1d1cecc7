package io.braid.index;

/**
 * Any string as one that has a form in UTF-8, which half of a surrogate pair alone has not, and
 * whose bytes are in an order that is asked for. What comes from U+D800 on is moved up by as many
 * as there are surrogates.
 */
final class ValidText {
  private static final int SURROGATES = Character.MAX_SURROGATE + 1 - Character.MIN_SURROGATE;

  private ValidText() {}

  /** In the order of UTF-16 units, which is Java's; see {@link #fromUnits}. */
  static String byUnits(String text) {
    return isPlain(text) ? text : moved(text.chars());
  }

  /** What {@link #byUnits} was given. */
  static String fromUnits(String moved) {
    if (isPlain(moved)) {
      return moved;
    }
    var text = new StringBuilder();
    moved
        .codePoints()
        .forEach(p -> text.append((char) (p < Character.MIN_SURROGATE ? p : p - SURROGATES)));
    return text.toString();
  }

  /** In the order of code points. */
  static String byPoints(String text) {
    return isPlain(text) ? text : moved(text.codePoints());
  }

  /** Comes after all that {@link #byPoints} gives. */
  static final String AFTER_ALL =
      Character.toString(Character.MAX_CODE_POINT) + Character.toString(Character.MAX_CODE_POINT);

  private static boolean isPlain(String text) {
    return text.chars().allMatch(unit -> unit < Character.MIN_SURROGATE);
  }

  /** Those that would end up beyond the last code point are that one and what is over. */
  private static String moved(java.util.stream.IntStream points) {
    var moved = new StringBuilder();
    points.forEach(p -> {
      int to = p < Character.MIN_SURROGATE ? p : p + SURROGATES;
      if (to < Character.MAX_CODE_POINT) {
        moved.appendCodePoint(to);
      } else {
        moved
            .appendCodePoint(Character.MAX_CODE_POINT)
            .appendCodePoint(to - Character.MAX_CODE_POINT);
      }
    });
    return moved.toString();
  }
}
