package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

class BodyReaderTest {
  /** Reads a document to its end and counts its tokens. */
  private static int count(JsonParser parser) {
    int tokens = 1;
    int depth = parser.currentToken().isStructStart() ? 1 : 0;
    for (; depth > 0; tokens++) {
      var token = parser.nextToken();
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }
    return tokens;
  }

  private static int read(byte[] body, @Nullable String type) {
    return Wire.BODIES.read(new ByteArrayInputStream(body), type, BodyReaderTest::count);
  }

  private static int json(String body) {
    return read(body.getBytes(StandardCharsets.UTF_8), "application/json");
  }

  private static BraidException refused(String json) {
    return refused(json.getBytes(StandardCharsets.UTF_8), "application/json");
  }

  private static BraidException refused(byte[] body, String type) {
    return assertThatExceptionOfType(BraidException.class)
        .isThrownBy(() -> read(body, type))
        .actual();
  }

  private static void assertUnreadable(BraidException e, String pointer, String... words) {
    assertThat(e.kind()).isEqualTo(ProblemKind.UNREADABLE);
    assertThat(e.faults()).extracting(Fault::pointer).containsExactly(pointer);
    assertThat(e.getMessage()).contains(words).doesNotContain("JsonReadFeature", "Constraints");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=UTF-8",
        "Application/JSON",
        "application/vnd.braid+json"
      })
  void readsJsonByItsNames(String type) {
    assertThat(read("[1]".getBytes(StandardCharsets.UTF_8), type)).isEqualTo(3);
  }

  @Test
  void readsJsonWhereNoTypeIsGiven() {
    assertThat(read("[1]".getBytes(StandardCharsets.UTF_8), null)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "nonsense", "text/json"})
  void refusesOtherTypes(String type) {
    assertThat(refused(new byte[] {'1'}, type).kind())
        .isEqualTo(ProblemKind.UNSUPPORTED_MEDIA_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void nestsToTheLimitAndNoDeeper(Wire wire) {
    assertThat(read(wire.bytes("[".repeat(64) + "]".repeat(64)), wire.type)).isEqualTo(128);
    BraidException e = refused(wire.bytes("[".repeat(65) + "]".repeat(65)), wire.type);
    assertThat(e.kind()).isEqualTo(ProblemKind.UNREADABLE);
    assertThat(e.getMessage()).contains("65", "64").doesNotContain("Constraints");
  }

  @Test
  void refusesAKeyGivenTwice() {
    assertUnreadable(refused("{\"a\": {\"b\": 1, \"b\": 2}}"), "/a/b", "b", "line 1");
    byte[] cbor = {(byte) 0xa2, 0x61, 'b', 1, 0x61, 'b', 2};
    assertUnreadable(refused(cbor, "application/cbor"), "/b", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void refusesLiteralsThatAreNotJson(String literal) {
    assertUnreadable(refused("{\"a\": [1,\n " + literal + "]}"), "/a/1", "line 2");
  }

  @Test
  void refusesWhatFollowsTheDocument() {
    assertUnreadable(refused("{} {}"), "", "follows");
    assertThat(refused("{} x").kind()).isEqualTo(ProblemKind.UNREADABLE);
    byte[] cbor = {1, 2};
    assertUnreadable(refused(cbor, "application/cbor"), "", "follows");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnEmptyBody(Wire wire) {
    assertUnreadable(refused(new byte[0], wire.type), "", "the body is empty");
  }

  @ParameterizedTest
  @EnumSource
  void refusesABodyThatBreaksOff(Wire wire) {
    byte[] whole = wire.bytes("{'a': {'b': [1.5, 'xyz']}}");
    for (int length = 1; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThat(refused(part, wire.type).kind()).isEqualTo(ProblemKind.UNREADABLE);
    }
  }

  @Test
  void refusesBrokenUtf8() {
    byte[] body = {'[', '"', (byte) 0xc3, '(', '"', ']'};
    assertUnreadable(refused(body, "application/json"), "/0", "UTF-8");
  }

  @Test
  void refusesNumbersOfAThousandDigitsAndMore() {
    assertThat(json("[" + "1".repeat(1000) + "]")).isEqualTo(3);
    Modality row = new Modality.Tabular("m", List.of("a"), 1);
    assertThatExceptionOfType(BraidException.class)
        .isThrownBy(() -> Wire.JSON.read(row, "[" + "1".repeat(1001) + "]"));
  }

  @Test
  void stringsMayBeAsLongAsTheBody() {
    assertThat(json("\"" + "A".repeat(30 << 20) + "\"")).isEqualTo(1);
  }
}
