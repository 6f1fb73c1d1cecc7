package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Requests to a collection that are wrong, in JSON and CBOR alike: a pointer to each fault, and the
 * collection stays as it is.
 */
@Timeout(120)
abstract class FaultsApiTest extends CollectionsApiTest {
  static final String QUERY = "{'query': {'modalities': {'text': [1]}}";

  /** A collection of one item {@code a}, the same one for all tests, which leave it as it is. */
  final String name = "faultless";

  @BeforeEach
  void make() {
    if (api().get(at(name)).status() == 404) {
      assertThat(put(name, "{'model': '" + every() + "'}").status()).isEqualTo(201);
      upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    }
  }

  final void assertSearchFault(String pointer, String search) {
    assertFault(searchAnswer(name, search), 422, pointer);
    assertFault(searchInCbor(search), 422, pointer);
    assertThat(ids(hits(name, QUERY + "}"))).containsExactly("a");
  }

  private Answer searchInCbor(String json) {
    return api()
        .post(at(name) + "/search", Api.CBOR, Api.CBOR_MAPPER.writeValueAsBytes(tree(json)));
  }

  final void assertItemFault(String pointer, String item) {
    String body = "{'items': [" + item + "]}";
    assertFault(items(name, body), 422, pointer);
    assertFault(itemsInCbor(name, tree(body)), 422, pointer);
    assertThat(count(name)).isEqualTo(1);
  }
}
