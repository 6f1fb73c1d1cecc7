package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN and infinity in tensors and CBOR, and bytes that are no CBOR. */
@Timeout(60)
class StrangeNumbersTest extends ApiTest {
  /** Stands in CBOR for the number that a test is about: nine bytes that occur nowhere else. */
  private static final String MARK = "1.2345678901234e-77";

  private static final byte[] MARK_BYTES =
      Api.CBOR_MAPPER.writeValueAsBytes(Double.parseDouble(MARK));

  private static String sample(String modalities) {
    return "{'samples': [{'modalities': " + modalities + "}]}";
  }

  /** A sample in CBOR with a number that is given byte by byte. */
  private Answer embedCbor(String modalities, byte[] number) {
    byte[] body =
        Api.CBOR_MAPPER.writeValueAsBytes(
            Api.JSON_MAPPER.readTree(sample(modalities).replace('\'', '"')));
    int at = 0;
    while (!Arrays.equals(body, at, at + MARK_BYTES.length, MARK_BYTES, 0, MARK_BYTES.length)) {
      at++;
    }
    var bytes = new ByteArrayOutputStream();
    bytes.write(body, 0, at);
    bytes.writeBytes(number);
    bytes.write(body, at + MARK_BYTES.length, body.length - at - MARK_BYTES.length);
    return post(bytes.toByteArray());
  }

