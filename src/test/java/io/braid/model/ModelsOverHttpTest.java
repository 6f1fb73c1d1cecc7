package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.boot.test.context.SpringBootTest.WebEnvironment.RANDOM_PORT;

import io.braid.encoder.Precision;
import io.braid.torch.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.LinkedMultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Every call of the models' table, as a client sees it. */
@SpringBootTest(
    webEnvironment = RANDOM_PORT,
    classes = ModelsOverHttpTest.Slice.class,
    properties = "management.endpoint.health.validate-group-membership=false")
class ModelsOverHttpTest extends ModelRequests {
  @TempDir static Path folder;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  @ConfigurationPropertiesScan("io.braid.config")
  @ComponentScan(
      basePackages = {"io.braid.model", "io.braid.problem", "io.braid.store"},
      excludeFilters = {
        @ComponentScan.Filter(
            type = FilterType.ASSIGNABLE_TYPE,
            classes = ResidentConfiguration.class),
        @ComponentScan.Filter(
            type = FilterType.REGEX,
            pattern = "io\\.braid\\.problem\\.Tiny.*") // a server of that package's own tests
      })
  static class Slice {
    @Bean
    Residents<Closeable> residents() {
      return new Residents<>(
          Map.of(Device.CPU, Long.MAX_VALUE),
          ModelVersion::parameters,
          _ -> 1,
          (_, _) -> () -> {},
          Duration.ZERO);
    }
  }

  @DynamicPropertySource
  static void inFolder(DynamicPropertyRegistry properties) {
    properties.add("braid.data-dir", folder::toString);
  }

  @Autowired ModelService models;
  @Autowired Residents<Closeable> residents;

  @Test
  void aVersionIsImportedAndDownloadedAsItWas() throws IOException {
    Path weights = weights(1);
    Answer created = post("imported", TestConfigs.SMALL, weights, _ -> {});

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.headers().getLocation()).hasPath("/v1/models/imported/versions/1");
    assertThat(created.json().path("version").intValue()).isEqualTo(1);
    assertThat(created.json().path("config").path("embedding_dim").intValue()).isEqualTo(8);
    assertThat(created.json().path("parameters").longValue()).isGreaterThan(1000);
    assertThat(created.json().path("lineage").path("source").stringValue()).isEqualTo("import");
    assertThat(created.json().path("metrics").isObject()).isTrue();
    assertThat(created.json().path("resident").isArray()).isTrue();
    assertThat(created.json().path("created_at").stringValue()).endsWith("Z");
    assertThat(get("/v1/models/imported/versions/1").json()).isEqualTo(created.json());
    Answer model = get("/v1/models/imported");
    assertThat(model.json().path("name").stringValue()).isEqualTo("imported");
    assertThat(model.json().path("default").intValue()).isEqualTo(1);
    assertThat(model.json().path("versions").get(0)).isEqualTo(created.json());

