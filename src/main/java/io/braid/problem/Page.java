package io.braid.problem;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that is ordered by a key.
 *
 * @param items of the page
 * @param nextCursor where the next page goes on; null on the last one
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
  private static final int MAX_LIMIT = 1000;

  /** Finds items whose keys come after {@code after}, at most {@code limit}. */
  public interface Source<T> {
    List<T> find(String after, int limit);
  }

  /**
   * @param limit 1 to 1000
   * @param cursor {@code nextCursor} of the page before; empty for the first
   */
  public static <T> Page<T> of(
      int limit, String cursor, Source<T> source, Function<T, String> key) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw invalid("limit", limit + ", expected 1 to " + MAX_LIMIT);
    }
    List<T> found = source.find(decoded(cursor), limit + 1);
    List<T> items = found.subList(0, Math.min(limit, found.size()));
    return new Page<>(items, found.size() > limit ? encoded(key.apply(items.getLast())) : null);
  }

  /**
   * Finds items whose numbers are below {@code below}, the highest first, at most {@code limit}.
   */
  public interface Newest<T> {
    List<T> find(long below, int limit);
  }

  /** A page of items that have numbers, the newest first; see {@link #of}. */
  public static <T> Page<T> newestFirst(
      int limit, String cursor, Newest<T> source, ToLongFunction<T> number) {
    return of(
        limit,
        cursor,
        (after, most) -> source.find(below(after), most),
        item -> Long.toString(number.applyAsLong(item)));
  }

  private static long below(String key) {
    if (key.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (!key.matches("\\d{1,18}")) {
      throw invalid("cursor", "it is not the next_cursor of a page");
    }
    return Long.parseLong(key);
  }

  private static String encoded(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("cursor", "'" + cursor + "' is not the next_cursor of a page");
    }
  }

  private static BraidException invalid(String parameter, String detail) {
    return BraidException.invalid(List.of(new Fault(parameter, detail)));
  }
}
