package io.braid.index;

import io.braid.index.Filter.Bound;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.util.NumericUtils;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Filters as queries of OpenSearch, which mean what {@link Filter#test} says. */
final class OpenSearchFilters {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * Ranges of numbers in a filter beyond which each is one range of terms, however many it has: a
   * query may have 1024 clauses, and one that is refused would count as a broken index.
   */
  private static final int MAX_SPLIT = 64;

  private final boolean isSplit;

  private OpenSearchFilters(boolean isSplit) {
    this.isSplit = isSplit;
  }

  static ObjectNode compile(Filter filter) {
    return new OpenSearchFilters(numberRanges(filter) <= MAX_SPLIT).query(filter);
  }

  private static int numberRanges(Filter filter) {
    return switch (filter) {
      case Filter.All(var of) -> of.stream().mapToInt(OpenSearchFilters::numberRanges).sum();
      case Filter.Any(var of) -> of.stream().mapToInt(OpenSearchFilters::numberRanges).sum();
      case Filter.Not(var of) -> numberRanges(of);
      case Filter.NumberRange _ -> 1;
      case Filter.In _, Filter.TextRange _, Filter.Exists _, Filter.Present _ -> 0;
    };
  }

  private ObjectNode query(Filter filter) {
    return switch (filter) {
      case Filter.All(var of) -> of.isEmpty() ? empty("match_all") : each("filter", queries(of));
      case Filter.Any(var of) -> of.isEmpty() ? empty("match_none") : each("should", queries(of));
      case Filter.Not(var of) -> each("must_not", List.of(query(of)));
      case Filter.In(var field, var values) -> {
        ArrayNode terms = JSON.arrayNode();
        values.forEach(value -> terms.add(Terms.value(field, value)));
        yield JSON.objectNode().set("terms", JSON.objectNode().set(OpenSearchFields.VALUES, terms));
      }
      case Filter.NumberRange(var field, var from, var to) -> numbers(field, from, to);
      case Filter.TextRange(var field, var from, var to) -> texts(field, from, to);
      case Filter.Exists(var field) -> term(OpenSearchFields.VALUES, Terms.exists(field));
      case Filter.Present(var modality) ->
          term(OpenSearchFields.PRESENT, ValidText.byPoints(modality));
    };
  }

  private List<ObjectNode> queries(List<Filter> of) {
    return of.stream().map(this::query).toList();
  }

  private ObjectNode numbers(
      String field, Optional<Bound<Double>> from, Optional<Bound<Double>> to) {
    double low =
        from.map(bound -> bound.isInclusive() ? bound.value() : Math.nextUp(bound.value()))
            .orElse(Double.NEGATIVE_INFINITY);
    double high =
        to.map(bound -> bound.isInclusive() ? bound.value() : Math.nextDown(bound.value()))
            .orElse(Double.POSITIVE_INFINITY);
    if (!(low <= high)) { // or one is NaN
      return empty("match_none");
    }
    // The two zeros are one number, which is stored as the positive one.
    long first = NumericUtils.doubleToSortableLong(low == 0 ? 0.0 : low);
    long last = NumericUtils.doubleToSortableLong(high == 0 ? 0.0 : high);
    ArrayNode ranges = JSON.arrayNode();
    split(field, first, last, ranges);
    return ranges.size() == 1 ? (ObjectNode) ranges.get(0) : any(ranges);
  }

  /** The ends of a range at full precision, and what is between them at lower ones. */
  private void split(String field, long first, long last, ArrayNode ranges) {
    long low = first;
    long high = last;
    for (int shift = 0; ; shift += Terms.STEP) {
      long within = 0xFFFFL << shift;
      long step = 1L << (shift + Terms.STEP);
      boolean hasLowEnd = (low & within) != 0;
      boolean hasHighEnd = (high & within) != within;
      long nextLow = (hasLowEnd ? low + step : low) & ~within;
      long nextHigh = (hasHighEnd ? high - step : high) & ~within;
      boolean isLast =
          !isSplit
              || shift + Terms.STEP >= Long.SIZE
              || nextLow > nextHigh
              || nextLow < low && hasLowEnd
              || nextHigh > high && hasHighEnd;
      if (isLast) {
        ranges.add(range(field, low, high, shift));
        return;
      }
      if (hasLowEnd) {
        ranges.add(range(field, low, low | within, shift));
      }
      if (hasHighEnd) {
        ranges.add(range(field, high & ~within, high, shift));
      }
      low = nextLow;
      high = nextHigh;
    }
  }

  private static ObjectNode range(String field, long low, long high, int shift) {
    return range(
        JSON.objectNode()
            .put("gte", Terms.number(field, low, shift))
            .put("lte", Terms.number(field, high, shift)));
  }

  private static ObjectNode texts(
      String field, Optional<Bound<String>> from, Optional<Bound<String>> to) {
    String low = from.map(bound -> ValidText.byPoints(bound.value())).orElse("");
    String high = to.map(bound -> ValidText.byPoints(bound.value())).orElse(ValidText.AFTER_ALL);
    return range(
        JSON.objectNode()
            .put(from.map(Bound::isInclusive).orElse(true) ? "gte" : "gt", Terms.text(field, low))
            .put(to.map(Bound::isInclusive).orElse(false) ? "lte" : "lt", Terms.text(field, high)));
  }

  private static ObjectNode range(ObjectNode bounds) {
    return JSON.objectNode().set("range", JSON.objectNode().set(OpenSearchFields.VALUES, bounds));
  }

  private static ObjectNode term(String field, String term) {
    return JSON.objectNode().set("term", JSON.objectNode().put(field, term));
  }

  private static ObjectNode empty(String kind) {
    return JSON.objectNode().set(kind, JSON.objectNode());
  }

  private static ObjectNode any(ArrayNode queries) {
    return JSON.objectNode().set("bool", JSON.objectNode().set("should", queries));
  }

  private static ObjectNode each(String occur, List<ObjectNode> queries) {
    ArrayNode all = JSON.arrayNode();
    queries.forEach(all::add);
    return JSON.objectNode().set("bool", JSON.objectNode().set(occur, all));
  }
}
