package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Collections of a service that ends, and of the next one in the same folder. */
@Timeout(180)
class CollectionsRestartTest extends ApiTest {
  private static final String SMALL =
      """
      architecture: mca
      embedding_dim: 8
      layers: %d
      heads: 1
      head_dim: 8
      modalities:
        - {name: gene, type: tabular, columns: [A, B]}
        - {name: text, type: tokens, vocabulary: 10, max_length: 64}
      """;
  private static final String SEARCH =
      "{'query': {'modalities': {'gene': [1, 2]}}, 'k': 1000, 'exact': true, 'include':"
          + " ['metadata', 'modalities']}";

  @TempDir private Path folder;

  private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

  @AfterEach
  void close() {
    contexts.forEach(ConfigurableApplicationContext::close);
  }

  private Api start() {
    close();
    var application = new SpringApplication(BraidApplication.class);
    application.setRegisterShutdownHook(false);
    ConfigurableApplicationContext context =
        application.run(
            "--server.port=0",
            "--braid.demo-items=100",
            "--braid.data-dir=" + folder.resolve("data"));
    contexts.add(context);
    return new Api(
        context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
  }

  private static JsonNode body(Answer answer, int status) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    return answer.body();
  }

  private static JsonNode post(Api api, String path, String json, int status) {
    return body(api.post("/v1/collections/" + path, json.replace('\'', '"')), status);
  }

  private static JsonNode get(Api api, String path) {
    return body(api.get("/v1/collections/" + path), 200);
  }

  private static void await(Api api, String path, String field, String value) {
    await(() -> get(api, path).path(field).asString().equals(value));
  }

  private void importModel(Api api) {
    for (int layers : new int[] {1, 12}) {
      String config = SMALL.formatted(layers);
      body(
          api.importVersion("small", Part.config(config), Part.weights(weights(config, layers))),
          201);
    }
  }

  private static void fill(Api api, String name, String engine) {
    body(
        api.put(
            "/v1/collections/" + name,
            "{\"model\": \"small\", \"version\": 1, \"engine\": \"%s\"}".formatted(engine)),
        201);
    List<String> items =
        IntStream.range(0, 300)
            .mapToObj(i ->
                "{'id': 'i%d', 'modalities': {'gene': [%d, 2], 'text': [%d, 3]}, 'metadata': {'n': %d}}"
                    .formatted(i, i % 17, 1 + i % 9, i))
            .toList();
    post(api, name + "/items", "{'items': [" + String.join(",", items) + "]}", 200);
    assertThat(api.delete("/v1/collections/" + name + "/items/i3").status()).isEqualTo(204);
    Answer patched =
        api.send(
            "PATCH",
            "/v1/collections/" + name + "/items/i4/modalities",
            BodyPublishers.ofString("{\"text\": null}"),
            "Content-Type",
            Api.JSON);
    assertThat(patched.status()).as("%s", patched).isEqualTo(200);
  }

  @Test
  void allIsAsBeforeWhateverBecameOfTheIndexes() throws IOException {
    Api api = start();
    importModel(api);
    for (String name : List.of("lucene", "torch", "cut")) {
      fill(api, name, name.equals("torch") ? "torch" : "lucene");
    }
    body(api.put("/v1/collections/dropped", "{\"model\": \"small\"}"), 201);
    assertThat(api.delete("/v1/collections/dropped").status()).isEqualTo(204);
    await(api, "demo", "count", "100");
    List<JsonNode> before = states(api);
    JsonNode begun = post(api, "cut/reindex", "{'version': 2}", 202);

    api = start();
    assertThat(states(api)).isEqualTo(before);
    assertThat(api.get("/v1/collections/dropped").status()).isEqualTo(404);
    assertThat(get(api, "demo").path("count").asInt()).isEqualTo(100);
    post(api, "lucene/items", "{'items': [{'id': 'more', 'modalities': {'text': [1]}}]}", 200);
    assertThat(api.delete("/v1/collections/lucene/items/more").status()).isEqualTo(204);
    await(api, "cut/reindex", "state", "succeeded");
    assertThat(get(api, "cut/reindex").path("started_at")).isEqualTo(begun.path("started_at"));
    assertIsOfTheOtherVersion(api, "cut");

    close();
    try (var files = Files.walk(folder.resolve("data/indexes"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1, 2, 3}); // as if the disk had failed
      }
    }
    api = start();
    assertThat(states(api)).isEqualTo(before);
    assertIsOfTheOtherVersion(api, "cut");
  }

  /** What is told and found of the collections that are not re-indexed. */
  private static List<JsonNode> states(Api api) {
    var states = new ArrayList<JsonNode>();
    for (String name : List.of("lucene", "torch")) {
      JsonNode found = post(api, name + "/search", SEARCH, 200);
      assertThat(found.path("results").get(0).path("hits").size()).isEqualTo(299);
      states.add(found);
      await(api, name, "state", "ready");
      states.add(get(api, name));
      states.add(get(api, name + "/items/i4?include=embedding,modalities"));
      assertThat(api.get("/v1/collections/" + name + "/items/i3").status()).isEqualTo(404);
    }
    return states;
  }

  /** It finds what a collection that was always of version 2 does. */
  private static void assertIsOfTheOtherVersion(Api api, String name) {
    JsonNode found = post(api, name + "/search", SEARCH, 200);
    assertThat(found.path("version").asInt()).isEqualTo(2);
    body(api.put("/v1/collections/fresh", "{\"model\": \"small\", \"version\": 2}"), 201);
    JsonNode hits = found.path("results").get(0).path("hits");
    List<String> items =
        hits.valueStream()
            .map(hit ->
                "{\"id\": %s, \"modalities\": %s, \"metadata\": %s}"
                    .formatted(hit.path("id"), hit.path("modalities"), hit.path("metadata")))
            .toList();
    assertThat(items).hasSize(299);
    post(api, "fresh/items", "{\"items\": [" + String.join(",", items) + "]}", 200);
    JsonNode fresh = post(api, "fresh/search", SEARCH, 200).path("results").get(0).path("hits");
    for (int i = 0; i < 299; i++) {
      double score = fresh.get(i).path("score").asDouble();
      assertThat(hits.get(i).path("score").asDouble()).isBetween(score - 1e-5, score + 1e-5);
    }
    assertThat(api.delete("/v1/collections/fresh").status()).isEqualTo(204);
  }
}
