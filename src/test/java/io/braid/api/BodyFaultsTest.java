package io.braid.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are no document, too much of one, or of another kind. */
class BodyFaultsTest extends ApiTest {
  private static final String GOOD = "{\"samples\": [{\"modalities\": {\"text\": [1]}}]}";

  private Answer post(String type, byte[] body) {
    return api().post("/v1/models/" + every() + "/embed", type, body);
  }

  private Answer post(String json) {
    return post(Api.JSON, json.replace('\'', '"').getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{'samples': [",
        "{'samples': [}",
        "{'samples': [],}",
        "samples",
        "{samples: []}",
        "<samples/>",
        "{'samples': [{'modalities': {'table': [NaN, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [Infinity, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [-Infinity, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [-INF, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [01, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [+1, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [.5, 1, 2]}}]}",
        "{'samples': [{'modalities': {'table': [0x1, 1, 2]}}]}",
        "{'samples': [{'id': 'a\nb', 'modalities': {'text': [1]}}]}",
        "{'samples': [{'id': '\\x', 'modalities': {'text': [1]}}]}",
        "{'samples': [{'id': '\\u12', 'modalities': {'text': [1]}}]}",
        "{'samples': [{'modalities': {'text': [1]}}]} x",
        "{'samples': [{'modalities': {'text': [1]}}]} {}",
        "{'samples': [{'modalities': {'text': [1]}}]}]",
        "// comment\n{'samples': [{'modalities': {'text': [1]}}]}"
      })
  void whatIsNoJsonIsUnreadable(String body) {
    assertProblem(post(body), 400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          {'samples': [{'modalities': {'text': [1]}}], 'samples': []}
          {'samples': [{'id': 'a', 'id': 'a', 'modalities': {'text': [1]}}]}
          {'samples': [{'modalities': {'text': [1]}, 'modalities': {'text': [1]}}]}
          {'samples': [{'modalities': {'text': [1], 'text': [1]}}]}
          {'samples': [{'modalities': {'text': [1], 'table': null, 'table': null}}]}
          {'samples': [{'modalities': {'table': {'A': 1, 'A': 1}}}]}
          {'samples': [{'modalities': {'counts': {'indices': [1], 'values': [1], 'values': [1]}}}]}
          {'samples': [{'modalities': {'counts': {'3': 1, '3': 1}}}]}
          {'samples': [{'modalities': {'table': {'dtype': 'F32', 'dtype': 'F64'}}}]}
          {'samples': [{'modalities': {'text': [1]}}], 'unknown': {'a': {'b': 1, 'b': 2}}}
          """)
  void aKeyThatIsThereTwiceIsUnreadable(String body) {
    Answer answer = post(body);
    assertProblem(answer, 400);
    assertThat(answer.pointers()).hasSize(1).doesNotContain("");
  }

  @ParameterizedTest
  @CsvSource({"64, 422", "65, 400", "100000, 400"})
  void nestingHasALimit(int depth, int status) {
    // The request itself is a level, inside of what is skipped because nobody knows it.
    String skipped = "{'unknown': " + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    assertProblem(post(skipped), status);
    String modality =
        "{'samples': [{'modalities': {'x': "
            + "[".repeat(depth - 4)
            + "]".repeat(depth - 4)
            + "}}]}";
    assertProblem(post(modality), status);
    assertProblem(post("[".repeat(depth) + "]".repeat(depth)), status);
  }

  @Test
  void anArrayThatBreaksOffIsUnreadable() {
    assertProblem(post("[1, "), 400);
    assertProblem(post("[".repeat(100_000)), 400);
  }

  @Test
  void nestingOfCborHasTheSameLimit() {
    byte[] body = new byte[100_000];
    Arrays.fill(body, (byte) 0x81); // an array of one element
    System.arraycopy(new byte[] {(byte) 0xa1, 0x61, 'x'}, 0, body, 0, 3); // as a field x
    assertProblem(post(Api.CBOR, body), 400);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyOverTheLimitIsTooLarge(boolean isChunked) {
    byte[] body = new byte[70 << 20];
    Arrays.fill(body, (byte) ' ');
    var publisher =
        isChunked
            ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
            : BodyPublishers.ofByteArray(body);
    Answer answer =
        api().send("POST", "/v1/models/" + every() + "/embed", publisher, "Content-Type", Api.JSON);
    assertProblem(answer, 413);
    assertThat(answer.body().path("detail").asString()).contains("67108864");
  }

  @Test
  void invalidUtf8IsUnreadable() {
    for (String bad : new String[] {"\u00ff", "\u00c3(", "\u00ed\u00a0\u0080", "\u00f8\u0088"}) {
      String body = GOOD.replace("{\"modalities\"", "{\"id\": \"" + bad + "\", \"modalities\"");
      assertProblem(post(Api.JSON, body.getBytes(ISO_8859_1)), 400);
    }
  }

  @Test
  void aCompressedBodyIsRefused() throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(GOOD.getBytes(UTF_8));
    }
    Answer answer =
        api()
            .send(
                "POST",
                "/v1/models/" + every() + "/embed",
                BodyPublishers.ofByteArray(compressed.toByteArray()),
                "Content-Type",
                Api.JSON,
                "Content-Encoding",
                "gzip");
    assertProblem(answer, 415);
    assertThat(answer.body().path("detail").asString()).contains("gzip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/x-ndjson",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "text/json",
        "nonsense",
        "application/",
        "application/json; charset=nonsense"
      })
  void anotherTypeOfBodyIsUnsupported(String type) {
    assertProblem(post(type, GOOD.getBytes(UTF_8)), 415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json;charset=UTF-8", "APPLICATION/JSON", "application/a+json"})
  void theTypeMayBeWrittenInManyWays(String type) {
    assertThat(post(type, GOOD.getBytes(UTF_8)).status()).isEqualTo(200);
  }

  @Test
  void noTypeIsJson() {
    Answer answer =
        api()
            .send(
                "POST",
                "/v1/models/" + every() + "/embed",
                BodyPublishers.ofByteArray(GOOD.getBytes(UTF_8)));
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void anotherTypeOfAnswerIsNotAcceptable() {
    for (String accept : new String[] {"text/html", "image/png", "application/xml"}) {
      Answer answer =
          api()
              .send(
                  "POST",
                  "/v1/models/" + every() + "/embed",
                  BodyPublishers.ofByteArray(GOOD.getBytes(UTF_8)),
                  "Content-Type",
                  Api.JSON,
                  "Accept",
                  accept);
      assertProblem(answer, 406);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
  void anotherMethodIsNotAllowed(String method) {
    Answer answer = api().send(method, "/v1/models/" + every() + "/embed", BodyPublishers.noBody());
    assertProblem(answer, 405);
    assertThat(answer.header("Allow")).contains("POST");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/nobody/embed, 404",
    "/v1/models/EVERY/embed, 404",
    "/v1/models/every/embed?version=2, 404",
    "/v1/models/every/embed?version=0, 404",
    "/v1/models/every/embed?version=-1, 404",
    "/v1/models/every/embed?version=99999999999999999999, 422",
    "/v1/models/every/embed?version=x, 422",
    "/v1/models/every/embed?version=1.0, 422",
    "/v1/models/every/embed/more, 404",
    "/v1/models//embed, 404",
    "/v2/models/every/embed, 404",
    "/v1/models/%2e%2e/embed, 404",
    "/v1/models/%00/embed, 400",
    "/v1/models/a%2fb/embed, 404"
  })
  void unknownNamesAreNotFound(String path, int status) {
    every();
    assertProblem(api().post(path, GOOD), status);
  }

  @Test
  void aVersionThatIsNoNumberIsToldWhatItShouldBe() {
    Answer answer = api().post("/v1/models/" + every() + "/embed?version=x", GOOD);
    assertFault(answer, 422, "version");
    assertThat(answer.body().path("detail").asString()).contains("expected an integer");
  }
}
