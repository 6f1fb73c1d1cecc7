package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.ServiceProcess;
import io.braid.Slow;
import io.braid.api.Api.Answer;
import io.braid.servers.OpenSearchCluster;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two processes that serve from one PostgreSQL and one folder. How they stand a long row of kills
 * is what {@code KilledReplicas} measures.
 */
@Slow
@Timeout(240)
class ReplicasProcessTest {
  private static final String ITEM =
      "{\"items\": [{\"id\": \"%s\", \"modalities\": {\"protein\": {\"EGFR\": %s}}}]}";
  private static final String SEARCH =
      "{\"query\": {\"modalities\": {\"protein\": {\"EGFR\": %s}}}, \"k\": 1}";
  private static final String JOB =
      """
      {"dataset": "demo", "model": "trained", "epochs": 1,
       "network": {"embedding_dim": 8, "layers": 1, "heads": 1, "head_dim": 8}}
      """;

  private Path folder;
  private EmbeddedPostgres postgres;
  private ServiceProcess first;
  private ServiceProcess second;

  @BeforeEach
  void start() throws Exception {
    folder = ServiceProcess.newFolder();
    postgres = EmbeddedPostgres.builder().start();
    first = replica();
    second = replica();
  }

  @AfterEach
  void stop() throws Exception {
    first.stop();
    second.stop();
    postgres.close();
  }

  private ServiceProcess replica(String... more) throws Exception {
    var settings =
        new ArrayList<>(
            List.of(
                "--braid.shared=true",
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.username=postgres",
                "--braid.training.heap=256MB"));
    settings.addAll(List.of(more));
    return ServiceProcess.ofClasses(folder, settings);
  }

  private static Api api(ServiceProcess service) {
    return new Api(service.port());
  }

  private static String nearest(ServiceProcess service, String value) {
    Answer found = api(service).post("/v1/collections/c/search", SEARCH.formatted(value));
    assertThat(found.status()).as("%s", found).isEqualTo(200);
    return found.body().at("/results/0/hits/0/id").asString("none");
  }

  /** What one acknowledges the other finds. */
  private void shareItems(String engine) {
    String wish = "{\"model\": \"demo\", \"engine\": \"" + engine + "\"}";
    assertThat(api(first).put("/v1/collections/c", wish).status()).isEqualTo(201);
    assertThat(api(second).post("/v1/collections/c/items", ITEM.formatted("a", "0.4")).status())
        .isEqualTo(200);
    assertThat(nearest(first, "0.4")).isEqualTo("a");
    assertThat(api(first).post("/v1/collections/c/items", ITEM.formatted("b", "-2")).status())
        .isEqualTo(200);
    assertThat(nearest(second, "-2")).isEqualTo("b");
    assertThat(api(second).delete("/v1/collections/c/items/b").status()).isEqualTo(204);
    assertThat(nearest(first, "-2")).isEqualTo("a");
  }

  @Test
  void whatOneAcknowledgesTheOtherServesAndTakesOver() throws Exception {
    shareItems("lucene");
    Answer posted = api(second).post("/v1/training-jobs", JOB); // whoever leads
    assertThat(posted.status()).as("%s", posted).isEqualTo(202);
    String job = "/v1/training-jobs/" + posted.body().path("id").asString();
    ApiTest.await(() -> isRunning(second, job));
    first.kill(); // it was there first, and so led
    ApiTest.await(() -> ended(second, job));
    assertThat(api(second).get(job).body().path("state").asString()).isEqualTo("succeeded");
    assertThat(api(second).get("/v1/models/trained").body().path("versions")).hasSize(1);
    assertThat(nearest(second, "-2")).isEqualTo("a");

    first = replica();
    assertThat(nearest(first, "-2")).isEqualTo("a");
    assertThat(api(first).get(job).body().path("state").asString()).isEqualTo("succeeded");
  }

  @Test
  void aRemoteIndexIsOneForAll() throws Exception {
    String url = OpenSearchCluster.shared().urls().getFirst().toString();
    String[] settings = {
      "--braid.opensearch.urls=" + url,
      "--braid.opensearch.prefix=replicas-",
      "--braid.opensearch.replicas=0"
    };
    first.stop();
    second.stop();
    first = replica(settings);
    second = replica(settings);
    shareItems("opensearch");
    assertThat(OpenSearchCluster.shared().indexes("replicas-")).hasSize(1);
    for (ServiceProcess one : List.of(second, first)) {
      List<String> old = OpenSearchCluster.shared().indexes("replicas-");
      assertThat(api(one).post("/v1/collections/c/rebuild", "").status()).isEqualTo(202);
      ApiTest.await(() -> { // the old one goes some seconds after the other is searched
        List<String> now = OpenSearchCluster.shared().indexes("replicas-");
        return now.size() == 1 && !now.equals(old) && isReady(one);
      });
      assertThat(nearest(first, "-2")).isEqualTo("a");
      assertThat(api(second).post("/v1/collections/c/items", ITEM.formatted("b", "-2")).status())
          .isEqualTo(200);
      assertThat(nearest(first, "-2")).isEqualTo("b");
      assertThat(api(first).delete("/v1/collections/c/items/b").status()).isEqualTo(204);
      assertThat(nearest(second, "-2")).isEqualTo("a");
    }
    first.kill();
    assertThat(nearest(second, "-2")).isEqualTo("a");
    first = replica(settings);
    assertThat(nearest(first, "-2")).isEqualTo("a");
    assertThat(api(first).delete("/v1/collections/c").status()).isEqualTo(204);
    ApiTest.await(() -> OpenSearchCluster.shared().indexes("replicas-").isEmpty());
  }

  private static boolean isReady(ServiceProcess service) {
    return api(service).get("/v1/collections/c").body().path("state").asString().equals("ready");
  }

  private static boolean isRunning(ServiceProcess service, String job) {
    return api(service).get(job).body().path("state").asString().equals("running");
  }

  private static boolean ended(ServiceProcess service, String job) {
    return !List.of("queued", "running")
        .contains(api(service).get(job).body().path("state").asString());
  }
}
