package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.job.TestService.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Requests for jobs: their faults, each at its place, and what they may leave out. */
@Timeout(600)
class JobRequestsTest extends ThreeSlots {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          /network/fusion_tokens | 'network': {'fusion_tokens': 12}
          /gate/metric | 'gate': {'metric': 'recall@7', 'at_least': 1}
          /gate/metric | 'gate': {'metric': 'group:aupr', 'at_least': 1}
          /network/layers | 'network': {'layers': 0}
          /network/nothing | 'network': {'nothing': 0}
          /network/channels/0 | 'network': {'channels': [5]}
          /network | 'network': []
          /optimizer/learning_rate | 'optimizer': {'learning_rate': -1}
          /optimizer/learning_rate | 'optimizer': {'learning_rate': 0}
          /optimizer/learning_rate | 'optimizer': {'learning_rate': 'fast'}
          /optimizer/schedule | 'optimizer': {'schedule': 'steep'}
          /dataset | 'dataset': 'unknown'
          /dataset | 'dataset': '../demo'
          /dataset | 'dataset': 7
          /model | 'model': 'Large'
          /architecture | 'architecture': 'mlp'
          /nothing | 'nothing': 1
          /devices | 'devices': 4
          /devices | 'devices': 0
          /devices | 'devices': 1.5
          /evaluate/classification/0 | 'evaluate': {'classification': ['nothing']}
          /evaluate/regression/0 | 'evaluate': {'regression': ['nothing']}
          /epochs | 'epochs': 0
          /epochs | 'epochs': 99999999999999999999
          /batch_size | 'batch_size': 1
          /micro_batch_size | 'batch_size': 8, 'micro_batch_size': 9
          /modal_sparsity | 'modal_sparsity': 1
          /modal_sparsity | 'modal_sparsity': -0.1
          /modal_sparsity | 'modal_sparsity': 0.999
          /test_fraction | 'test_fraction': 0
          /modality_dropout | 'modality_dropout': 1
          /subset_views | 'subset_views': -1
          /precision | 'precision': 'fp16'
          /priority | 'priority': 101
          /standardize | 'standardize': 'yes'
          /negatives | 'negatives': 'all'
          /similarity | 'similarity': 'angle'
          /keep | 'keep': 'first'
          /patience | 'keep': 'last', 'patience': 3
          /patience | 'patience': -1
          /recipe | 'recipe': 'secret'
          /seed | 'seed': 1.5
          """)
  void aFaultHasItsPlace(String pointer, String fields) {
    var body = new java.util.LinkedHashMap<String, JsonNode>();
    for (String part : List.of("{'dataset': 'demo', 'model': 'faulty'}", "{" + fields + "}")) {
      TestService.JSON
          .readTree(part.replace('\'', '"'))
          .properties()
          .forEach(field -> body.put(field.getKey(), field.getValue()));
    }
    Answer answer = service.post("/v1/training-jobs", TestService.JSON.writeValueAsString(body));
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.pointers()).as(answer.text()).containsExactly(pointer);
  }

  /** Six samples of two tables, one column of which is the same in all. */
  private static void uploadTiny() {
    var body = new StringBuilder();
    var rows = new StringBuilder("id,a,same\n");
    for (int i = 0; i < 6; i++) {
      rows.append("s%d,%d,7\n".formatted(i, i * i));
    }
    for (var part :
        List.of(
            List.of(
                "schema.yaml",
                "modalities: [{name: gene, type: tabular}, {name: protein, type: tabular}]"),
            List.of("gene.csv", rows.toString()),
            List.of("protein.csv", "id,b\ns0,1\ns1,2\ns3,5\n"))) {
      String name = part.get(0);
      body.append("--frontier\r\nContent-Disposition: form-data; name=\"")
          .append(name, 0, name.indexOf('.'))
          .append("\"; filename=\"")
          .append(name)
          .append("\"\r\n\r\n")
          .append(part.get(1))
          .append("\r\n");
    }
    Answer answer =
        service.send(
            "PUT",
            "/v1/datasets/tiny",
            body + "--frontier--\r\n",
            "Content-Type",
            "multipart/form-data; boundary=frontier");
    assertThat(answer.status()).as(answer.text()).isBetween(200, 201);
  }

  @Test
  void aColumnThatSaysNothingIsNamedWhereItIsToBeStandardised() {
    uploadTiny();
    Answer answer = service.post("/v1/training-jobs", "{'dataset': 'tiny', 'model': 'constant'}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly("/dataset");
    assertThat(answer.text()).contains("'same' of 'gene'", "leave it out", "standardize");
    Answer raw =
        service.post(
            "/v1/training-jobs",
            TestService.body("constant", "'standardize': false")
                .replace("demo", "tiny")
                .replace(", 'fusion_tokens': 11", ""));
    assertThat(raw.status()).as(raw.text()).isEqualTo(202);
    cancel(raw.json().path("id").asString());
  }

  @Test
  void aSparsityThatLeavesNothingIsRefused() {
    uploadTiny();
    Answer answer =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'tiny', 'model': 'dropped', 'standardize': false, 'modal_sparsity': 0.99,
             'network': {'embedding_dim': 8, 'layers': 1, 'heads': 1, 'head_dim': 8}}
            """);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly("/modal_sparsity");
  }

  @Test
  void allFaultsAreToldAtOnce() {
    Answer answer =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'unknown', 'architecture': 'mlp', 'epochs': -1, 'x/y': 1,
             'optimizer': {'learning_rate': -1, 'clip_norm': 0}}
            """);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/dataset",
            "/model",
            "/architecture",
            "/epochs",
            "/x~1y",
            "/optimizer/learning_rate",
            "/optimizer/clip_norm");
  }

  @Test
  void zorroAndEaoIgnoreWhatIsNotTheirs() {
    for (String architecture : List.of("zorro", "eao")) {
      Answer answer =
          service.post(
              "/v1/training-jobs",
              """
              {'dataset': 'demo', 'model': 'ignoring', 'architecture': '%s',
               'network': {'channels': [99, 'x'], 'fusion_tokens': 7}}
              """
                  .formatted(architecture));
      assertThat(answer.status()).as(answer.text()).isEqualTo(202);
      cancel(answer.json().path("id").asString());
    }
  }

  @Test
  void theDefaultsAreThePapers() {
    JsonNode spec =
        service
            .post("/v1/training-jobs", "{'dataset': 'demo', 'model': 'default'}")
            .json()
            .path("spec");
    cancel("latest");
    assertThat(spec.path("network").toString())
        .contains("\"embedding_dim\":512", "\"layers\":5", "\"heads\":8", "\"fusion_tokens\":88")
        .contains("[4,3,2]");
    assertThat(spec.path("optimizer").path("learning_rate").asDouble()).isEqualTo(1e-4);
    assertThat(spec.path("optimizer").path("warmup_steps").asInt())
        .as("a tenth of the steps of a short run")
        .isLessThan(2000)
        .isPositive();
    assertThat(spec.path("epochs").asInt()).isEqualTo(128);
    assertThat(spec.has("micro_batch_size")).isFalse();
    JsonNode published =
        service
            .post(
                "/v1/training-jobs",
                "{'dataset': 'demo', 'model': 'published', 'recipe': 'published', 'similarity':"
                    + " 'cosine'}")
            .json();
    cancel(published.path("id").asString());
    assertThat(published.at("/spec/subset_views").asInt()).isZero();
    assertThat(published.at("/spec/negatives").asString()).isEqualTo("published");
    assertThat(published.at("/spec/similarity").asString()).isEqualTo("cosine");
    assertThat(spec.path("similarity").asString()).isEqualTo("product");
    assertThat(published.at("/spec/optimizer/warmup_steps").asInt()).isEqualTo(2000);
    assertThat(published.at("/spec/standardize").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{'a': 1, 'a': 1}", "{'a': NaN}", "{} {}"})
  void whatIsNoJsonIsUnreadable(String body) {
    assertThat(service.post("/v1/training-jobs", body).status()).isEqualTo(400);
    assertThat(service.post("/v1/sweeps", body).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "null", "'text'", "{}"})
  void whatIsNoJobIsInvalid(String body) {
    assertThat(service.post("/v1/training-jobs", body).status()).isEqualTo(422);
    assertThat(service.post("/v1/sweeps", body).status()).isEqualTo(422);
  }

  @Test
  void aRequestOverItsLimitIsRefused() {
    String large = "{'dataset': '%s'}".formatted("x".repeat(1 << 20));
    assertThat(service.post("/v1/training-jobs", large).status()).isEqualTo(413);
    assertThat(
            service.send("POST", "/v1/training-jobs", "x", "Content-Type", "text/plain").status())
        .isEqualTo(415);
  }

  @Test
  void whatIsOddButNotWrongIsNoted() {
    Answer answer =
        service.post(
            "/v1/training-jobs",
            """
            {'dataset': 'demo', 'model': 'odd', 'batch_size': 5000, 'epochs': 3,
             'network': {'embedding_dim': 8, 'layers': 1, 'heads': 1, 'head_dim': 8},
             'optimizer': {'warmup_steps': 10}}
            """);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    String id = answer.json().path("id").asString();
    cancel(id);
    service.awaitState(id, "cancelled");
    assertThat(service.events(id))
        .filteredOn(event -> event.event().equals("log"))
        .extracting(event -> event.data().path("message").asString())
        .anyMatch(note -> note.contains("batch_size is 5000, but there are 340 samples"))
        .anyMatch(note -> note.contains("warm-up of 10 steps is longer than the whole run of 3"));
  }
}
