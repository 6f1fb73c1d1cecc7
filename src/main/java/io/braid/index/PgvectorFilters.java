package io.braid.index;

import io.braid.index.Filter.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.lucene.util.NumericUtils;

/**
 * Filters as conditions of SQL, which mean what {@link Filter#test} says. Whatever a client names
 * is a parameter: the text is made of a few constants alone.
 */
final class PgvectorFilters {
  private final List<Object> parameters = new ArrayList<>();

  /**
   * A condition on {@code terms}, {@code digests} and {@code present}.
   *
   * @param parameters of its question marks: {@code byte[]}, or {@code byte[][]} for an array
   */
  record Condition(String sql, List<Object> parameters) {}

  private PgvectorFilters() {}

  static Condition compile(Filter filter) {
    var filters = new PgvectorFilters();
    String sql = filters.sql(filter);
    return new Condition(sql, filters.parameters);
  }

  private String sql(Filter filter) {
    return switch (filter) {
      case Filter.All(var of) -> of.isEmpty() ? "true" : each(of, " AND ");
      case Filter.Any(var of) -> of.isEmpty() ? "false" : each(of, " OR ");
      case Filter.Not(var of) -> "NOT " + sql(of);
      case Filter.In(var field, var values) -> {
        parameters.add(
            values.stream()
                .map(value -> Pgvector.digest(Pgvector.bytes(Terms.value(field, value))))
                .toArray(byte[][]::new));
        yield "(digests && ?)";
      }
      case Filter.NumberRange(var field, var from, var to) -> numbers(field, from, to);
      case Filter.TextRange(var field, var from, var to) -> texts(field, from, to);
      case Filter.Exists(var field) -> {
        parameters.add(new byte[][] {Pgvector.digest(Pgvector.bytes(Terms.exists(field)))});
        yield "(digests && ?)";
      }
      case Filter.Present(var modality) -> {
        parameters.add(new byte[][] {Pgvector.bytes(ValidText.byUnits(modality))});
        yield "(present && ?)";
      }
    };
  }

  private String each(List<Filter> of, String between) {
    return of.stream().map(this::sql).collect(Collectors.joining(between, "(", ")"));
  }

  private String numbers(String field, Optional<Bound<Double>> from, Optional<Bound<Double>> to) {
    double low = from.map(Bound::value).orElse(Double.NEGATIVE_INFINITY);
    double high = to.map(Bound::value).orElse(Double.POSITIVE_INFINITY);
    if (Double.isNaN(low) || Double.isNaN(high)) {
      return "false";
    }
    return between(
        number(field, low),
        from.map(Bound::isInclusive).orElse(true),
        number(field, high),
        to.map(Bound::isInclusive).orElse(true));
  }

  private static String number(String field, double number) {
    // The two zeros are one number, which is stored as the positive one.
    return Terms.number(field, NumericUtils.doubleToSortableLong(number == 0 ? 0 : number), 0);
  }

  private String texts(String field, Optional<Bound<String>> from, Optional<Bound<String>> to) {
    return between(
        Terms.text(field, from.map(bound -> ValidText.byPoints(bound.value())).orElse("")),
        from.map(Bound::isInclusive).orElse(true),
        Terms.text(
            field, to.map(bound -> ValidText.byPoints(bound.value())).orElse(ValidText.AFTER_ALL)),
        to.map(Bound::isInclusive).orElse(false));
  }

  private String between(String low, boolean hasLow, String high, boolean hasHigh) {
    parameters.add(Pgvector.bytes(low));
    parameters.add(Pgvector.bytes(high));
    return "EXISTS (SELECT 1 FROM unnest(terms) AS term WHERE term %s ? AND term %s ?)"
        .formatted(hasLow ? ">=" : ">", hasHigh ? "<=" : "<");
  }
}
