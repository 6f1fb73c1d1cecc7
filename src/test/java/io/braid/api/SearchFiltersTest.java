package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Which items a filter lets through. */
class SearchFiltersTest extends SearchApiTest {
  private static final String[] FILTERED = {
    "{'id': 'a', 'modalities': {'text': [1]}, 'metadata': {'site': 'lung', 'age': 41, 'tags': ['x',"
        + " 'y'], 'place': {'city': 'Bern', 'zip': 3000}, 'alive': true}}",
    "{'id': 'b', 'modalities': {'text': [2], 'table': [1, 2, 3]}, 'metadata': {'site': 'breast',"
        + " 'age': 70, 'tags': ['y'], 'place': {'city': 'Basel'}, 'alive': false}}",
    "{'id': 'c', 'modalities': {'table': [3, 2, 1]}, 'metadata': {'site': 'lung', 'age': 'old',"
        + " 'tags': []}}",
    "{'id': 'd', 'modalities': {'steps': [[1, 2]], 'counts': {'3': 2}}, 'metadata': {'age': [10,"
        + " 50], 'site': null}}",
    "{'id': 'e', 'modalities': {'text': [5], 'spectro': [[1, 2], [3, 4]]}, 'metadata': {'age':"
        + " -0.5, 'site': 'Lung', 'note': ''}}",
    "{'id': 'f', 'modalities': {'table': [0, 0, 1], 'text': [6], 'steps': [[3, 4]]}}",
    "{'id': 'g', 'modalities': {'counts': {'4': 1}}, 'metadata': {'age': true, 'site': ['lung',"
        + " 'breast'], 'place': {'city': ['Bern', 'Basel']}, 'zero': 0}}",
    "{'id': 'h', 'modalities': {'spectro': [[9, 2], [3, 4]]}, 'metadata': {'age': 40, 'site':"
        + " '\\u00e9', 'a.b': 1, 'a': {'b': 2}, 'place': [{'city': 'Chur'}, {'city': 'Zug'}],"
        + " 'zero': -0.0}}"
  };

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          acg      | {'field': 'site', 'eq': 'lung'}
          e        | {'field': 'site', 'eq': 'Lung'}
          ``       | {'field': 'site', 'eq': 'lun'}
          e        | {'field': 'note', 'eq': ''}
          a        | {'field': 'age', 'eq': 41}
          a        | {'field': 'age', 'eq': 41.0}
          c        | {'field': 'age', 'eq': 'old'}
          g        | {'field': 'age', 'eq': true}
          ``       | {'field': 'age', 'eq': 1}
          ``       | {'field': 'age', 'eq': '41'}
          d        | {'field': 'age', 'eq': 50}
          b        | {'field': 'alive', 'eq': false}
          gh       | {'field': 'zero', 'eq': 0}
          gh       | {'field': 'zero', 'eq': -0.0}
          gh       | {'field': 'zero', 'gte': 0}
          gh       | {'field': 'zero', 'lte': -0.0}
          ``       | {'field': 'zero', 'gt': -0.0}
          ``       | {'field': 'zero', 'lt': 0}
          cgh      | {'field': 'age', 'in': [40, 'old', true]}
          ac       | {'field': 'age', 'in': [41, 41, 'old', 'older']}
          ``       | {'field': 'age', 'in': []}
          bd       | {'field': 'age', 'gt': 41}
          abd      | {'field': 'age', 'gte': 41}
          de       | {'field': 'age', 'lt': 40}
          deh      | {'field': 'age', 'lte': 40}
          e        | {'field': 'age', 'lt': 0}
          d        | {'field': 'age', 'gte': 0, 'lt': 20}
          ``       | {'field': 'age', 'gte': 20, 'lt': 40}
          ``       | {'field': 'age', 'gt': 41, 'lt': 41}
          ``       | {'field': 'age', 'gte': 60, 'lte': 50}
          abdeh    | {'field': 'age', 'gte': -1e300, 'lte': 1e300}
          c        | {'field': 'age', 'gte': 'a'}
          abcg     | {'field': 'site', 'gte': 'breast', 'lt': 'm'}
          acg      | {'field': 'site', 'gt': 'breast', 'lte': 'lung'}
          h        | {'field': 'site', 'gt': 'z'}
          e        | {'field': 'site', 'lt': 'a'}
          abcegh   | {'field': 'site', 'gte': ''}
          ``       | {'field': 'note', 'gt': ''}
          abcdegh  | {'field': 'age', 'exists': true}
          f        | {'field': 'age', 'exists': false}
          df       | {'field': 'site', 'exists': false}
          ab       | {'field': 'tags', 'exists': true}
          e        | {'field': 'note', 'exists': true}
          ``       | {'field': 'nobody', 'exists': true}
          ab       | {'field': 'tags', 'eq': 'y'}
          a        | {'field': 'tags', 'in': ['x', 'z']}
          ag       | {'field': 'place.city', 'eq': 'Bern'}
          bg       | {'field': 'place.city', 'eq': 'Basel'}
          h        | {'field': 'place.city', 'eq': 'Zug'}
          a        | {'field': 'place.zip', 'gte': 3000}
          abgh     | {'field': 'place.city', 'exists': true}
          h        | {'field': 'a.b', 'eq': 1}
          h        | {'field': 'a.b', 'eq': 2}
          adh      | {'field': 'age', 'gte': 40, 'lt': 70, 'exists': true}
          a        | {'field': 'age', 'gte': 40, 'in': [41, 'old']}
          bdefh    | {'not': {'field': 'site', 'eq': 'lung'}}
          acg      | {'not': {'not': {'field': 'site', 'eq': 'lung'}}}
          bgh      | {'any': [{'field': 'site', 'eq': 'breast'}, {'field': 'age', 'eq': 40}]}
          a        | {'all': [{'field': 'site', 'eq': 'lung'}, {'field': 'age', 'eq': 41}]}
          abcdefgh | {'all': []}
          ``       | {'any': []}
          abcdefgh | {'not': {'any': []}}
          ``       | {'not': {'all': []}}
          bc       | {'all': [{'any': [{'field': 'site', 'eq': 'lung'}, {'field': 'age', 'gt': 60}]}, {'not': {'field': 'age', 'in': [41, true]}}]}
          abef     | {'present': {'all_of': ['text']}}
          bf       | {'present': {'all_of': ['text', 'table']}}
          defh     | {'present': {'any_of': ['steps', 'spectro']}}
          cdgh     | {'present': {'none_of': ['text']}}
          c        | {'present': {'all_of': ['table'], 'none_of': ['text']}}
          f        | {'present': {'all_of': ['table'], 'any_of': ['steps', 'counts'], 'none_of': ['spectro']}}
          abcdefgh | {'present': {'all_of': []}}
          ``       | {'present': {'any_of': []}}
          abcdefgh | {'present': {'none_of': []}}
          ad       | {'all': [{'field': 'age', 'gte': 40, 'lt': 70}, {'not': {'present': {'all_of': ['spectro']}}}]}
          """)
  void aFilterLetsThrough(String expected, String filter) {
    for (boolean isExact : new boolean[] {true, false}) {
      JsonNode hits =
          hits(
              shared("filtered", FILTERED),
              "{'query': {'modalities': {'text': [1]}}, 'exact': %s, 'filter': %s}"
                  .formatted(isExact, filter));
      assertOrdered(hits);
      assertThat(String.join("", ids(hits).stream().sorted().toList())).isEqualTo(expected);
    }
  }

  @Test
  void aFilterIsPartOfTheSearchAndNotAfterIt() {
    JsonNode hits =
        hits(
            filled(),
            "{'query': {'item': 'item-1'}, 'k': 5, 'filter': {'field': 'n', 'in': [3, 13, 23, 33,"
                + " 43, 53]}}");
    assertThat(ids(hits))
        .hasSize(5)
        .isSubsetOf("item-3", "item-13", "item-23", "item-33", "item-43", "item-53");
    JsonNode exact =
        hits(
            filled(),
            "{'query': {'item': 'item-1'}, 'k': 60, 'exact': true, 'filter': {'field': 'n', 'gte':"
                + " 30}}");
    assertThat(ids(exact)).hasSize(30);
    assertOrdered(exact);
  }
}
