package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Collections, their names, and re-indexes of them that are wrong. */
class CollectionFaultsTest extends FaultsApiTest {
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
