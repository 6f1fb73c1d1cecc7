package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.config.BraidProperties;
import io.braid.index.Filter;
import io.braid.index.Filter.Bound;
import io.braid.index.Value;
import io.braid.problem.Fault;
import io.braid.store.TestProperties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class FilterReaderTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final BraidProperties.Limits LIMITS =
      TestProperties.in(Path.of("unused")).limits();
  private static final List<String> MODALITIES = List.of("gene", "text");

  private final List<Fault> faults = new ArrayList<>();

  private Filter read(String filter) {
    return new FilterReader(MODALITIES, LIMITS, faults)
        .read(JSON.readTree(filter.replace('\'', '"')), "/filter");
  }

  private void assertReads(String filter, Filter expected) {
    Filter read = read(filter);
    assertThat(faults).isEmpty();
    assertThat(read).isEqualTo(expected);
  }

  private static <T> Optional<Bound<T>> bound(T value, boolean isInclusive) {
    return Optional.of(new Bound<>(value, isInclusive));
  }

  @Test
  void readsValuesOfEveryKind() {
    assertReads("{'field': 'f', 'eq': 'x'}", new Filter.In("f", Set.of(new Value.Text("x"))));
    assertReads("{'field': 'f', 'eq': 1}", new Filter.In("f", Set.of(new Value.Numeric(1))));
    assertReads("{'field': 'f', 'eq': 1.0}", new Filter.In("f", Set.of(new Value.Numeric(1))));
    assertReads("{'field': 'f', 'eq': false}", new Filter.In("f", Set.of(new Value.Flag(false))));
    assertReads(
        "{'field': 'f', 'in': ['x', 2, true, 2.0]}",
        new Filter.In(
            "f", Set.of(new Value.Text("x"), new Value.Numeric(2), new Value.Flag(true))));
    assertReads("{'field': 'f', 'in': []}", new Filter.In("f", Set.of()));
  }

  @Test
  void readsRanges() {
    assertReads(
        "{'field': 'f', 'gte': 1, 'lt': 2.5}",
        new Filter.NumberRange("f", bound(1.0, true), bound(2.5, false)));
    assertReads(
        "{'field': 'f', 'gt': 1}",
        new Filter.NumberRange("f", bound(1.0, false), Optional.empty()));
    assertReads(
        "{'field': 'f', 'lte': 1}",
        new Filter.NumberRange("f", Optional.empty(), bound(1.0, true)));
    assertReads(
        "{'field': 'f', 'gt': 'a', 'lte': 'b'}",
        new Filter.TextRange("f", bound("a", false), bound("b", true)));
  }

  @Test
  void readsExistence() {
    assertReads("{'field': 'f', 'exists': true}", new Filter.Exists("f"));
    assertReads("{'field': 'f', 'exists': false}", new Filter.Not(new Filter.Exists("f")));
  }

  @Test
  void allThatIsSaidOfAFieldMustHold() {
    assertReads(
        "{'lt': 3, 'field': 'f', 'exists': true, 'in': [1, 2]}",
        new Filter.All(
            List.of(
                new Filter.In("f", Set.of(new Value.Numeric(1), new Value.Numeric(2))),
                new Filter.Exists("f"),
                new Filter.NumberRange("f", Optional.empty(), bound(3.0, false)))));
  }

  @Test
  void readsCombinations() {
    Filter x = new Filter.Exists("x");
    assertReads(
        "{'all': [{'field': 'x', 'exists': true}, {'any': []}, {'not': {'all': []}}]}",
        new Filter.All(
            List.of(x, new Filter.Any(List.of()), new Filter.Not(new Filter.All(List.of())))));
  }

  @Test
  void readsPresence() {
    Filter gene = new Filter.Present("gene");
    Filter text = new Filter.Present("text");
    assertReads("{'present': {'all_of': ['gene', 'text']}}", new Filter.All(List.of(gene, text)));
    assertReads(
        "{'present': {'any_of': ['gene'], 'none_of': ['text']}}",
        new Filter.All(List.of(new Filter.Any(List.of(gene)), new Filter.Not(text))));
    assertReads("{'present': {'any_of': []}}", new Filter.All(List.of(new Filter.Any(List.of()))));
    assertReads("{'present': {'none_of': []}}", new Filter.All(List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                  | null
          ``                  | {}
          /eq                 | {'eq': 1}
          ``                  | {'any': [], 'field': 'x', 'eq': 1}
          /more               | {'not': {'all': []}, 'more': 1}
          /any                | {'any': {'field': 'x', 'eq': 1}}
          /not                | {'not': [{'all': []}]}
          /field              | {'field': ['x'], 'eq': 1}
          ``                  | {'field': 'x'}
          /like               | {'field': 'x', 'like': 'y'}
          /eq                 | {'field': 'x', 'eq': {'a': 1}}
          /in/2               | {'field': 'x', 'in': [1, 2, [3]]}
          /exists             | {'field': 'x', 'exists': null}
          ``                  | {'field': 'x', 'lt': 1, 'gte': '0'}
          ``                  | {'field': 'x', 'lt': 1, 'lte': 1}
          /present            | {'present': ['gene']}
          /present/none_of/1  | {'present': {'none_of': ['gene', 'genes']}}
          /present/some~1of   | {'present': {'some/of': ['gene']}}
          /all/1/not/any/0/eq | {'all': [{'all': []}, {'not': {'any': [{'field': 'x', 'eq': null}]}}]}
          /eq                 | {'field': 'x', 'eq': 1e400}
          /gte                | {'field': 'x', 'gte': 1e400}
          /lt                 | {'field': 'x', 'lt': -1e400}
          """)
  void isWrongAt(String pointer, String filter) {
    read(filter);
    assertThat(faults).extracting(Fault::pointer).containsExactly("/filter" + pointer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eq", "gt", "lte"})
  void aWholeNumberMayBeTooLargeForAFloat(String operator) {
    read("{'field': 'x', '%s': %s}".formatted(operator, "9".repeat(400)));
    assertThat(faults).extracting(Fault::pointer).containsExactly("/filter/" + operator);
  }

  @Test
  void allFaultsAreNoted() {
    read(
        "{'any': [{'field': 'x', 'eq': null, 'more': 1}, 3, {'present': {'all_of': ['a', 'b']}}]}");
    assertThat(faults)
        .extracting(Fault::pointer)
        .containsExactlyInAnyOrder(
            "/filter/any/0/eq",
            "/filter/any/0/more",
            "/filter/any/1",
            "/filter/any/2/present/all_of/0",
            "/filter/any/2/present/all_of/1");
  }

  @Test
  void nestingHasALimit() {
    String deep = "{'not': ".repeat(15) + "{'all': []}" + "}".repeat(15);
    read(deep);
    assertThat(faults).isEmpty();
    read("{'any': [" + deep + "]}");
    assertThat(faults)
        .extracting(Fault::pointer)
        .containsExactly("/filter/any/0" + "/not".repeat(15));
  }

  @Test
  void conditionsHaveALimit() {
    String one = "{'field': 'x', 'in': [1, 2, 3, 4]}";
    read("{'all': [" + String.join(",", Collections.nCopies(256, one)) + "]}");
    assertThat(faults).isEmpty();
    read(
        "{'all': [%s, {'present': {'any_of': ['gene']}}]}"
            .formatted(String.join(",", Collections.nCopies(256, one))));
    assertThat(faults).containsExactly(new Fault("/filter", "257 conditions, at most 256"));
  }

  /** What has no condition in it is work all the same, and a clause of the engine's query. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'all': [%s]} | {'all': []}",
        "{'any': [%s]} | {'not': {'all': []}}",
        "{'present': {'all_of': [%s]}} | 'gene'",
        "{'present': {'none_of': [%s]}} | 'text'"
      })
  void allOfAFilterIsLimited(String filterAndPart) {
    String[] parts = filterAndPart.split(" \\| ");
    String many = String.join(",", Collections.nCopies(100_000, parts[1]));
    read(parts[0].formatted(many));
    assertThat(faults).extracting(Fault::pointer).contains("/filter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'field': 'x', 'in': [%s]}", "{'present': {'any_of': [%s]}}", "{'all': [%s]}"})
  void faultsAreBounded(String filter) {
    read(filter.formatted(String.join(",", Collections.nCopies(100_000, "null"))));
    assertThat(faults).hasSizeBetween(1, 2000);
  }
}
