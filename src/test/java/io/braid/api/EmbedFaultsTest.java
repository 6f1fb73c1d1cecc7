package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Readable requests that are wrong: 422 with a pointer to each fault, in JSON and CBOR alike. */
class EmbedFaultsTest extends ApiTest {
  private Answer embed(String request) {
    return api().embed(every(), request);
  }

  private Answer embedCbor(String request) {
    byte[] body =
        Api.CBOR_MAPPER.writeValueAsBytes(Api.JSON_MAPPER.readTree(request.replace('\'', '"')));
    return api().post("/v1/models/" + every() + "/embed", Api.CBOR, body);
  }

  private static String sample(String modalities) {
    return "{'samples': [{'modalities': " + modalities + "}]}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``                    | []
          ``                    | 1
          ``                    | null
          ``                    | 'samples'
          /samples              | {}
          /samples              | {'samples': []}
          /samples              | {'samples': null}
          /samples              | {'samples': {}}
          /samples              | {'samples': 'x'}
          /samples/0            | {'samples': [1]}
          /samples/0            | {'samples': [null]}
          /samples/0            | {'samples': [[]]}
          /samples/0            | {'samples': [{}]}
          /samples/0            | {'samples': [{'id': 'a'}]}
          /samples/0/id         | {'samples': [{'id': 1, 'modalities': {'text': [1]}}]}
          /samples/0/id         | {'samples': [{'id': ['a'], 'modalities': {'text': [1]}}]}
          /samples/0/modality   | {'samples': [{'modality': {}, 'modalities': {'text': [1]}}]}
          /samples/0/modalities | {'samples': [{'modalities': {}}]}
          /samples/0/modalities | {'samples': [{'modalities': null}]}
          /samples/0/modalities | {'samples': [{'modalities': []}]}
          /samples/0/modalities | {'samples': [{'modalities': {'table': null}}]}
          /samples/0/modalities | {'samples': [{'modalities': {'table': [null, null, null]}}]}
          /samples/1            | {'samples': [{'modalities': {'text': [1]}}, true]}
          /outputs              | {'samples': [{'modalities': {'text': [1]}}], 'outputs': []}
          /outputs              | {'samples': [{'modalities': {'text': [1]}}], 'outputs': 'fusion'}
          /outputs              | {'samples': [{'modalities': {'text': [1]}}], 'outputs': null}
          /outputs/1            | {'samples': [{'modalities': {'text': [1]}}], 'outputs': ['fusion', 'x']}
          /outputs/0            | {'samples': [{'modalities': {'text': [1]}}], 'outputs': [['fusion']]}
          /outputs/0            | {'samples': [{'modalities': {'text': [1]}}], 'outputs': ['FUSION']}
          /normalize            | {'samples': [{'modalities': {'text': [1]}}], 'normalize': 1}
          /normalize            | {'samples': [{'modalities': {'text': [1]}}], 'normalize': 'true'}
          /encoding             | {'samples': [{'modalities': {'text': [1]}}], 'encoding': 'hex'}
          /encoding             | {'samples': [{'modalities': {'text': [1]}}], 'encoding': {}}
          /sample               | {'samples': [{'modalities': {'text': [1]}}], 'sample': [[]]}
          /a~1b~0c              | {'samples': [{'modalities': {'text': [1]}}], 'a/b~c': 1}
          """)
  void theRequestIsWrongAt(String pointer, String request) {
    assertFault(embed(request), 422, pointer);
    assertFault(embedCbor(request), 422, pointer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /gene             | {'gene': [1]}
          /gene             | {'gene': null, 'text': [1]}
          /table            | {'table': 1}
          /table            | {'table': 'x'}
          /table            | {'table': true}
          /table            | {'table': []}
          /table            | {'table': [1, 2]}
          /table            | {'table': [1, 2, 3, 4]}
          /table/1          | {'table': [1, 'x', 3]}
          /table/1          | {'table': [1, [2], 3]}
          /table/2          | {'table': [1, 2, true]}
          /table/D          | {'table': {'A': 1, 'D': 2}}
          /table/B          | {'table': {'A': 1, 'B': 'x'}}
          /table/A          | {'table': {'A': {}}}
          /steps            | {'steps': []}
          /steps            | {'steps': {}}
          /steps            | {'steps': 1}
          /steps/0          | {'steps': [1, 2]}
          /steps/1          | {'steps': [[1, 2], [1]]}
          /steps/1          | {'steps': [[1, 2], [1, 2, 3]]}
          /steps/1          | {'steps': [[1, 2], null]}
          /steps/0/1        | {'steps': [[1, 'x']]}
          /text             | {'text': []}
          /text             | {'text': 'hello'}
          /text             | {'text': 1}
          /text/0           | {'text': [-1]}
          /text/0           | {'text': [10]}
          /text/0           | {'text': [1.5]}
          /text/0           | {'text': [1e0]}
          /text/0           | {'text': [null]}
          /text/0           | {'text': [true]}
          /text/1           | {'text': [1, 4294967297]}
          /text/1           | {'text': [1, 18446744073709551617]}
          /counts           | {'counts': []}
          /counts           | {'counts': 3}
          /counts           | {'counts': {}}
          /counts           | {'counts': {'indices': [1]}}
          /counts           | {'counts': {'values': [1]}}
          /counts           | {'counts': {'indices': [], 'values': []}}
          /counts           | {'counts': {'indices': [1, 2], 'values': [1]}}
          /counts/indices   | {'counts': {'indices': [1, 1], 'values': [1, 2]}}
          /counts/indices   | {'counts': {'indices': 1, 'values': [1]}}
          /counts/indices/0 | {'counts': {'indices': [10], 'values': [1]}}
          /counts/indices/0 | {'counts': {'indices': [-1], 'values': [1]}}
          /counts/indices/0 | {'counts': {'indices': ['1'], 'values': [1]}}
          /counts/values    | {'counts': {'indices': [1], 'values': {}}}
          /counts/values/0  | {'counts': {'indices': [1], 'values': [null]}}
          /counts/values/0  | {'counts': {'indices': [1], 'values': ['x']}}
          /counts/other     | {'counts': {'indices': [1], 'values': [1], 'other': [[]]}}
          /counts/nobody    | {'counts': {'nobody': 1}}
          /counts/3         | {'counts': {'3': null}}
          /spectro          | {'spectro': []}
          /spectro          | {'spectro': [[]]}
          /spectro          | {'spectro': [[1, 2]]}
          /spectro          | {'spectro': [[1], [2]]}
          /spectro          | {'spectro': [[1, 2], [3, null]]}
          /spectro/0        | {'spectro': [1, 2]}
          /spectro/1        | {'spectro': [[1, 2], [3]]}
          /spectro/1/0      | {'spectro': [[1, 2], ['x', 4]]}
          """)
  void theModalityIsWrongAt(String pointer, String modalities) {
    assertFault(embed(sample(modalities)), 422, "/samples/0/modalities" + pointer);
    assertFault(embedCbor(sample(modalities)), 422, "/samples/0/modalities" + pointer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /table        | {'table': {'dtype': 'F32'}}
          /table        | {'table': {'dtype': 'F32', 'shape': [3]}}
          /table/dtype  | {'table': {'dtype': 'F16', 'shape': [3], 'base64': 'AAAAAAAA'}}
          /table/dtype  | {'table': {'dtype': 'f32', 'shape': [3], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/dtype  | {'table': {'dtype': 32, 'shape': [3], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/dtype  | {'table': {'dtype': null, 'shape': [3], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape | {'table': {'dtype': 'F32', 'shape': [1, 3], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape | {'table': {'dtype': 'F32', 'shape': [], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape | {'table': {'dtype': 'F32', 'shape': [4], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape  | {'table': {'dtype': 'F32', 'shape': 3, 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape/0 | {'table': {'dtype': 'F32', 'shape': [-3], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape/0 | {'table': {'dtype': 'F32', 'shape': [3.0], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /table/shape/0 | {'table': {'dtype': 'F32', 'shape': [4294967299], 'base64': 'AAAA'}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 3}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': ''}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AAAA'}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AAAAAAAAAAAAAAAAAAAA'}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': '****************'}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AAAA AAAA AAAA A'}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': '_-_-_-_-_-_-_-_-'}}
          /table/base64 | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄ'}}
          /table/order  | {'table': {'dtype': 'F32', 'shape': [3], 'base64': 'AAAAAAAAAAAAAAAA', 'order': 'C'}}
          /steps        | {'steps': {'dtype': 'F32', 'shape': [0, 2], 'base64': ''}}
          /steps/shape | {'steps': {'dtype': 'F32', 'shape': [2], 'base64': 'AAAAAAAAAAA='}}
          /steps/shape | {'steps': {'dtype': 'F32', 'shape': [1, 3], 'base64': 'AAAAAAAAAAAAAAAA'}}
          /steps/base64 | {'steps': {'dtype': 'F32', 'shape': [2147483646, 2], 'base64': 'AAAA'}}
          /text         | {'text': {'dtype': 'I32', 'shape': [0], 'base64': ''}}
          /text/dtype   | {'text': {'dtype': 'F32', 'shape': [1], 'base64': 'AACAPw=='}}
          /text/base64  | {'text': {'dtype': 'I32', 'shape': [1], 'base64': 'CgAAAA=='}}
          /text/base64  | {'text': {'dtype': 'I64', 'shape': [1], 'base64': '//////////8='}}
          /text/base64  | {'text': {'dtype': 'I64', 'shape': [2147483646], 'base64': '//////////8='}}
          /counts/dtype | {'counts': {'dtype': 'F32', 'shape': [1], 'base64': 'AACAPw=='}}
          /counts/indices/dtype | {'counts': {'indices': {'dtype': 'F32', 'shape': [1], 'base64': 'AACAPw=='}, 'values': [1]}}
          /spectro/shape | {'spectro': {'dtype': 'F32', 'shape': [4], 'base64': 'AAAAAAAAAAAAAAAAAAAAAA=='}}
          /spectro/base64 | {'spectro': {'dtype': 'F32', 'shape': [2147483646, 2147483646], 'base64': ''}}
          /spectro/base64 | {'spectro': {'dtype': 'F64', 'shape': [65536, 65536], 'base64': ''}}
          /spectro      | {'spectro': {'dtype': 'F32', 'shape': [2, 1], 'base64': 'AAAAAAAAAAA='}}
          """)
  void theTensorIsWrongAt(String pointer, String modalities) {
    assertFault(embed(sample(modalities)), 422, "/samples/0/modalities" + pointer);
    assertFault(embedCbor(sample(modalities)), 422, "/samples/0/modalities" + pointer);
  }

  @Test
  void allFaultsOfARequestAreToldAtOnce() {
    Answer answer =
        embed(
            """
            {'samples': [{'modalities': {'table': [1]}}, {'modalities': {'text': [1]}},
                         {'id': 3, 'modalities': {'steps': [[1, 'x']], 'gene': 1}}],
             'outputs': ['x'], 'encoding': 'y', 'other': 1}
            """);
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactly(
            "/samples/0/modalities/table",
            "/samples/2/id",
            "/samples/2/modalities/steps/0/1",
            "/samples/2/modalities/gene",
            "/outputs/0",
            "/encoding",
            "/other");
  }

  @Test
  void aHugeNumberOfFaultsIsListedInPart() {
    String bad = "{'modalities': {'table': ['a', 'b', 'c'], 'x': 1, 'y': 2}}";
    Answer answer =
        embed("{'samples': [" + String.join(",", Collections.nCopies(1024, bad)) + "]}");
    assertProblem(answer, 422);
    assertThat(answer.pointers()).hasSize(100);
    assertThat(answer.body().path("detail").asString()).contains("more");
  }

  @Test
  void oneSampleMoreThanTheMostIsRefused() {
    String sample = "{'modalities': {'text': [1]}}";
    Answer answer =
        embed("{'samples': [" + String.join(",", Collections.nCopies(1025, sample)) + "]}");
    assertFault(answer, 422, "/samples");
    assertThat(answer.body().path("detail").asString()).contains("1025").contains("1024");
  }

  @Test
  void asManySamplesAsTheMostAreServed() {
    String sample = "{'modalities': {'text': [1]}}";
    Answer answer =
        embed("{'samples': [" + String.join(",", Collections.nCopies(1024, sample)) + "]}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("embeddings").size()).isEqualTo(1024);
  }

  @Test
  void aVeryLongIdIsRefused() {
    String request = "{'samples': [{'id': '%s', 'modalities': {'text': [1]}}]}";
    assertThat(embed(request.formatted("x".repeat(512))).status()).isEqualTo(200);
    assertFault(embed(request.formatted("x".repeat(1_000_000))), 422, "/samples/0/id");
  }

  @Test
  void namesThatAreLongOrStrangeDoNotBreakTheAnswer() {
    for (String name : List.of("x".repeat(50_000), "\\u0000", "<b>&\\\"")) {
      assertProblem(embed(sample("{'" + name + "': 1}")), 422);
      assertProblem(embed(sample("{'table': {'" + name + "': 1}}")), 422);
    }
  }

  @Test
  void halfACharacterIsNoText() {
    assertProblem(embed(sample("{'\\ud800': 1}")), 400);
    String id = "{'samples': [{'id': '\\ud800', 'modalities': {'text': [1]}}]}";
    assertThat(embed(id).status()).isIn(400, 422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e39", "-1e39", "1e400", "-1e400", "1e99999999999"})
  void anInfiniteNumberIsRefusedWhereverItStands(String number) {
    for (var place : numberPlaces(number).entrySet()) {
      assertFault(embed(sample(place.getValue())), 422, "/samples/0/modalities" + place.getKey());
    }
  }

  /** A number in every place that takes one, by its pointer. */
  static Map<String, String> numberPlaces(String number) {
    return Map.of(
        "/table/1", "{'table': [1, %s, 2]}".formatted(number),
        "/table/B", "{'table': {'B': %s}}".formatted(number),
        "/steps/0/1", "{'steps': [[1, %s]]}".formatted(number),
        "/counts/values/0", "{'counts': {'indices': [3], 'values': [%s]}}".formatted(number),
        "/counts/3", "{'counts': {'3': %s}}".formatted(number),
        "/spectro/0/1", "{'spectro': [[1, %s], [1, 1]]}".formatted(number));
  }
}