  private Answer post(byte[] cbor) {
    return api().post("/v1/models/" + every() + "/embed", Api.CBOR, cbor);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f97c00",
        "f9fc00",
        "fa7f800000",
        "faff800000",
        "fb7ff0000000000000",
        "fbfff0000000000000",
        "fb483d6329f1c35ca5", // 1e40
        "c25101ffffffffffffffffffffffffffffffff", // 2^129 and more
        "c351ffffffffffffffffffffffffffffffffff",
        "c4821a3b9aca0001" // 1e1000000000 as a decimal fraction
      })
  void anInfiniteNumberOfCborIsRefusedWhereverItStands(String number) {
    for (var place : EmbedFaultsTest.numberPlaces(MARK).entrySet()) {
      Answer answer = embedCbor(place.getValue(), hex(number));
      assertFault(answer, 422, "/samples/0/modalities" + place.getKey());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f97e00", "fa7fc00000", "fb7ff8000000000000"})
  void notANumberOfCborIsAMissingCellWhereOneMayMiss(String number) {
    assertThat(embedCbor("{'table': [1, " + MARK + ", 2]}", hex(number)).status()).isEqualTo(200);
    assertThat(embedCbor("{'steps': [[1, " + MARK + "]]}", hex(number)).status()).isEqualTo(200);
    assertFault(
        embedCbor("{'counts': {'indices': [3], 'values': [" + MARK + "]}}", hex(number)),
        422,
        "/samples/0/modalities/counts/values/0");
    assertFault(
        embedCbor("{'spectro': [[1, " + MARK + "], [1, 1]]}", hex(number)),
        422,
        "/samples/0/modalities/spectro");
    assertFault(
        embedCbor("{'text': [" + MARK + "]}", hex(number)), 422, "/samples/0/modalities/text/0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1e39, -1e300})
  void anInfiniteElementOfATensorIsRefusedInEveryModality(double number) {
    var places =
        Map.of(
            "/table/base64", "{'table': %s}".formatted(tensor("[3]", 1, number, 2)),
            "/steps/base64", "{'steps': %s}".formatted(tensor("[1, 2]", 1, number)),
            "/counts/values/base64",
                "{'counts': {'indices': [3], 'values': %s}}".formatted(tensor("[1]", number)),
            "/spectro/base64", "{'spectro': %s}".formatted(tensor("[2, 2]", 1, 2, 3, number)));
    places.forEach((pointer, modalities) ->
        assertFault(
            api().embed(every(), sample(modalities)), 422, "/samples/0/modalities" + pointer));
  }

  /** In single precision, where the number is the same there. */
  private static String tensor(String shape, double... cells) {
    float[] floats = new float[cells.length];
    boolean same = true;
    for (int i = 0; i < cells.length; i++) {
      floats[i] = (float) cells[i];
      same &= floats[i] == cells[i];
    }
    return same ? TensorJson.f32(shape, floats) : TensorJson.f64(shape, cells);
  }

  @Test
  void notANumberInATensorIsAMissingCellWhereOneMayMiss() {
    float nan = Float.NaN;
    assertThat(table(TensorJson.f32("[3]", 1, nan, 2))).isEqualTo(table("[1, null, 2]"));
    assertThat(table(TensorJson.f64("[3]", 1, Double.NaN, 2))).isEqualTo(table("[1, null, 2]"));
    assertFault(
        api()
            .embed(
                every(),
                sample("{'counts': {'indices': [3], 'values': %s}}")
                    .formatted(TensorJson.f32("[1]", nan))),
        422,
        "/samples/0/modalities/counts/values/base64");
    assertFault(
        api()
            .embed(
                every(),
                sample("{'spectro': %s}").formatted(TensorJson.f32("[2, 2]", 1, nan, 1, 1))),
        422,
        "/samples/0/modalities/spectro");
  }

  private String table(String value) {
    Answer answer = api().embed(every(), sample("{'table': " + value + "}"));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.body().path("embeddings").toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "ff", // a break outside of anything
        "1c", // a reserved length
        "a1", // a map that ends
        "a1" + "6773616d706c6573" + "9bffffffffffffffff", // an array of 2^64 - 1
        "a1" + "6773616d706c6573" + "9b7fffffffffffffff",
        "a1" + "6773616d706c6573" + "5b7fffffffffffffff", // a byte string of 2^63 - 1
        "a1" + "6773616d706c6573" + "7b7fffffffffffffff",
        "a1" + "6773616d706c6573" + "7affffffff",
        "a1" + "6773616d706c6573" + "81a1", // breaks off
        "a1" + "6773616d706c6573" + "5f01ff", // a chunk of another type
        "a1" + "62ff22" + "01", // a name that is no UTF-8
        "bf" + "6773616d706c6573" + "ff", // a name without a value
        "c0" // a tag of nothing
      })
  void whatIsNoCborIsUnreadable(String digits) {
    assertProblem(post(hex(digits)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f6", // null
        "f7", // undefined
        "e0", // a simple value
        "f820",
        "40", // bytes
        "a10101", // a number as a name
        "a1f601", // null as a name
        "a1" + "6773616d706c6573" + "f7",
        "a1" + "6773616d706c6573" + "8140",
        "a1" + "6773616d706c6573" + "81f7",
        "a1" + "6773616d706c6573" + "81e0",
        "a1" + "6773616d706c6573" + "81c101",
        "a1" + "6773616d706c6573" + "d81c80" // marked as shared
      })
  void cborOfTheWrongKindIsRefused(String digits) {
    Answer answer = post(hex(digits));
    assertThat(answer.status()).as("%s", answer).isIn(400, 422);
    assertProblem(answer, answer.status());
  }

  @Test
  void whatFollowsTheDocumentIsUnreadable() {
    byte[] body =
        Api.CBOR_MAPPER.writeValueAsBytes(
            Api.JSON_MAPPER.readTree(sample(WHOLE_SAMPLE).replace('\'', '"')));
    assertProblem(post(Arrays.copyOf(body, body.length + 1)), 400);
  }

  @Test
  void everyTruncationOfAGoodBodyIsUnreadable() {
    byte[] body =
        Api.CBOR_MAPPER.writeValueAsBytes(
            Api.JSON_MAPPER.readTree(sample(WHOLE_SAMPLE).replace('\'', '"')));
    assertThat(post(body).status()).isEqualTo(200);
    for (int length = 0; length < body.length; length++) {
      assertThat(post(Arrays.copyOf(body, length)).status()).as("%d bytes", length).isEqualTo(400);
    }
    assertServes();
  }

  @Test
  void noByteThatIsChangedMakesTheServiceFail() {
    byte[] body =
        Api.CBOR_MAPPER.writeValueAsBytes(
            Api.JSON_MAPPER.readTree(sample(WHOLE_SAMPLE).replace('\'', '"')));
    for (int i = 0; i < body.length; i++) {
      for (int change : new int[] {0x01, 0xe0}) {
        byte[] changed = body.clone();
        changed[i] ^= (byte) change;
        assertThat(post(changed).status()).as("byte %d", i).isIn(200, 400, 422);
      }
    }
    assertServes();
  }

  @Test
  void aHugeNumberTakesNoTime() {
    byte[] huge = new byte[(1 << 20) + 6];
    Arrays.fill(huge, (byte) 0xff);
    System.arraycopy(hex("c25a00100001"), 0, huge, 0, 6); // 2^20 + 1 bytes of a big number
    for (String modalities : new String[] {"{'table': [1, %s, 2]}", "{'text': [%s]}"}) {
      long start = System.nanoTime();
      Answer answer = embedCbor(modalities.formatted(MARK), huge);
      assertThat(answer.status()).as("%s", answer).isEqualTo(400);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertProblem(answer, answer.status());
    }
    String digits = "9".repeat(1 << 20);
    assertProblem(api().embed(every(), sample("{'table': [1, " + digits + ", 2]}")), 400);
  }
}