    Answer download = get("/v1/models/imported/versions/1/weights");
    assertThat(download.headers().getContentType()).isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
    assertThat(download.headers().getContentLength()).isEqualTo(Files.size(weights));
    assertThat(download.headers().getContentDisposition().getFilename())
        .isEqualTo("imported-1.safetensors");
    assertThat(download.body()).isEqualTo(Files.readAllBytes(weights));
  }

  @Test
  void theConfigIsDownloadedAsYamlOrJson() {
    post("config", TestConfigs.SMALL, weights(1), _ -> {});
    String path = "/v1/models/config/versions/1/config";

    assertThat(TestConfigs.read(get(path).text())).isEqualTo(TestConfigs.small());
    Answer json = get(path, headers -> headers.setAccept(List.of(MediaType.APPLICATION_JSON)));
    assertThat(json.json().path("channels").toString()).isEqualTo("[2]");
    assertThat(TestConfigs.read(json.text())).isEqualTo(TestConfigs.small());
  }

  @Test
  void meanAndDeviationTravelWithTheConfig() {
    String standardised =
        TestConfigs.SMALL
            .replace("columns: 3", "columns: 3, mean: [0.1, -7, 3e8], deviation: [1e-7, 2.5, 1]")
            .replace("features: 2", "features: 2, mean: [0, 1.5], deviation: [2, 0.3]");
    JsonNode created = post("standardised", standardised, weights(1), _ -> {}).json();
    assertThat(created.path("config").path("modalities").get(0).path("mean").toString())
        .isEqualTo("[0.1,-7.0,3.0E8]");
    String path = "/v1/models/standardised/versions/%d/config";
    String yaml = get(path.formatted(1)).text();
    String json =
        get(path.formatted(1), headers -> headers.setAccept(List.of(MediaType.APPLICATION_JSON)))
            .text();

    for (String download : List.of(yaml, json)) {
      assertThat(TestConfigs.read(download)).isEqualTo(TestConfigs.read(standardised));
      Answer again = post("standardised", download, weights(1), _ -> {});
      assertThat(again.status()).isEqualTo(201);
      int version = again.json().path("version").intValue();
      assertThat(get(path.formatted(version)).text()).isEqualTo(yaml);
    }
  }

  @Test
  void eachParameterThatDoesNotFitIsNamed() {
    String wider = TestConfigs.SMALL.replace("columns: 3", "columns: 4");
    Answer answer = post("misfit", wider + "precision: fp32\n", weights(1), _ -> {});

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.headers().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
    assertThat(answer.errors())
        .containsExactly(
            "weights: parameter 'encoders.gene.token_encoder.embedding.weight': shape [3, 8],"
                + " expected [4, 8]");
    assertThat(get("/v1/models/misfit").status()).isEqualTo(404);
    assertThat(folder.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void faultsOfBothPartsAreReportedTogether() throws IOException {
    Path garbage = Files.writeString(folder.resolve("garbage"), "no safetensors");
    Answer answer = post("Bad Name", "architecture: mlp", garbage, _ -> {});

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.errors())
        .hasSize(4)
        .anyMatch(error -> error.startsWith("model: 'Bad Name'"))
        .anyMatch(error -> error.startsWith("/architecture: "))
        .anyMatch(error -> error.startsWith("/modalities: "))
        .anyMatch(error -> error.startsWith("weights: not a safetensors file"));
  }

  @Test
  void partsThatAreMissingAreNamed() {
    var parts = new LinkedMultiValueMap<String, Object>();
    parts.add("wights", new FileSystemResource(weights(1)));
    Answer answer =
        call(HttpMethod.POST, "/v1/models/none/versions", MediaType.MULTIPART_FORM_DATA, parts);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.errors())
        .extracting(error -> error.split(":")[0])
        .containsExactly("config", "weights");
    assertThat(
            call(HttpMethod.POST, "/v1/models/none/versions", MediaType.APPLICATION_JSON, "{}")
                .status())
        .isEqualTo(415);
  }

  @Test
  void aConfigOverTheLimitIsRefused() {
    String large = TestConfigs.SMALL + "#".repeat(1 << 20);
    assertThat(post("large", large, weights(1), _ -> {}).status()).isEqualTo(413);
  }

  @Test
  void anIdempotencyKeyAddsOneVersion() {
    Answer first = post("once", TestConfigs.SMALL, weights(1), key("k"));
    Answer again = post("once", TestConfigs.SMALL, weights(1), key("k"));
    Answer other = post("once", TestConfigs.SMALL, weights(2), key("k"));
    Answer without = post("once", TestConfigs.SMALL, weights(1), _ -> {});

    assertThat(again.status()).isEqualTo(201);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(again.headers().getLocation()).isEqualTo(first.headers().getLocation());
    assertThat(other.status()).isEqualTo(409);
    assertThat(without.json().path("version").intValue()).isEqualTo(2);
  }

  @Test
  void theDefaultIsSwitchedAndTheOldOneDeleted() {
    post("switched", TestConfigs.SMALL, weights(11), _ -> {});
    post("switched", TestConfigs.SMALL, weights(12), _ -> {});
    assertThat(models.resolve("switched", Optional.empty()).version()).isEqualTo(1);
    Path first = models.weights(models.resolve("switched", Optional.of(1)));
    Path second = models.weights(models.resolve("switched", Optional.of(2)));

    assertThat(delete("/v1/models/switched/versions/1").status()).isEqualTo(409);
    assertThat(setDefault("switched", 3).status()).isEqualTo(404);
    Answer switched = setDefault("switched", 2);
    assertThat(switched.status()).isEqualTo(200);
    assertThat(switched.json().path("default").intValue()).isEqualTo(2);
    assertThat(models.resolve("switched", Optional.empty()).version()).isEqualTo(2);

    assertThat(delete("/v1/models/switched/versions/1").status()).isEqualTo(204);
    assertThat(delete("/v1/models/switched/versions/1").status()).isEqualTo(404);
    assertThat(first).doesNotExist();
    assertThat(second).exists();
    post("switched", TestConfigs.SMALL, weights(11), _ -> {});
    assertThat(get("/v1/models/switched/versions/3").status()).isEqualTo(200);
    delete("/v1/models/switched/versions/3");

    assertThat(delete("/v1/models/switched/versions/2").status()).isEqualTo(204);
    assertThat(get("/v1/models/switched").status()).isEqualTo(404);
    assertThat(second).doesNotExist();
  }

  @Test
  void weightsThatTwoVersionsShareStayWithTheOther() {
    post("shared-a", TestConfigs.SMALL, weights(21), _ -> {});
    post("shared-b", TestConfigs.SMALL, weights(21), key("k"));
    delete("/v1/models/shared-b/versions/1");
    assertThat(get("/v1/models/shared-a/versions/1/weights").status()).isEqualTo(200);
  }

  @Test
  void unknownNamesAreNotFound() {
    post("known", TestConfigs.SMALL, weights(1), _ -> {});
    assertThat(get("/v1/models/unknown").status()).isEqualTo(404);
    assertThat(get("/v1/models/unknown/schema").status()).isEqualTo(404);
    assertThat(get("/v1/models/unknown/versions/1").json().path("detail").stringValue())
        .isEqualTo("there is no model 'unknown'");
    for (String version : List.of("2", "0", "x", "99999999999")) {
      assertThat(get("/v1/models/known/versions/" + version).json().path("detail").stringValue())
          .isEqualTo("model 'known' has no version " + version);
    }
  }

  @Test
  void modelsAreListedPageByPage() {
    post("page-1", TestConfigs.SMALL, weights(1), _ -> {});
    post("page-2", TestConfigs.SMALL, weights(1), _ -> {});
    var names = new ArrayList<String>();
    String cursor = "";
    do {
      JsonNode page = get("/v1/models?limit=1&cursor=" + cursor).json();
      assertThat(page.path("items").size()).isEqualTo(1);
      names.add(page.path("items").get(0).path("name").stringValue());
      cursor = page.path("next_cursor").asString("");
    } while (!cursor.isEmpty());
    assertThat(names).contains("demo", "page-1", "page-2").isSorted();
    assertThat(get("/v1/models").json().path("next_cursor").isNull()).isTrue();
    assertThat(get("/v1/models?limit=0").errors()).containsExactly("limit: 0, expected 1 to 1000");
    assertThat(get("/v1/models?cursor=!").status()).isEqualTo(422);
  }

  @Test
  void theSchemaHasAnExampleForEachSubset() {
    post("schema", TestConfigs.SMALL, weights(1), _ -> {});
    JsonNode schema = get("/v1/models/schema/schema").json();
    assertThat(schema.path("$schema").stringValue()).contains("2020-12");
    assertThat(schema.path("examples").size()).isEqualTo(3);
    assertThat(schema.path("examples").get(2).path("modalities").toString())
        .isEqualTo("{\"gene\":[-0.9,-0.2,0.5],\"audio\":[[-0.9,-0.2],[-0.9,-0.2]]}");
    assertThat(get("/v1/models/demo/schema").json().path("examples").size()).isEqualTo(15);
  }

  @Test
  void theShippedModelIsThere() {
    JsonNode demo = get("/v1/models/demo/versions/1").json();
    assertThat(demo.path("config").path("architecture").stringValue()).isEqualTo("mca");
    assertThat(demo.path("lineage").path("source").stringValue()).isEqualTo("shipped");
  }

  @Test
  void aVersionSaysWhereItIsLoaded() {
    post("resident", TestConfigs.SMALL, weights(1), _ -> {});
    ModelVersion version = models.resolve("resident", Optional.empty());
    assertThat(models.precision(version)).isEqualTo(Precision.FP32);
    residents.lease(version).close();
    assertThat(get("/v1/models/resident/versions/1").json().path("resident").toString())
        .isEqualTo("[{\"device\":\"cpu\",\"precision\":\"fp32\"}]");
  }

  @Test
  void everyOperationSaysWhatItDoes() {
    JsonNode paths = get("/v3/api-docs").json().path("paths");
    assertThat(paths.size()).isEqualTo(8);
    for (JsonNode path : paths) {
      for (JsonNode operation : path) {
        assertThat(operation.path("summary").isString()).as(operation.toString()).isTrue();
        assertThat(operation.path("description").isString()).as(operation.toString()).isTrue();
      }
    }
  }

  @Test
  void cborWorksWhereJsonDoes() {
    Answer cbor =
        get(
            "/v1/models/demo",
            headers -> headers.setAccept(List.of(MediaType.parseMediaType("application/cbor"))));
    assertThat(new CBORMapper().readTree(cbor.body()).path("name").stringValue()).isEqualTo("demo");
  }

  private Path weights(long seed) {
    return TestConfigs.weights(folder.resolve("w" + seed), TestConfigs.small(), seed);
  }
}
