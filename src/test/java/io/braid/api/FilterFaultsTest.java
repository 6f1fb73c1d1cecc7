package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Filters that are wrong, or as long and deep as they may be. */
class FilterFaultsTest extends FaultsApiTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                | []
          ``                | 'site'
          ``                | {}
          /site             | {'site': 'lung'}
          ``                | {'all': [], 'any': []}
          ``                | {'field': 'a', 'eq': 1, 'not': {'all': []}}
          /more             | {'all': [], 'more': 1}
          /all              | {'all': {}}
          /any              | {'any': null}
          /all/1            | {'all': [{'field': 'a', 'eq': 1}, 3]}
          /not              | {'not': []}
          /not              | {'not': {}}
          /field            | {'field': 3, 'eq': 1}
          /field            | {'field': '', 'eq': 1}
          /field            | {'field': null, 'eq': 1}
          ``                | {'field': 'a'}
          /equals           | {'field': 'a', 'equals': 1}
          /ne               | {'field': 'a', 'eq': 1, 'ne': 2}
          /a~1b~0c          | {'field': 'a', 'eq': 1, 'a/b~c': 2}
          /eq               | {'field': 'a', 'eq': null}
          /eq               | {'field': 'a', 'eq': [1]}
          /eq               | {'field': 'a', 'eq': {}}
          /eq               | {'field': 'a', 'eq': 1e400}
          /in               | {'field': 'a', 'in': 1}
          /in               | {'field': 'a', 'in': null}
          /in/1             | {'field': 'a', 'in': [1, null]}
          /in/0             | {'field': 'a', 'in': [-1e400]}
          /exists           | {'field': 'a', 'exists': 1}
          /exists           | {'field': 'a', 'exists': 'true'}
          ``                | {'field': 'a', 'gt': 1, 'lt': 'x'}
          ``                | {'field': 'a', 'gt': true}
          ``                | {'field': 'a', 'gt': null}
          ``                | {'field': 'a', 'gt': [1]}
          ``                | {'field': 'a', 'gt': 1, 'gte': 1}
          ``                | {'field': 'a', 'lt': 'x', 'lte': 'x'}
          /present          | {'present': {}}
          /present          | {'present': []}
          /present          | {'present': 'text'}
          /present/all      | {'present': {'all': ['text']}}
          /present/all_of   | {'present': {'all_of': 'text'}}
          /present/any_of/1 | {'present': {'any_of': ['text', 'gene']}}
          /present/none_of/0 | {'present': {'none_of': [3]}}
          /all/0/not/any/1/lte | {'all': [{'not': {'any': [{'all': []}, {'field': 'a', 'eq': 1, 'lte': 1e400}]}}]}
          /gt               | {'field': 'a', 'gt': 1e400}
          /lt               | {'field': 'a', 'gte': 0, 'lt': 1e400}
          """)
  void theFilterIsWrongAt(String pointer, String filter) {
    assertSearchFault("/filter" + pointer, QUERY + ", 'filter': " + filter + "}");
  }

  private static String nested(int depth) {
    return "{'not': ".repeat(depth - 1) + "{'all': []}" + "}".repeat(depth - 1);
  }

  @Test
  void aFilterIsNestedToALimit() {
    assertThat(ids(hits(name, QUERY + ", 'filter': " + nested(15) + "}"))).containsExactly("a");
    assertThat(ids(hits(name, QUERY + ", 'filter': " + nested(16) + "}"))).isEmpty();
    assertSearchFault("/filter" + "/not".repeat(16), QUERY + ", 'filter': " + nested(17) + "}");
    assertProblem(searchAnswer(name, QUERY + ", 'filter': " + nested(100) + "}"), 400);
  }

  @Test
  void aFilterHasConditionsToALimit() {
    String one = "{'field': 'n', 'exists': false}";
    String all = QUERY + ", 'filter': {'all': [%s]}}";
    String in = QUERY + ", 'filter': {'field': 'n', 'in': [%s]}}";
    assertThat(ids(hits(name, all.formatted(String.join(",", Collections.nCopies(256, one))))))
        .containsExactly("a");
    assertSearchFault("/filter", all.formatted(String.join(",", Collections.nCopies(257, one))));
    String numbers =
        IntStream.range(0, 10_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
    assertThat(ids(hits(name, in.formatted(numbers)))).isEmpty();
    assertSearchFault("/filter/in", in.formatted(numbers + ",10000"));
  }

  /** Finite as JSON, but no 64-bit float. */
  @ParameterizedTest
  @ValueSource(strings = {"'eq': %s", "'in': [%s]", "'gt': %s", "'lte': -%s"})
  void aWholeNumberMayBeTooLarge(String condition) {
    String huge = "9".repeat(400);
    String search = QUERY + ", 'filter': {'field': 'n', " + condition.formatted(huge) + "}}";
    Answer answer = searchAnswer(name, search);
    assertProblem(answer, 422);
    assertThat(answer.pointers()).allMatch(pointer -> pointer.startsWith("/filter/"));
    assertItemFault(
        "/items/0/metadata/n/0",
        "{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': [" + huge + "]}}");
  }

  /**
   * However a client says much in few conditions: it is answered, or refused, and no one else is.
   */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          {'all': [%s]}                | {'all': []}
          {'any': [%s]}                | {'not': {'any': []}}
          {'any': [{'all': [%s]}, {'all': []}]} | {'any': []}
          {'present': {'all_of': [%s]}}  | 'text'
          {'present': {'any_of': [%s]}}  | 'text'
          {'present': {'none_of': [%s]}} | 'table'
          """)
  void aLongFilterHurtsNoOne(String filter, String part) {
    String asked = collection();
    upsert(asked, "{'id': 'a', 'modalities': {'text': [1]}}");
    String many = String.join(",", Collections.nCopies(5000, part));
    Answer answer = searchAnswer(asked, QUERY + ", 'filter': " + filter.formatted(many) + "}");
    assertFault(answer, 422, "/filter");
    assertThat(ids(hits(asked, QUERY + "}"))).containsExactly("a");
  }

  /** All within the limits, though each condition is several clauses to an engine. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'field': 'n', 'eq': 1, 'in': [1], 'exists': false, 'gte': 0, 'lt': 9}",
        "{'not': {'not': {'not': {'not': {'not': {'not': {'field': 'n', 'eq': 1}}}}}}}",
        "{'all': [{'not': {'field': 'n', 'exists': false}}]}",
        "{'present': {'all_of': ['text'], 'any_of': ['text'], 'none_of': ['table']}}"
      })
  void asManyConditionsAsTheMostAreAnswered(String condition) {
    String asked = collection();
    upsert(asked, "{'id': 'a', 'modalities': {'text': [1]}}");
    String many = String.join(",", Collections.nCopies(256, condition));
    JsonNode hits = hits(asked, QUERY + ", 'filter': {'any': [" + many + "]}}");
    assertThat(ids(hits)).hasSize(condition.contains("present") ? 1 : 0);
    assertThat(ids(hits(asked, QUERY + "}"))).containsExactly("a");
  }
}
