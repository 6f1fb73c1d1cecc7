package io.braid.index;

import io.braid.index.Filter.Bound;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;

/** Filters as Lucene's queries, which mean what {@link Filter#test} says. */
final class LuceneFilters {
  private LuceneFilters() {}

  static Query compile(Filter filter) {
    return switch (filter) {
      case Filter.All(var of) -> of.isEmpty() ? new MatchAllDocsQuery() : each(of, Occur.FILTER);
      case Filter.Any(var of) -> of.isEmpty() ? new MatchNoDocsQuery() : each(of, Occur.SHOULD);
      case Filter.Not(var of) ->
          new BooleanQuery.Builder()
              .add(new MatchAllDocsQuery(), Occur.FILTER)
              .add(compile(of), Occur.MUST_NOT)
              .build();
      case Filter.In(var field, var values) -> in(field, values);
      case Filter.NumberRange(var field, var from, var to) -> numbers(field, from, to);
      case Filter.TextRange(var field, var from, var to) -> texts(field, from, to);
      case Filter.Exists(var field) ->
          new TermQuery(new Term(LuceneFields.VALUES, LuceneFields.exists(field)));
      case Filter.Present(var modality) ->
          new TermQuery(new Term(LuceneFields.PRESENT, new BytesRef(CodePoints.encode(modality))));
    };
  }

  private static Query each(List<Filter> filters, Occur occur) {
    var query = new BooleanQuery.Builder();
    filters.forEach(filter -> query.add(compile(filter), occur));
    return query.build();
  }

  private static Query in(String field, Set<Value> values) {
    List<BytesRef> terms = values.stream().map(value -> LuceneFields.value(field, value)).toList();
    return switch (terms.size()) {
      case 0 -> new MatchNoDocsQuery();
      case 1 -> new TermQuery(new Term(LuceneFields.VALUES, terms.getFirst()));
      default -> new TermInSetQuery(LuceneFields.VALUES, terms);
    };
  }

  private static Query numbers(
      String field, Optional<Bound<Double>> from, Optional<Bound<Double>> to) {
    double low =
        from.map(bound -> bound.isInclusive() ? bound.value() : Math.nextUp(bound.value()))
            .orElse(Double.NEGATIVE_INFINITY);
    double high =
        to.map(bound -> bound.isInclusive() ? bound.value() : Math.nextDown(bound.value()))
            .orElse(Double.POSITIVE_INFINITY);
    return low <= high // and neither is NaN
        ? LongPoint.newRangeQuery(
            LuceneFields.NUMBERS, LuceneFields.point(field, low), LuceneFields.point(field, high))
        : new MatchNoDocsQuery();
  }

  private static Query texts(
      String field, Optional<Bound<String>> from, Optional<Bound<String>> to) {
    byte[] none = {};
    byte[] afterAll = {(byte) 0xFF}; // begins no code point
    BytesRef low =
        LuceneFields.text(field, from.map(bound -> CodePoints.encode(bound.value())).orElse(none));
    BytesRef high =
        LuceneFields.text(
            field, to.map(bound -> CodePoints.encode(bound.value())).orElse(afterAll));
    boolean isOrdered = Arrays.compareUnsigned(low.bytes, high.bytes) <= 0;
    return isOrdered
        ? new TermRangeQuery(
            LuceneFields.VALUES,
            low,
            high,
            from.map(Bound::isInclusive).orElse(true),
            to.map(Bound::isInclusive).orElse(false))
        : new MatchNoDocsQuery();
  }
}
