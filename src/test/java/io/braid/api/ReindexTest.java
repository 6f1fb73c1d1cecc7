package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Collections that change to another version of their model. */
class ReindexTest extends ReindexApiTest {
  @ParameterizedTest
  @CsvSource({"lucene, 2", "torch, 2", "lucene, 3", "torch, 3"})
  void itIsThenAsIfItHadAlwaysBeenOfTheNewVersion(String engine, int version) {
    String name = filled(engine, 150);
    Answer answer = reindex(name, version);
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
    assertThat(answer.header("Location")).endsWith(at(name) + "/reindex");
    JsonNode begun = answer.body();
    assertThat(begun.path("collection").asString()).isEqualTo(name);
    assertThat(begun.path("from_version").asInt()).isEqualTo(1);
    assertThat(begun.path("version").asInt()).isEqualTo(version);
    assertThat(begun.path("total").asInt()).isEqualTo(150);
    assertThat(begun.path("state").asString()).isEqualTo("running");
    assertThat(begun.path("ended_at").isNull()).isTrue();
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
    assertThat(ended.path("done").asInt()).isEqualTo(150);
    assertThat(ended.path("total").asInt()).isEqualTo(150);
    assertThat(ended.path("failure").isNull()).isTrue();
    assertThat(ended.path("ended_at").asString()).isNotBlank();
    JsonNode now = get(at(name));
    assertThat(now.path("version").asInt()).isEqualTo(version);
    assertThat(now.path("state").asString()).isEqualTo("ready");
    assertSame(name, fresh(name, version, engine));
    JsonNode item = item(name, "i007");
    assertNear(
        Vectors.vector(item.path("embedding")),
        Vectors.vector(embedded(MODEL, version, sample(7)).path("fusion")),
        1e-6);
  }

  @Test
  void bytesAreThoseOfTheNewEmbeddings() {
    String name = filled("lucene", 20);
    long before = get(at(name)).path("bytes").asLong();
    begin(name, WIDER);
    assertSucceeded(name);
    // 16 more numbers each; the length of a vector may take one byte more.
    assertThat(get(at(name)).path("bytes").asLong() - before).isBetween(20 * 64L, 20 * 65L);
    begin(name, 1);
    assertSucceeded(name);
    assertThat(get(at(name)).path("bytes").asLong()).isEqualTo(before);
    for (int i = 0; i < 20; i++) {
      assertThat(api().delete(at(name, "i%03d".formatted(i))).status()).isEqualTo(204);
    }
    assertThat(get(at(name)).path("bytes").asLong(-1)).isZero();
  }

  @Test
  void anEmptyOneChangesToo() {
    String name = collection("'model': 'renewed', 'version': 1");
    begin(name, WIDER);
    assertSucceeded(name);
    upsert(name, item(0, 0));
    assertNear(
        Vectors.vector(item(name, "i000").path("embedding")),
        Vectors.vector(embedded(MODEL, WIDER, sample(0)).path("fusion")),
        1e-6);
  }

  @Test
  void aRunCanGoBackAndForth() {
    String name = filled("lucene", 50);
    for (int version : new int[] {2, 1, 3, 2, 1}) {
      begin(name, version);
      assertSucceeded(name);
    }
    assertSame(name, fresh(name, 1, "lucene"));
  }

  @Test
  void theVersionThatItHasEmbedsOnceMore() {
    String name = filled("lucene", 3);
    begin(name, 1);
    assertSucceeded(name);
    assertThat(get(at(name)).path("version").asInt()).isEqualTo(1);
  }

  @Test
  void whatCameAsAnEmbeddingCannotBeRenewed() {
    String name = filled("lucene", 3);
    upsert(name, "{'id': 'given', 'embedding': [1, 2, 3, 4, 5, 6, 7, 8]}");
    Answer answer = reindex(name, OTHER_WEIGHTS);
    assertProblem(answer, 409);
    assertThat(answer.body().path("detail").asString()).contains("'given'");
    assertProblem(api().get(at(name) + "/reindex"), 404);
    assertThat(api().delete(at(name, "given")).status()).isEqualTo(204);
    begin(name, OTHER_WEIGHTS);
    assertSucceeded(name);
  }

  @Test
  void aSampleThatDoesNotFitFailsTheRun() {
    String name = filled("lucene", 100);
    JsonNode before = search(name, SEARCHES.getFirst());
    begin(name, WITHOUT_TEXT);
    JsonNode ended = ended(name);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("failed");
    assertThat(ended.path("failure").asString()).contains("item 'i000': /modalities/text");
    assertThat(get(at(name)).path("version").asInt()).isEqualTo(1);
    assertThat(get(at(name)).path("state").asString()).isEqualTo("ready");
    assertThat(search(name, SEARCHES.getFirst())).isEqualTo(before);
    await(() -> !isReindexing());
    begin(name, OTHER_WEIGHTS);
    assertSucceeded(name);
  }

  @Test
  void theSameKeyGivesTheSameRun() {
    String name = filled("lucene", 30);
    Answer first = reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k");
    assertThat(first.status()).as("%s", first).isEqualTo(202);
    Answer again = reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k");
    assertThat(again.status()).as("%s", again).isEqualTo(202);
    assertThat(again.body().path("started_at")).isEqualTo(first.body().path("started_at"));
    assertSucceeded(name);
    again = reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k");
    assertThat(again.status()).as("%s", again).isEqualTo(202);
    assertThat(again.body().path("state").asString()).isEqualTo("succeeded");
    assertProblem(reindex(name, WIDER, "Idempotency-Key", "k"), 409);
    assertThat(reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "other").status()).isEqualTo(202);
    assertSucceeded(name);
    String other = filled("lucene", 3);
    assertThat(reindex(other, WIDER, "Idempotency-Key", "k").status()).as("its own").isEqualTo(202);
    assertSucceeded(other);
    assertProblem(reindex(name, 1, "Idempotency-Key", " "), 422);
    assertProblem(reindex(name, 1, "Idempotency-Key", "k".repeat(256)), 422);
  }

  @Test
  void manyWithOneKeyAtOnceAreOneRun() throws Exception {
    String name = filled("lucene", 100);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Answer>>();
      for (int i = 0; i < 10; i++) {
        answers.add(threads.submit(() -> reindex(name, OTHER_WEIGHTS, "Idempotency-Key", "k")));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(202);
        assertThat(answer.get().body().path("started_at"))
            .isEqualTo(answers.getFirst().get().body().path("started_at"));
      }
    }
    assertSucceeded(name);
  }

  @Test
  void theOldVersionIsFreeAfterTheSwitchAndTheNewOneIsNot() {
    String config = config(8, 1, "");
    imported("freed", config, 1);
    imported("freed", config, 2);
    imported("freed", config, 3);
    String name = collection("'model': 'freed', 'version': 2");
    upsert(name, "{'id': 'a', 'modalities': {'table': [1, 2, 3]}}");
    assertProblem(api().delete("/v1/models/freed/versions/2"), 409);
    begin(name, 3);
    assertSucceeded(name);
    assertThat(api().delete("/v1/models/freed/versions/2").status()).isEqualTo(204);
    assertProblem(api().delete("/v1/models/freed/versions/3"), 409);
    assertThat(ids(hits(name, "{'query': {'item': 'a'}}"))).containsExactly("a");
    assertFault(reindex(name, 2), 422, "/version");
  }
}
