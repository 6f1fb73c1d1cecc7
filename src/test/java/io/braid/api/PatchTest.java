package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Modalities of a stored sample that come, change and go. */
@Timeout(120)
class PatchTest extends CollectionsApiTest {
  private static final String BEFORE =
      "{'id': 'a', 'modalities': {'text': [1, 2], 'table': [1, null, 3]}, 'metadata': {'n': 1}}";

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          {}                                 | {'text': [1, 2], 'table': [1, null, 3]}
          {'steps': [[0.1, 0.2]]}            | {'text': [1, 2], 'table': [1, null, 3], 'steps': [[0.1, 0.2]]}
          {'text': [9]}                      | {'text': [9], 'table': [1, null, 3]}
          {'table': {'B': 2.5}}              | {'text': [1, 2], 'table': {'B': 2.5}}
          {'text': null}                     | {'table': [1, null, 3]}
          {'table': [null, null, null]}      | {'text': [1, 2]}
          {'spectro': null}                  | {'text': [1, 2], 'table': [1, null, 3]}
          {'text': null, 'counts': {'3': 2}} | {'table': [1, null, 3], 'counts': {'3': 2}}
          {'text': null, 'table': null, 'steps': [[1, 2]]} | {'steps': [[1, 2]]}
          """)
  void aPatchedItemEqualsTheMergedOne(String patch, String merged) {
    String name = collection();
    upsert(name, BEFORE, "{'id': 'b', 'modalities': " + merged + ", 'metadata': {'n': 1}}");
    Answer answer = patch(name, "a", patch);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(get(at(name, "a")));
    JsonNode patched = item(name, "a");
    JsonNode upserted = item(name, "b");
    for (String field : List.of("present", "metadata", "modalities")) {
      assertThat(patched.path(field)).isEqualTo(upserted.path(field));
    }
    assertNear(
        Vectors.vector(patched.path("embedding")),
        Vectors.vector(upserted.path("embedding")),
        1e-6);
    for (JsonNode hit : hits(name, "{'query': {'modalities': " + merged + "}}")) {
      assertThat(hit.path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-5);
      assertThat(hit.path("present")).isEqualTo(upserted.path("present"));
    }
  }

  private void assertUnchanged(String name, JsonNode before) {
    assertThat(item(name, "a")).isEqualTo(before);
    JsonNode hit = hits(name, "{'query': {'item': 'a'}}").get(0);
    assertThat(hit.path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-5);
    assertThat(hit.path("present")).isEqualTo(before.path("present"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /gene   | {'gene': [1], 'text': [3]}
          /gene   | {'gene': null}
          /text/0 | {'text': [99]}
          /text/1 | {'table': null, 'text': [1, -1]}
          ``      | []
          ``      | null
          ``      | 3
          """)
  void aWrongPatchChangesNothing(String pointer, String patch) {
    String name = collection();
    upsert(name, BEFORE);
    JsonNode before = item(name, "a");
    assertFault(patch(name, "a", patch), 422, pointer);
    assertUnchanged(name, before);
  }

  @Test
  void theLastModalityIsNotRemoved() {
    String name = collection();
    upsert(name, BEFORE);
    JsonNode before = item(name, "a");
    Answer answer = patch(name, "a", "{'text': null, 'table': [null, null, null]}");
    assertProblem(answer, 422);
    assertThat(answer.body().path("detail").asString()).contains("no modality");
    assertUnchanged(name, before);
  }

  /** The body is the object of modalities, so a fault of the whole of it is at the root. */
  @Test
  void aPatchThatLeavesNothingIsWrongAsAWhole() {
    String name = collection();
    upsert(name, BEFORE);
    assertFault(patch(name, "a", "{'text': null, 'table': null}"), 422, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          {'text': [NaN]}
          {'text': [1]
          {'text': [1], 'text': [2]}
          {'text': [1]} {}
          ``
          """)
  void anUnreadablePatchChangesNothing(String patch) {
    String name = collection();
    upsert(name, BEFORE);
    JsonNode before = item(name, "a");
    assertProblem(patch(name, "a", patch), 400);
    assertUnchanged(name, before);
  }

  @Test
  void anItemThatCameAsAnEmbeddingHasNothingToPatch() {
    String name = collection();
    upsert(name, "{'id': 'a', 'embedding': [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}");
    assertProblem(patch(name, "a", "{'text': [1]}"), 409);
    assertThat(item(name, "a").path("embedding").get(0).asDouble()).isEqualTo(1);
  }

  @Test
  void anUnknownItemIsNotFound() {
    String name = collection();
    assertProblem(patch(name, "nobody", "{'text': [1]}"), 404);
    assertThat(count(name)).isZero();
  }

  @Test
  void aPatchMayComeInCbor() {
    String name = collection();
    upsert(name, BEFORE);
    Answer answer =
        api()
            .send(
                "PATCH",
                at(name, "a") + "/modalities",
                BodyPublishers.ofByteArray(
                    Api.CBOR_MAPPER.writeValueAsBytes(tree("{'table': null, 'text': [4]}"))),
                "Content-Type",
                Api.CBOR,
                "Accept",
                Api.CBOR);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.body().path("present").toString()).isEqualTo("[\"text\"]");
    assertThat(item(name, "a").path("modalities").toString()).isEqualTo("{\"text\":[4]}");
    assertProblem(
        api()
            .send(
                "PATCH",
                at(name, "a") + "/modalities",
                BodyPublishers.ofString("{}"),
                "Content-Type",
                "text/plain"),
        415);
  }

  @Test
  void patchesOfOneItemAtOnceAllLand() throws Exception {
    List<String> patches =
        List.of(
            "{'table': [1, 2, 3]}",
            "{'steps': [[1, 2]]}",
            "{'counts': {'3': 2}}",
            "{'spectro': [[1, 2], [3, 4]]}",
            "{'text': null}");
    String name = collection();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 5; round++) {
        upsert(name, "{'id': 'a', 'modalities': {'text': [1], 'table': [0, 0, 0]}}");
        var answers = new ArrayList<Future<Answer>>();
        for (String patch : patches) {
          answers.add(threads.submit(() -> patch(name, "a", patch)));
        }
        for (Future<Answer> answer : answers) {
          assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(200);
        }
        JsonNode item = item(name, "a");
        assertThat(item.path("present").toString())
            .isEqualTo("[\"table\",\"steps\",\"counts\",\"spectro\"]");
        assertNear(
            Vectors.vector(item.path("embedding")),
            fusion(item.path("modalities").toString()),
            1e-6);
        JsonNode hit = hits(name, "{'query': {'item': 'a'}}").get(0);
        assertThat(hit.path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-5);
        assertThat(hit.path("present")).isEqualTo(item.path("present"));
      }
    }
  }

  @Test
  void patchesAndDeletesAtOnceEndAsOneOfBoth() throws Exception {
    String name = collection();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 10; round++) {
        upsert(name, BEFORE);
        Future<Answer> patched = threads.submit(() -> patch(name, "a", "{'text': [3]}"));
        Future<Answer> deleted = threads.submit(() -> api().delete(at(name, "a")));
        assertThat(patched.get().status()).isIn(200, 404);
        assertThat(deleted.get().status()).isEqualTo(204);
        assertThat(count(name)).isZero();
        assertThat(api().get(at(name, "a")).status()).isEqualTo(404);
        assertThat(ids(hits(name, "{'query': {'modalities': {'text': [3]}}}"))).isEmpty();
      }
    }
    assertThat(get(at(name)).path("bytes").asLong(-1)).isZero();
  }
}
