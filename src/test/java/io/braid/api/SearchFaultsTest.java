package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests to collections that are wrong, in JSON and CBOR alike: a pointer to each fault. */
@Timeout(120)
class SearchFaultsTest extends CollectionsApiTest {
  private static final String ONES = "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]";
  private static final String ZEROS = ONES.replace('1', '0');
  private static final String QUERY = "{'query': {'modalities': {'text': [1]}}";

  /** A collection of one item {@code a}, the same one for all tests, which leave it as it is. */
  private final String name = "faultless";

  @BeforeEach
  void make() {
    if (api().get(at(name)).status() == 404) {
      assertThat(put(name, "{'model': '" + every() + "'}").status()).isEqualTo(201);
      upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    }
  }

  private Answer searchInCbor(String json) {
    return api()
        .post(at(name) + "/search", Api.CBOR, Api.CBOR_MAPPER.writeValueAsBytes(tree(json)));
  }

  private void assertSearchFault(String pointer, String search) {
    assertFault(searchAnswer(name, search), 422, pointer);
    assertFault(searchInCbor(search), 422, pointer);
    assertThat(ids(hits(name, QUERY + "}"))).containsExactly("a");
  }

  private void assertItemFault(String pointer, String item) {
    String body = "{'items': [" + item + "]}";
    assertFault(items(name, body), 422, pointer);
    assertFault(itemsInCbor(name, tree(body)), 422, pointer);
    assertThat(count(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                       | []
          ``                       | 1
          ``                       | null
          /query                   | {}
          /query                   | {'k': 3}
          /query                   | {'query': []}
          /query                   | {'query': 'a'}
          /query                   | {'query': {}}
          /query                   | {'query': {'item': null}}
          /query                   | {'query': {'item': 'a', 'modalities': {'text': [1]}}}
          /query                   | {'query': {'item': 'a'}, 'queries': [{'item': 'a'}]}
          /query/id                | {'query': {'id': 'a'}}
          /query/a~1b~0c           | {'query': {'item': 'a', 'a/b~c': 1}}
          /queries                 | {'queries': []}
          /queries                 | {'queries': {}}
          /queries                 | {'queries': 'a'}
          /queries/1               | {'queries': [{'item': 'a'}, {}]}
          /queries/1               | {'queries': [{'item': 'a'}, 3]}
          /queries/1/item          | {'queries': [{'item': 'a'}, {'item': 'nobody'}]}
          /queries/0/modalities/text/0 | {'queries': [{'modalities': {'text': [99]}}]}
          /query/item              | {'query': {'item': 'nobody'}}
          /query/item              | {'query': {'item': 3}}
          /query/item              | {'query': {'item': ''}}
          /query/item              | {'query': {'item': ['a']}}
          /query/modalities        | {'query': {'modalities': {}}}
          /query/modalities        | {'query': {'modalities': []}}
          /query/modalities        | {'query': {'modalities': {'table': null}}}
          /query/modalities        | {'query': {'modalities': {'table': [null, null, null]}}}
          /query/modalities/gene   | {'query': {'modalities': {'gene': [1]}}}
          /query/modalities/gene   | {'query': {'modalities': {'gene': null, 'text': [1]}}}
          /query/modalities/table  | {'query': {'modalities': {'table': [1, 2]}}}
          /query/modalities/table/1 | {'query': {'modalities': {'table': [1, 1e400, 2]}}}
          /query/modalities/text/0 | {'query': {'modalities': {'text': [1.5]}}}
          /query/embedding         | {'query': {'embedding': []}}
          /query/embedding         | {'query': {'embedding': [1, 2, 3]}}
          /query/embedding         | {'query': {'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}
          /query/embedding         | {'query': {'embedding': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}}
          /query/embedding         | {'query': {'embedding': [1, null, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}
          /query/embedding/1       | {'query': {'embedding': [1, 1e400, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}
          /query/embedding/1       | {'query': {'embedding': [1, 1e39, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}
          /query/embedding/15      | {'query': {'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'x']}}
          /query/embedding/0       | {'query': {'embedding': [[1], 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}
          /query/embedding         | {'query': {'embedding': 3}}
          /query/embedding         | {'query': {'embedding': true}}
          /query/embedding         | {'query': {'embedding': '****'}}
          /query/embedding         | {'query': {'embedding': 'AACAPw=='}}
          /query/embedding         | {'query': {'embedding': {}}}
          /query/embedding         | {'query': {'embedding': {'dtype': 'F32'}}}
          /query/embedding/shape   | {'query': {'embedding': {'dtype': 'F32', 'shape': [1], 'base64': 'AACAPw=='}}}
          /query/embedding/base64  | {'query': {'embedding': {'dtype': 'F32', 'shape': [16], 'base64': 'AACAPw=='}}}
          """)
  void theQueryIsWrongAt(String pointer, String search) {
    assertSearchFault(pointer, search);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /k         | 'k': 0
          /k         | 'k': -1
          /k         | 'k': 10001
          /k         | 'k': 4294967297
          /k         | 'k': 18446744073709551617
          /k         | 'k': 1.5
          /k         | 'k': 1e1
          /k         | 'k': 'ten'
          /k         | 'k': '10'
          /k         | 'k': true
          /k         | 'k': [10]
          /exact     | 'exact': 1
          /exact     | 'exact': 'true'
          /include   | 'include': 'metadata'
          /include   | 'include': {}
          /include/0 | 'include': ['vectors']
          /include/1 | 'include': ['metadata', 3]
          /include/0 | 'include': [null]
          /include/0 | 'include': [['metadata']]
          /target    | 'target': 'gene'
          /target    | 'target': 'text'
          /target    | 'target': 3
          /target    | 'target': ''
          /more      | 'more': 1
          /a~1b~0c   | 'a/b~c': {'d': [1]}
          /K         | 'K': 10
          """)
  void aFieldIsWrongAt(String pointer, String field) {
    assertSearchFault(pointer, QUERY + ", " + field + "}");
  }

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

  @Test
  void oneQueryMoreThanTheMostIsRefused() {
    String queries = String.join(",", Collections.nCopies(1025, "{'item': 'a'}"));
    assertSearchFault("/queries", "{'queries': [" + queries + "]}");
  }

  @Test
  void allFaultsOfASearchAreToldAtOnce() {
    Answer answer =
        searchAnswer(
            name,
            """
            {'queries': [{'modalities': {'text': [99]}}, {'embedding': [1]}, {'item': 3}], 'k': 0,
             'filter': {'any': [{'field': 'a', 'eq': null}, {'present': {'all_of': ['gene']}}]},
             'include': ['x'], 'target': 'y', 'exact': 'z', 'other': 1}
            """);
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/queries/0/modalities/text/0",
            "/queries/1/embedding",
            "/queries/2/item",
            "/k",
            "/filter/any/0/eq",
            "/filter/any/1/present/all_of/0",
            "/include/0",
            "/target",
            "/exact",
            "/other");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{'query': {'modalities': {'text': [1]}}",
        "{'query': {'modalities': {'text': [1]}}} {}",
        "{'query': {'modalities': {'table': [NaN, 1, 2]}}}",
        "{'query': {'embedding': [Infinity, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}",
        "{'query': {'item': 'a'}, 'k': 1, 'k': 2}",
        "{'query': {'item': 'a'}, 'query': {'item': 'a'}}",
        "{'query': {'item': 'a'}, 'filter': {'field': 'n', 'gt': NaN}}",
        "{'query': {'item': 'a'}, 'filter': {'field': 'n', 'gt': 1, 'gt': 2}}",
        "{'query': {'item': 'a'}, 'filter': {'field': 'n', 'gt': 1}",
        "{'query': {'item': 'a'}, 'other': {'x': 1, 'x': 2}}"
      })
  void anUnreadableSearchIsToldSo(String body) {
    assertProblem(searchAnswer(name, body), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{'items': [",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}}]",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}}]} x",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': NaN}}]}",
        "{'items': [{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': 1, 'n': 2}}]}",
        "{'items': [{'id': 'b', 'modalities': {'text': [1], 'text': [2]}}]}",
        "{'items': [{'id': 'b', 'modalities': {'table': [NaN, 1, 2]}}]}",
        "{'items': [{'id': 'b', 'modalities': {'text': [1"
      })
  void anUnreadableUpsertStoresNothing(String body) {
    assertProblem(items(name, body), 400);
    assertThat(count(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``     | []
          ``     | null
          /items | {}
          /items | {'items': []}
          /items | {'items': null}
          /items | {'items': {}}
          /more  | {'items': [{'id': 'b', 'modalities': {'text': [1]}}], 'more': [{}]}
          """)
  void theUpsertIsWrongAt(String pointer, String body) {
    assertFault(items(name, body), 422, pointer);
    assertFault(itemsInCbor(name, tree(body)), 422, pointer);
    assertThat(count(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                | 1
          ``                | null
          ``                | []
          /id               | {'modalities': {'text': [1]}}
          /id               | {'id': null, 'modalities': {'text': [1]}}
          /id               | {'id': '', 'modalities': {'text': [1]}}
          /id               | {'id': 7, 'modalities': {'text': [1]}}
          /id               | {'id': ['b'], 'modalities': {'text': [1]}}
          /id               | {'id': '.', 'modalities': {'text': [1]}}
          /id               | {'id': '..', 'modalities': {'text': [1]}}
          /id               | {'id': 'a\\nb', 'modalities': {'text': [1]}}
          /id               | {'id': 'a\\u0000b', 'modalities': {'text': [1]}}
          ``                | {'id': 'b'}
          ``                | {'id': 'b', 'metadata': {}}
          ``                | {'id': 'b', 'modalities': {'text': [1]}, 'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
          /modalities       | {'id': 'b', 'modalities': {}}
          /modalities       | {'id': 'b', 'modalities': []}
          /modalities       | {'id': 'b', 'modalities': {'table': null}}
          /modalities       | {'id': 'b', 'modalities': {'table': [null, null, null]}}
          /modalities/gene  | {'id': 'b', 'modalities': {'gene': [1]}}
          /modalities/table/1 | {'id': 'b', 'modalities': {'table': [1, 1e39, 2]}}
          /modalities/table/base64 | {'id': 'b', 'modalities': {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AAAA'}}}
          /embedding        | {'id': 'b', 'embedding': [1, 2, 3]}
          /embedding        | {'id': 'b', 'embedding': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}
          /embedding/2      | {'id': 'b', 'embedding': [1, 1, 1e400, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
          /embedding        | {'id': 'b', 'embedding': 'AACAPw=='}
          /embedding        | {'id': 'b', 'embedding': 7}
          /present          | {'id': 'b', 'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 'present': 'text'}
          /present/1        | {'id': 'b', 'embedding': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 'present': ['text', 'gene']}
          /present          | {'id': 'b', 'modalities': {'text': [1]}, 'present': ['text']}
          /metadata         | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': []}
          /metadata         | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': 'x'}
          /metadata         | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': 3}
          /metadata/n       | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'n': 1e400}}
          /metadata/a~1b/1/c | {'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'a/b': [1, {'c': -1e400}]}}
          /label            | {'id': 'b', 'modalities': {'text': [1]}, 'label': {'x': 1}}
          """)
  void theItemIsWrongAt(String pointer, String item) {
    assertItemFault("/items/0" + pointer, item);
  }

  @Test
  void anIdHasALength() {
    String item = "{'id': '%s', 'modalities': {'text': [1]}}";
    assertItemFault("/items/0/id", item.formatted("x".repeat(513)));
    String longest = "\u00e9".repeat(512);
    String other = collection();
    upsert(other, item.formatted(longest));
    assertThat(item(other, longest).path("id").asString()).isEqualTo(longest);
  }

  @Test
  void halfACharacterIsNoText() {
    String text = "'modalities': {'text': [1]}";
    assertFault(items(name, "{'items': [{'id': '\\ud800', " + text + "}]}"), 422, "/items/0/id");
    assertFault(
        items(name, "{'items': [{'id': 'b', " + text + ", 'metadata': {'n': ['\\udc00']}}]}"),
        422,
        "/items/0/metadata/n/0");
    Answer named =
        items(name, "{'items': [{'id': 'b', " + text + ", 'metadata': {'\\ud800': 1}}]}");
    assertThat(named.status()).as("%s", named).isIn(400, 422);
    assertFault(searchAnswer(name, "{'query': {'item': '\\ud800'}}"), 422, "/query/item");
    for (String filter :
        List.of(
            "{'field': '\\ud800', 'eq': 1}",
            "{'field': 'n', 'gt': '\\udc00'}",
            "{'field': 'n', 'eq': '\\ud800x'}")) {
      Answer answer = searchAnswer(name, QUERY + ", 'filter': " + filter + "}");
      assertThat(answer.status()).as("%s", answer).isIn(200, 422);
    }
    assertServes();
  }

  @Test
  void metadataHasASize() {
    String item = "{'id': 'b', 'modalities': {'text': [1]}, 'metadata': {'x': '%s'}}";
    assertItemFault("/items/0/metadata", item.formatted("y".repeat(20 << 10)));
    assertItemFault("/items/0/metadata", item.formatted("\u00e9".repeat(10 << 10)));
    assertItemFault("/items/0/metadata", item.formatted("y".repeat(16_384 - 7)));
  }

  @Test
  void metadataThatOnlyCborHasIsRefused() {
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    ObjectNode item = body.putArray("items").addObject().put("id", "b");
    item.putObject("modalities").putArray("text").add(1);
    ObjectNode metadata = item.putObject("metadata");
    metadata.putArray("nan").add(Double.NaN).add(Float.POSITIVE_INFINITY);
    metadata.put("bytes", new byte[] {1, 2});
    Answer answer = itemsInCbor(name, body);
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/items/0/metadata/nan/0", "/items/0/metadata/nan/1", "/items/0/metadata/bytes");
  }

  @Test
  void oneItemMoreThanTheMostIsRefused() {
    String items =
        String.join(",", Collections.nCopies(1025, "{'id': 'b', 'modalities': {'text': [1]}}"));
    Answer answer = items(name, "{'items': [" + items + "]}");
    assertFault(answer, 422, "/items");
    assertThat(answer.body().path("detail").asString()).contains("1025").contains("1024");
    assertThat(count(name)).isEqualTo(1);
  }

  @Test
  void allFaultsOfAnUpsertAreToldAtOnce() {
    Answer answer =
        items(
            name,
            """
            {'items': [{'id': 3, 'modalities': {'text': [99], 'gene': 1}}, {'id': 'b'},
                       {'id': 'c', 'modalities': {'text': [1]}, 'metadata': [], 'more': 1},
                       {'embedding': %s}], 'other': 1}
            """
                .formatted(ZEROS));
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/items/0/id",
            "/items/0/modalities/text/0",
            "/items/0/modalities/gene",
            "/items/1",
            "/items/2/metadata",
            "/items/2/more",
            "/items/3/embedding",
            "/items/3/id",
            "/other");
  }

  @Test
  void aVectorTooLargeIsRefusedHoweverItIsWritten() {
    var large = new float[16];
    large[0] = 1e20f;
    ObjectNode bytes = Api.JSON_MAPPER.createObjectNode();
    var little = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (float number : large) {
      little.putFloat(number);
    }
    bytes.putArray("items").addObject().put("id", "b").put("embedding", little.array());
    String other = collection();
    String item = "{'items': [{'id': 'b', 'embedding': %s}]}";
    int asArray = items(other, item.formatted("[1e20" + ", 0".repeat(15) + "]")).status();
    int asTensor = items(other, item.formatted(TensorJson.f32("[16]", large))).status();
    int asBase64 = items(other, bytes.toString()).status();
    int asBytes = itemsInCbor(other, bytes).status();
    assertThat(List.of(asArray, asTensor, asBase64, asBytes)).containsOnly(422);
  }

  @Test
  void anEmbeddingNeedsACollectionOfFusions() {
    String unimodal = collection("'model': 'every', 'keep': ['unimodal']");
    assertFault(
        items(unimodal, "{'items': [{'id': 'b', 'embedding': " + ONES + "}]}"),
        422,
        "/items/0/embedding");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /model   | {}
          /model   | {'model': null}
          /model   | {'model': 'nobody'}
          /model   | {'model': 3}
          /model   | {'model': ''}
          /version | {'model': 'every', 'version': 99}
          /version | {'model': 'every', 'version': 0}
          /version | {'model': 'every', 'version': -1}
          /version | {'model': 'every', 'version': 1.0}
          /version | {'model': 'every', 'version': '1'}
          /version | {'model': 'every', 'version': 99999999999}
          /engine  | {'model': 'every', 'engine': 'faiss'}
          /engine  | {'model': 'every', 'engine': 'Lucene'}
          /engine  | {'model': 'every', 'engine': ''}
          /engine  | {'model': 'every', 'engine': 1}
          /keep    | {'model': 'every', 'keep': []}
          /keep    | {'model': 'every', 'keep': 'fusion'}
          /keep/0  | {'model': 'every', 'keep': ['all']}
          /keep/1  | {'model': 'every', 'keep': ['fusion', null]}
          /keep/0  | {'model': 'every', 'keep': [['fusion']]}
          /more    | {'model': 'every', 'more': 1}
          """)
  void aCollectionIsWrongAt(String pointer, String body) {
    String other = name();
    assertFault(put(other, body), 422, pointer);
    assertThat(api().get(at(other)).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{'model': 'every'} x", "{'model': 'every', 'model': 'every'}"})
  void anUnreadableCollectionIsToldSo(String body) {
    assertProblem(put(name(), body), 400);
  }

  @ParameterizedTest
  @CsvSource({
    "A, 422",
    "aB, 422",
    ".x, 422",
    "-x, 422",
    "_x, 422",
    "a%20b, 422",
    "a%2525, 422",
    "%C3%A9, 422",
    "a%0Ab, 422",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 422",
    "..%2F.., 422",
    "%2e%2e%2f%2e%2e, 422",
    "a%2Fb, 422",
    "%00, 400",
    "%2e%2e, 422"
  })
  void aNameIsNoPath(String path, int status) {
    Answer answer = put(path, "{'model': 'every'}");
    if (status == 422) {
      assertFault(answer, 422, "collection");
    } else {
      assertProblem(answer, status);
    }
    assertThat(api().get(at(path)).status()).isIn(400, 404);
  }

  @Test
  void aNameOfTheMostCharactersIsTaken() {
    String longest = "0._-" + "a".repeat(60);
    assertThat(put(longest, "{'model': 'every'}").status()).isEqualTo(201);
    assertThat(get(at(longest)).path("name").asString()).isEqualTo(longest);
    assertThat(api().delete(at(longest)).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /search", "PUT, /search", "DELETE, /search", "PUT, /items", "DELETE, /items",
        "POST, /items/a",
    "PUT, /items/a", "GET, /items/a/modalities", "POST, ''", "PATCH, ''", "PUT, /reindex",
        "GET, /rebuild"
  })
  void anotherMethodIsNotAllowed(String method, String path) {
    Answer answer =
        api().send(method, at(name) + path, java.net.http.HttpRequest.BodyPublishers.noBody());
    assertProblem(answer, 405);
    assertThat(answer.header("Allow")).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-ndjson", "nonsense"})
  void anotherTypeOfSearchIsUnsupported(String type) {
    assertProblem(
        api()
            .post(
                at(name) + "/search",
                type,
                (QUERY + "}").replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        415);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          422 | /version | {'version': 99}
          422 | /version | {'version': 0}
          422 | /version | {}
          422 | /version | {'version': null}
          422 | /version | {'version': 'x'}
          422 | /version | {'version': 1.5}
          422 | /more    | {'version': 1, 'more': 1}
          """)
  void aReindexIsWrongAt(int status, String pointer, String body) {
    assertFault(api().post(at(name) + "/reindex", body.replace('\'', '"')), status, pointer);
    assertProblem(api().get(at(name) + "/reindex"), 404);
    assertProblem(api().get(at(name) + "/reindex/events"), 404);
    assertProblem(api().post(at(name) + "/reindex/cancel", ""), 404);
  }
}
