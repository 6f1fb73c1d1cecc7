package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.Slow;
import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.servers.Gate;
import io.braid.servers.OpenSearchCluster;
import io.braid.servers.PgvectorServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Collections whose indexes are in servers elsewhere, from the first item to the end. */
@Slow
@Timeout(300)
class EnginesTest extends ApiTest {
  private static final String MODEL =
      """
      architecture: mca
      embedding_dim: 8
      layers: 1
      heads: 1
      head_dim: 8
      modalities:
        - {name: gene, type: tabular, columns: [A, B]}
        - {name: text, type: tokens, vocabulary: 10, max_length: 64}
      """;
  private static final String SEARCH =
      "{'query': {'item': 'i7'}, 'k': 20, 'exact': %s, 'filter': {'all': [{'field': 'n', 'gte': 5,"
          + " 'lt': 90}, {'present': {'all_of': ['gene']}}]}, 'include': ['metadata']}";

  @TempDir private Path folder;
  private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

  @AfterEach
  void close() {
    contexts.forEach(ConfigurableApplicationContext::close);
    contexts.clear();
  }

  private Api start(String... settings) {
    close();
    var application = new SpringApplication(BraidApplication.class);
    application.setRegisterShutdownHook(false);
    ConfigurableApplicationContext context =
        application.run(
            Stream.concat(
                    Stream.of(
                        "--server.port=0",
                        "--braid.demo-items=0",
                        "--braid.data-dir=" + folder.resolve("data")),
                    Stream.of(settings))
                .toArray(String[]::new));
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

  private static Answer make(Api api, String name, String engine) {
    return api.put(
        "/v1/collections/" + name, "{\"model\": \"small\", \"engine\": \"" + engine + "\"}");
  }

  private void importModel(Api api) {
    body(api.importVersion("small", Part.config(MODEL), Part.weights(weights(MODEL, 1))), 201);
  }

  private static void fill(Api api, String name) {
    List<String> items =
        IntStream.range(0, 100)
            .mapToObj(i ->
                "{'id': 'i%d', 'modalities': {%s'text': [%d, 3]}, 'metadata': {'n': %d}}"
                    .formatted(
                        i,
                        i % 3 == 0 ? "" : "'gene': [" + i / 10.0 + ", " + i * i % 7 + "], ",
                        1 + i % 9,
                        i))
            .toList();
    post(api, name + "/items", "{'items': [" + String.join(",", items) + "]}", 200);
    assertThat(api.delete("/v1/collections/" + name + "/items/i11").status()).isEqualTo(204);
  }

  /** Ids that are found, nearest first. */
  private static List<String> found(Api api, String name, boolean isExact) {
    return post(api, name + "/search", SEARCH.formatted(isExact), 200)
        .path("results")
        .path(0)
        .path("hits")
        .valueStream()
        .map(hit -> hit.path("id").asString())
        .toList();
  }

  private static void awaitReady(Api api, String name) {
    await(() -> api.get("/v1/collections/" + name).body().path("state").asString().equals("ready"));
  }

  private void isAsWithLucene(String engine, String... settings) {
    Api api = start(settings);
    importModel(api);
    for (String name : List.of("lucene", engine)) {
      body(make(api, name, name), 201);
      fill(api, name);
    }
    List<String> expected = found(api, "lucene", true);
    assertThat(expected).hasSize(20).doesNotContain("i11");
    assertThat(found(api, engine, true)).isEqualTo(expected);
    assertThat(found(api, engine, false)).containsExactlyInAnyOrderElementsOf(expected);
    post(
        api,
        engine + "/search",
        "{'query': {'item': 'i7'}, 'k': 1, 'score': 'calibrated', 'explain': true}",
        200);

    post(api, engine + "/rebuild", "", 202);
    awaitReady(api, engine);
    assertThat(found(api, engine, true)).isEqualTo(expected);

    api = start(settings);
    awaitReady(api, engine);
    assertThat(found(api, engine, true)).isEqualTo(expected);
    for (String name : List.of("lucene", engine)) {
      post(api, name + "/items", "{'items': [{'id': 'i7', 'modalities': {'text': [1]}}]}", 200);
    }
    assertThat(found(api, engine, true)).isEqualTo(found(api, "lucene", true));
  }

  @Test
  void openSearchFindsWhatLuceneDoes() throws Exception {
    List<URI> urls = OpenSearchCluster.shared().urls();
    String[] settings = {
      "--braid.opensearch.urls="
          + urls.stream().map(URI::toString).collect(Collectors.joining(",")),
      "--braid.opensearch.prefix=api-",
      "--braid.opensearch.replicas=0"
    };
    isAsWithLucene("opensearch", settings);
    await(() -> OpenSearchCluster.shared().indexes("api-").size() == 1);
    Api api = new Api(port());
    assertThat(api.delete("/v1/collections/opensearch").status()).isEqualTo(204);
    await(() -> OpenSearchCluster.shared().indexes("api-").isEmpty());
  }

  private int port() {
    return contexts
        .getLast()
        .getEnvironment()
        .getRequiredProperty("local.server.port", Integer.class);
  }

  @Test
  void pgvectorFindsWhatLuceneDoes() throws Exception {
    isAsWithLucene(
        "pgvector",
        "--braid.pgvector.url=" + PgvectorServer.shared().url(),
        "--braid.pgvector.username=postgres",
        "--braid.pgvector.password=",
        "--braid.pgvector.connections=1",
        "--braid.pgvector.timeout=60s");
    Api api = new Api(port());
    assertThat(api.delete("/v1/collections/pgvector").status()).isEqualTo(204);
  }

  @Test
  void whileAServerHangsWritesAreTakenAndOtherEnginesWork() throws Exception {
    try (var gate = new Gate(OpenSearchCluster.shared().urls().getFirst())) {
      Api api =
          start(
              "--braid.opensearch.urls=" + gate.uri(),
              "--braid.opensearch.prefix=gate-",
              "--braid.opensearch.timeout=4s",
              "--braid.opensearch.replicas=0");
      importModel(api);
      for (String name : List.of("lucene", "opensearch", "spare")) {
        body(make(api, name, name.equals("spare") ? "opensearch" : name), 201);
      }
      fill(api, "opensearch");
      gate.shut();
      body(make(api, "other", "opensearch"), 503);
      fill(api, "lucene");
      for (String name : List.of("lucene", "opensearch")) {
        post(api, name + "/items", "{'items': [{'id': 'i7', 'modalities': {'text': [1]}}]}", 200);
        assertThat(api.delete("/v1/collections/" + name + "/items/i8").status()).isEqualTo(204);
      }
      post(api, "opensearch/search", SEARCH.formatted(true), 503);
      List<String> expected = found(api, "lucene", true);
      post(api, "lucene/rebuild", "", 202);
      awaitReady(api, "lucene");
      assertThat(api.delete("/v1/collections/spare").status()).isEqualTo(204);
      gate.open();
      awaitReady(api, "opensearch");
      assertThat(found(api, "opensearch", true)).isEqualTo(expected);
      assertThat(api.delete("/v1/collections/opensearch").status()).isEqualTo(204);
      await(() ->
          OpenSearchCluster.shared().indexes("gate-").isEmpty()); // also that of the spare one
    }
  }

  @Test
  void anEngineThatIsNotConfiguredIsRefusedAndOneThatIsAwayToldSo() {
    Api api = start();
    importModel(api);
    JsonNode problem = body(make(api, "o", "opensearch"), 422);
    assertThat(problem.path("errors").path(0).path("pointer").asString()).isEqualTo("/engine");
    assertThat(problem.path("detail").asString()).contains("braid.opensearch.urls");
    api = start("--braid.opensearch.urls=http://127.0.0.1:1");
    body(make(api, "o", "opensearch"), 503);
    assertThat(api.get("/v1/collections/o").status()).isEqualTo(404);
  }
}
