package io.braid.index;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which index: it holds one generation of a collection's embeddings. A rebuild is another attempt.
 *
 * @param collection number of the collection, which is never used again
 * @param attempt from 1 on
 */
public record IndexId(long collection, int generation, int attempt) {
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})-(\\d{1,9})-(\\d{1,9})");

  /** What {@link #toString} gave. */
  static Optional<IndexId> parse(String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(
            new IndexId(
                Long.parseLong(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3))))
        : Optional.empty();
  }

  /** A part of names of folders, tables and the like: {@code collection-generation-attempt}. */
  @Override
  public String toString() {
    return collection + "-" + generation + "-" + attempt;
  }
}
