package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Models and versions over their life. */
class ModelsTest extends ApiTest {
  private static final String SMALL =
      """
      architecture: zorro
      embedding_dim: 8
      layers: 1
      heads: 1
      head_dim: 8
      fusion_tokens: 2
      modalities:
        - {name: gene, type: tabular, columns: [A, B]}
        - {name: text, type: tokens, vocabulary: 6, max_length: 4}
      """;

  private static final String GOOD = "{'samples': [{'modalities': {'gene': [1, 2]}}]}";

  @Test
  void theListIsPagedByCursor() {
    imported("page-a", SMALL, 1);
    imported("page-b", SMALL, 1);
    imported("page-b", SMALL, 2);
    imported("page-c", SMALL, 1);
    var names = new ArrayList<String>();
    String cursor = "";
    do {
      Answer page = api().get("/v1/models?limit=1&cursor=" + cursor);
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.body().path("items").size()).isEqualTo(1);
      names.add(page.body().path("items").get(0).path("name").asString());
      assertThat(page.body().has("next_cursor")).isTrue();
      cursor = page.body().path("next_cursor").asString("");
    } while (!cursor.isEmpty());
    assertThat(names).isSorted().doesNotHaveDuplicates();
    assertThat(names).contains("demo", "page-a", "page-b", "page-c");
    JsonNode all = api().get("/v1/models").body();
    assertThat(all.path("items").valueStream().map(item -> item.path("name").asString()))
        .isEqualTo(names);
    assertThat(all.path("next_cursor").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit",
    "limit=1001, limit",
    "limit=-1, limit",
    "limit=x, limit",
    "limit=99999999999, limit",
    "cursor=*, cursor",
    "cursor=a, cursor"
  })
  void aBadPageIsRefused(String query, String pointer) {
    assertFault(api().get("/v1/models?" + query), 422, pointer);
  }

  @Test
  void aModelTellsItsDefaultAndItsVersions() {
    int first = imported("told", SMALL, 1);
    int second = imported("told", SMALL, 2);
    JsonNode model = api().get("/v1/models/told").body();
    assertThat(List.of(first, second)).containsExactly(1, 2);
    assertThat(model.path("name").asString()).isEqualTo("told");
    assertThat(model.path("default").asInt()).isEqualTo(1);
    assertThat(model.path("versions").valueStream().map(v -> v.path("version").asInt()))
        .containsExactly(1, 2);
    JsonNode version = api().get("/v1/models/told/versions/2").body();
    assertThat(model.path("versions").get(1)).isEqualTo(version);
    assertThat(version.path("config").path("architecture").asString()).isEqualTo("zorro");
    assertThat(version.path("config").path("channels").toString()).isEqualTo("[2]");
    assertThat(version.path("parameters").asLong()).isPositive();
    assertThat(version.path("metrics").isObject()).isTrue();
    assertThat(version.path("lineage").path("source").asString()).isEqualTo("import");
    assertThat(version.path("resident").isArray()).isTrue();
    assertThat(version.path("created_at").asString()).endsWith("Z");
  }

  @Test
  void aVersionIsResidentOnceItHasServed() {
    imported("resident", SMALL, 1);
    assertThat(api().get("/v1/models/resident/versions/1").body().path("resident")).isEmpty();
    assertThat(api().embed("resident", GOOD).status()).isEqualTo(200);
    assertThat(api().get("/v1/models/resident/versions/1").body().path("resident").toString())
        .isEqualTo("[{\"device\":\"cpu\",\"precision\":\"fp32\"}]");
  }

  @Test
  void downloadsAreWhatWasUploaded() {
    byte[] weights = weights(SMALL, 3);
    api().importVersion("down", Part.config(SMALL), Part.weights(weights));
    Answer download = api().get("/v1/models/down/versions/1/weights");
    assertThat(download.status()).isEqualTo(200);
    assertThat(download.bytes()).isEqualTo(weights);
    Answer yaml = api().get("/v1/models/down/versions/1/config");
    assertThat(yaml.type()).startsWith("application/yaml");
    Answer json = api().get("/v1/models/down/versions/1/config", "Accept", Api.JSON);
    assertThat(json.type()).isEqualTo(Api.JSON);
    assertThat(json.body()).isEqualTo(api().get("/v1/models/down").body().at("/versions/0/config"));
    for (Part config :
        List.of(Part.config(yaml.text()), new Part("config", "config.json", json.bytes()))) {
      Answer again = api().importVersion("down-again", config, Part.weights(download.bytes()));
      assertThat(again.status()).as("%s", again).isEqualTo(201);
      assertThat(again.body().path("config")).isEqualTo(json.body());
    }
    assertThat(api().embed("down-again", GOOD).body().path("embeddings"))
        .isEqualTo(api().embed("down", GOOD).body().path("embeddings"));
  }

  @Test
  void everyExampleOfASchemaCanBeSentAsItIs() {
    imported("schema", SMALL, 1);
    for (String model : List.of(every(), "demo", "schema")) {
      JsonNode schema = api().get("/v1/models/" + model + "/schema").body();
      int modalities = schema.at("/properties/modalities/properties").size();
      assertThat(
              schema
                  .path("examples")
                  .valueStream()
                  .map(example -> Set.copyOf(example.path("modalities").propertyNames()))
                  .distinct())
          .as("every subset")
          .hasSize((1 << modalities) - 1);
      for (JsonNode example : schema.path("examples").values()) {
        Answer answer = api().embed(model, "{'samples': [" + example + "]}");
        assertThat(answer.status()).as("%s %s: %s", model, example, answer).isEqualTo(200);
        JsonNode embedding = answer.body().path("embeddings").get(0);
        assertThat(embedding.path("present").valueStream().map(JsonNode::asString).toList())
            .containsExactlyElementsOf(example.path("modalities").propertyNames());
        assertThat(embedding.path("warnings")).isEmpty();
      }
    }
  }

  @Test
  void theSameKeyAndBodyImportOnce() {
    List<Part> parts = List.of(Part.config(SMALL), Part.weights(weights(SMALL, 4)));
    String path = "/v1/models/once/versions";
    Answer first = api().form(path, parts, "Idempotency-Key", "k1");
    Answer again = api().form(path, parts, "Idempotency-Key", "k1");
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.body()).isEqualTo(first.body());
    List<Part> others = List.of(Part.config(SMALL), Part.weights(weights(SMALL, 5)));
    assertProblem(api().form(path, others, "Idempotency-Key", "k1"), 409);
    assertThat(api().form(path, others, "Idempotency-Key", "k2").body().path("version").asInt())
        .isEqualTo(2);
    assertFault(
        api().form(path, parts, "Idempotency-Key", "k".repeat(256)), 422, "Idempotency-Key");
  }

  @Test
  void theDefaultVersionServesUntilItIsSwitched() {
    imported("switch", SMALL, 1);
    imported("switch", SMALL, 2);
    assertThat(api().embed("switch", GOOD).body().path("version").asInt()).isEqualTo(1);
    Answer switched = api().put("/v1/models/switch/default", "{\"version\": 2}");
    assertThat(switched.status()).isEqualTo(200);
    assertThat(switched.body().path("default").asInt()).isEqualTo(2);
    assertThat(api().embed("switch", GOOD).body().path("version").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          404 | {'version': 9}
          404 | {'version': 0}
          404 | {'version': -1}
          422 | {}
          422 | {'version': null}
          422 | {'version': 'x'}
          422 | {'version': '1'}
          422 | {'version': 1.5}
          422 | {'version': 99999999999}
          422 | {'version': [1]}
          422 | {'version': 1, 'other': 2}
          422 | []
          422 | 1
          400 | {'version': 1
          400 | {'version': 1, 'version': 1}
          400 | {'version': 1} x
          400 | ``
          """)
  void aBadDefaultIsRefused(int status, String body) {
    every();
    Answer answer = api().put("/v1/models/every/default", body.replace('\'', '"'));
    assertProblem(answer, status);
    assertThat(api().get("/v1/models/every").body().path("default").asInt()).isEqualTo(1);
  }

  @Test
  void theDefaultIsDeletedLastAndItsModelWithIt() {
    imported("gone", SMALL, 1);
    imported("gone", SMALL, 2);
    assertProblem(api().delete("/v1/models/gone/versions/1"), 409);
    assertThat(api().embed("gone", GOOD).status()).isEqualTo(200);
    assertThat(api().delete("/v1/models/gone/versions/2").status()).isEqualTo(204);
    assertProblem(api().delete("/v1/models/gone/versions/2"), 404);
    assertProblem(api().get("/v1/models/gone/versions/2"), 404);
    assertThat(api().delete("/v1/models/gone/versions/1").status()).isEqualTo(204);
    assertProblem(api().get("/v1/models/gone"), 404);
    assertProblem(api().embed("gone", GOOD), 404);
  }

  @Test
  void aNumberIsNotGivenTwice() {
    imported("numbers", SMALL, 1);
    imported("numbers", SMALL, 2);
    api().delete("/v1/models/numbers/versions/2");
    assertThat(imported("numbers", SMALL, 3)).isEqualTo(3);
  }

  @Test
  void weightsThatTwoVersionsShareOutliveOne() {
    imported("share", SMALL, 7);
    imported("share", SMALL, 7);
    assertThat(api().delete("/v1/models/share/versions/2").status()).isEqualTo(204);
    assertThat(api().get("/v1/models/share/versions/1/weights").bytes())
        .isEqualTo(weights(SMALL, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/nobody",
        "/v1/models/nobody/schema",
        "/v1/models/nobody/versions/1",
        "/v1/models/every/versions/2",
        "/v1/models/every/versions/0",
        "/v1/models/every/versions/-1",
        "/v1/models/every/versions/x",
        "/v1/models/every/versions/99999999999999999999",
        "/v1/models/every/versions/2/weights",
        "/v1/models/every/versions/2/config",
        "/v1/models/every/schema?version=2",
        "/v1/models/every/nothing",
        "/v1/nothing",
        "/nothing"
      })
  void whatIsNotThereIsNotFound(String path) {
    every();
    assertProblem(api().get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/models/every",
        "/v1/models/every/versions/1",
        "/v1/models/every/versions/1/config",
        "/v1/models/every/schema"
      })
  void whateverIsJsonIsAlsoCbor(String path) {
    every();
    Answer cbor = api().get(path, "Accept", Api.CBOR);
    assertThat(cbor.status()).isEqualTo(200);
    assertThat(cbor.type()).isEqualTo(Api.CBOR);
    assertThat(Api.JSON_MAPPER.readTree(cbor.body().toString()))
        .isEqualTo(api().get(path, "Accept", Api.JSON).body());
  }

  @Test
  void theDefaultMayBeSwitchedInCbor() {
    every();
    byte[] body = Api.CBOR_MAPPER.writeValueAsBytes(java.util.Map.of("version", 1));
    Answer answer =
        api()
            .send(
                "PUT",
                "/v1/models/every/default",
                java.net.http.HttpRequest.BodyPublishers.ofByteArray(body),
                "Content-Type",
                Api.CBOR);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(new String(body, UTF_8)).isNotBlank();
  }
}
