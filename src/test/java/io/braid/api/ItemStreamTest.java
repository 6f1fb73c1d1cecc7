package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Items as a stream of lines. */
@Timeout(120)
class ItemStreamTest extends CollectionsApiTest {
  /** More than the batches that are under way at once, of 256 lines each. */
  private static final int MANY = 900;

  private static String line(int i) {
    return "{'id': '%04d', 'modalities': {'text': [%d, %d]}, 'metadata': {'n': %d}}\n"
        .formatted(i, 1 + i % 9, 1 + i / 9 % 9, i);
  }

  private static String lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(ItemStreamTest::line).collect(Collectors.joining());
  }

  private void assertStored(Answer answer, int upserted) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.body().toString()).isEqualTo("{\"upserted\":" + upserted + "}");
  }

  /** Those that were stored before the fault are found, and no others. */
  private void assertStoredBefore(String name, Answer answer, int upserted) {
    assertThat(answer.body().path("upserted").asInt(-1)).as("%s", answer).isEqualTo(upserted);
    assertThat(answer.body().path("detail").asString()).contains(upserted + " items before it");
    assertThat(count(name)).isEqualTo(upserted);
    JsonNode hits =
        hits(name, "{'query': {'modalities': {'text': [1]}}, 'k': 10000, 'exact': true}");
    assertThat(ids(hits))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, upserted).mapToObj("%04d"::formatted).toList());
  }

  @Test
  void manyItemsAreStoredAndFound() {
    String name = collection();
    assertStored(stream(name, lines(0, MANY)), MANY);
    assertThat(count(name)).isEqualTo(MANY);
    JsonNode hits =
        hits(name, "{'query': {'modalities': {'text': [1]}}, 'k': 10000, 'exact': true}");
    assertThat(ids(hits)).hasSize(MANY).doesNotHaveDuplicates();
    JsonNode last = item(name, "0899");
    assertThat(last.path("metadata").path("n").asInt()).isEqualTo(899);
    assertNear(Vectors.vector(last.path("embedding")), fusion("{'text': [9, 1]}"), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 512, 513})
  void aStreamMayEndAnywhereInABatch(int items) {
    String name = collection();
    assertStored(stream(name, lines(0, items)), items);
    assertThat(count(name)).isEqualTo(items);
  }

  @Test
  void blankLinesAndOtherEndsOfLinesAreNothing() {
    String name = collection();
    String lines = "\n\n" + line(0) + " \t\n" + line(1).replace("\n", "\r\n") + "\r\n\n" + line(2);
    assertStored(stream(name, lines), 3);
    assertStored(stream(name, "\n"), 0);
    assertThat(count(name)).isEqualTo(3);
  }

  @Test
  void theLastLineNeedsNoEnd() {
    String name = collection();
    assertStored(stream(name, lines(0, 3).stripTrailing()), 3);
    assertThat(item(name, "0002").path("modalities").toString()).isEqualTo("{\"text\":[3,1]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          0   | {'id': 'x', 'modalities': {'text': [1]
          3   | {'id': 'x', 'modalities': {'text': [1]
          255 | {'id': 'x
          256 | nonsense
          700 | {'id': 'x', 'modalities': {'text': [1]}} {}
          700 | {'id': 'x', 'id': 'x', 'modalities': {'text': [1]}}
          700 | {'id': 'x', 'modalities': {'table': [NaN, 1, 2]}}
          """)
  void aTornLineEndsTheStream(int before, String torn) {
    String name = collection();
    Answer answer = stream(name, lines(0, before) + torn + "\n" + lines(before, MANY));
    assertProblem(answer, 400);
    assertThat(answer.body().path("detail").asString()).contains("line " + (before + 1) + ":");
    assertThat(answer.pointers()).allMatch(pointer -> pointer.startsWith("/" + before));
    assertStoredBefore(name, answer, before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          0   |                    | 3
          3   | /modalities/text/0 | {'id': 'x', 'modalities': {'text': [99]}}
          255 | /id                | {'modalities': {'text': [1]}}
          256 |                    | {'id': 'x'}
          512 | /modalities        | {'id': 'x', 'modalities': {}}
          700 | /metadata          | {'id': 'x', 'modalities': {'text': [1]}, 'metadata': []}
          700 | /embedding         | {'id': 'x', 'embedding': [1, 2]}
          700 | /more              | {'id': 'x', 'modalities': {'text': [1]}, 'more': {}}
          """)
  void anInvalidLineEndsTheStream(int before, String pointer, String line) {
    String name = collection();
    Answer answer = stream(name, lines(0, before) + line + "\n" + lines(before, MANY));
    assertFault(answer, 422, "/" + before + (pointer == null ? "" : pointer));
    assertThat(answer.body().path("detail").asString()).contains("line " + (before + 1) + ":");
    assertStoredBefore(name, answer, before);
  }

  @Test
  void blankLinesCountAsLines() {
    String name = collection();
    Answer answer =
        stream(name, "\n" + line(0) + "\n\n" + "{'id': 3, 'modalities': {'text': [1]}}");
    assertFault(answer, 422, "/4/id");
    assertThat(answer.body().path("detail").asString()).contains("line 5:");
    assertStoredBefore(name, answer, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 255, 256, 300, 600})
  void laterLinesTakeThePlaceOfEarlierOnes(int apart) {
    String name = collection();
    String lines = lines(0, apart) + line(0).replace("'n': 0", "'n': -1") + lines(apart, apart + 5);
    assertStored(stream(name, lines), apart + 6);
    assertThat(count(name)).isEqualTo(apart + 5);
    assertThat(get(at(name, "0000")).path("metadata").path("n").asInt()).isEqualTo(-1);
  }

  @Test
  void aStreamOfSamplesAndEmbeddingsIsStored() {
    String name = collection();
    String vector =
        "{'id': '%04d', 'embedding': [%d, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}\n";
    String lines =
        IntStream.range(0, 600)
            .mapToObj(i -> i % 2 == 0 ? line(i) : vector.formatted(i, i))
            .collect(Collectors.joining());
    assertStored(stream(name, lines), 600);
    assertThat(item(name, "0001").path("embedding").get(0).asDouble())
        .isBetween(Math.sqrt(0.5) - 1e-6, Math.sqrt(0.5) + 1e-6);
    assertThat(item(name, "0002").path("modalities").toString()).isEqualTo("{\"text\":[3,1]}");
  }

  @Test
  void aLineOverTheLimitIsTooLarge() {
    String name = collection();
    byte[] stored = lines(0, 300).replace('\'', '"').getBytes(UTF_8);
    byte[] body = Arrays.copyOf(stored, stored.length + (65 << 20));
    Arrays.fill(body, stored.length, body.length, (byte) ' ');
    Answer answer = api().post(at(name) + "/items", NDJSON, body);
    assertProblem(answer, 413);
    assertThat(answer.body().path("detail").asString()).contains("line 301").contains("67108864");
    assertStoredBefore(name, answer, 300);
  }

  @Test
  void aStreamMayBeLongerThanABody() {
    String name = collection();
    String note = "x".repeat(16_000);
    byte[] line =
        "{\"id\": \"a\", \"modalities\": {\"text\": [1]}, \"metadata\": {\"note\": \"%s\"}}\n"
            .formatted(note)
            .getBytes(UTF_8);
    int times = (68 << 20) / line.length;
    byte[] body = new byte[times * line.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(line, 0, body, i * line.length, line.length);
    }
    Answer answer =
        api()
            .send(
                "POST",
                at(name) + "/items",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
                "Content-Type",
                NDJSON);
    assertStored(answer, times);
    assertThat(count(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-ndjson;charset=UTF-8",
        "Application/X-NDJSON",
        "application/x-ndjson ; a=b"
      })
  void theTypeMayBeWrittenInManyWays(String type) {
    String name = collection();
    assertStored(
        api().post(at(name) + "/items", type, line(0).replace('\'', '"').getBytes(UTF_8)), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjsons", "text/plain", "application/jsonl"})
  void anotherTypeIsUnsupported(String type) {
    String name = collection();
    byte[] body = line(0).replace('\'', '"').getBytes(UTF_8);
    assertProblem(api().post(at(name) + "/items", type, body), 415);
  }

  @Test
  void invalidUtf8IsUnreadable() {
    String name = collection();
    byte[] body = line(0).replace('\'', '"').replace("0000", "?000").getBytes(UTF_8);
    body[body.length - line(0).length() + line(0).indexOf("0000")] = (byte) 0xff;
    assertProblem(api().post(at(name) + "/items", NDJSON, body), 400);
  }

  @Test
  void theAnswerMayBeCbor() {
    String name = collection();
    Answer answer =
        api()
            .send(
                "POST",
                at(name) + "/items",
                BodyPublishers.ofString(line(0).replace('\'', '"')),
                "Content-Type",
                NDJSON,
                "Accept",
                Api.CBOR);
    assertThat(answer.type()).isEqualTo(Api.CBOR);
    assertThat(answer.body().path("upserted").asInt()).isEqualTo(1);
  }

  private Socket client(String name, String chunks) throws IOException {
    return api()
        .open(
            "POST %s/items HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%s"
                .formatted(at(name), NDJSON, chunks));
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  @Test
  void aClientThatLeavesInTheMiddleLeavesWhatItSentInFull() throws IOException {
    String name = collection();
    String lines = lines(0, MANY).replace('\'', '"');
    for (boolean isReset : new boolean[] {false, true}) {
      try (Socket client = client(name, chunk(lines) + chunk("{\"id\": \"torn\", "))) {
        await(() -> count(name) >= 512); // so that it is read from
        if (isReset) {
          client.setSoLinger(true, 0);
        }
      }
    }
    assertServes();
    assertThat(api().get(at(name, "torn")).status()).isEqualTo(404);
    assertStored(stream(name, lines(0, MANY)), MANY);
    assertThat(count(name)).isEqualTo(MANY);
  }

  @Test
  void aBrokenTransferIsUnreadable() throws IOException {
    String name = collection();
    try (Socket client = client(name, chunk(line(0).replace('\'', '"')) + "nonsense\r\n")) {
      client.shutdownOutput();
      String answer = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400");
    }
    assertServes();
  }

  @Test
  void itemsAreStoredWhileTheStreamGoesOn() throws IOException {
    String name = collection();
    try (Socket client = client(name, chunk(lines(0, 600).replace('\'', '"')))) {
      await(() -> count(name) >= 256);
      String query = "{'query': {'modalities': {'text': [1, 1]}}, 'k': 1}";
      await(() -> ids(hits(name, query)).size() == 1); // the index follows what is stored
      client
          .getOutputStream()
          .write((chunk(lines(600, 601).replace('\'', '"')) + "0\r\n\r\n").getBytes(UTF_8));
      client.getOutputStream().flush();
      assertThat((char) client.getInputStream().read()).isEqualTo('H');
    }
    assertThat(count(name)).isEqualTo(601);
  }

  @Test
  void aCollectionThatIsDroppedEndsTheStream() throws IOException {
    String name = collection();
    try (Socket client = client(name, chunk(lines(0, 600).replace('\'', '"')))) {
      await(() -> count(name) >= 256);
      assertThat(api().delete(at(name)).status()).isEqualTo(204);
      client
          .getOutputStream()
          .write((chunk(lines(0, 600).replace('\'', '"')) + "0\r\n\r\n").getBytes(UTF_8));
      client.getOutputStream().flush();
      byte[] start = client.getInputStream().readNBytes(12);
      assertThat(new String(start, UTF_8)).isEqualTo("HTTP/1.1 404");
    }
    assertThat(api().get(at(name)).status()).isEqualTo(404);
  }
}
