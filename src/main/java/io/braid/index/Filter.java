package io.braid.index;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which items a search may find. {@link #test} says what it means; an engine may be faster. */
public sealed interface Filter {
  /** Every one of these; with none of them, all items. */
  record All(List<Filter> of) implements Filter {
    public All {
      of = List.copyOf(of);
    }
  }

  /** At least one of these; with none of them, no item. */
  record Any(List<Filter> of) implements Filter {
    public Any {
      of = List.copyOf(of);
    }
  }

  record Not(Filter of) implements Filter {}

  /** A value of the field is among these. */
  record In(String field, Set<Value> values) implements Filter {
    public In {
      values = Set.copyOf(values);
    }
  }

  /** A number of the field lies between these bounds; at least one of them is there. */
  record NumberRange(String field, Optional<Bound<Double>> from, Optional<Bound<Double>> to)
      implements Filter {}

  /** A text of the field lies between these bounds, by code points; at least one is there. */
  record TextRange(String field, Optional<Bound<String>> from, Optional<Bound<String>> to)
      implements Filter {}

  /** The field has a value. */
  record Exists(String field) implements Filter {}

  /** The modality is present in the sample. */
  record Present(String modality) implements Filter {}

  /**
   * An end of a range.
   *
   * @param isInclusive whether the bound itself is in the range
   */
  record Bound<T>(T value, boolean isInclusive) {}

  /** Whether an item with these present modalities and this metadata may be found. */
  default boolean test(Collection<String> present, Metadata metadata) {
    return switch (this) {
      case All(var of) -> of.stream().allMatch(filter -> filter.test(present, metadata));
      case Any(var of) -> of.stream().anyMatch(filter -> filter.test(present, metadata));
      case Not(var of) -> !of.test(present, metadata);
      case In(var field, var values) -> metadata.values(field).stream().anyMatch(values::contains);
      case NumberRange(var field, var from, var to) ->
          metadata.values(field).stream()
              .anyMatch(value ->
                  value instanceof Value.Numeric(double number)
                      && from.map(bound -> isAbove(number - bound.value(), bound)).orElse(true)
                      && to.map(bound -> isAbove(bound.value() - number, bound)).orElse(true));
      case TextRange(var field, var from, var to) ->
          metadata.values(field).stream()
              .anyMatch(value ->
                  value instanceof Value.Text(String text)
                      && from.map(bound -> isAbove(compare(text, bound.value()), bound))
                          .orElse(true)
                      && to.map(bound -> isAbove(compare(bound.value(), text), bound))
                          .orElse(true));
      case Exists(var field) -> !metadata.values(field).isEmpty();
      case Present(var modality) -> present.contains(modality);
    };
  }

  private static boolean isAbove(double difference, Bound<?> bound) {
    return difference > 0 || (bound.isInclusive() && difference == 0);
  }

  /** By code points, which is the order of UTF-8 too; Java's own is by UTF-16 units. */
  private static int compare(String a, String b) {
    int[] first = a.codePoints().toArray();
    int[] second = b.codePoints().toArray();
    return java.util.Arrays.compare(first, second);
  }
}
