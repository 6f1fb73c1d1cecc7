package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches that are wrong, but for their filters. */
class SearchFaultsTest extends FaultsApiTest {
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
}
