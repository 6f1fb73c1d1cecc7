package io.braid.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.braid.api.ApiTest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The contract as committed is the one that is served, and its examples run as they stand. */
class ContractTest extends ApiTest {
  private static final Path COMMITTED = Path.of("openapi/braid.yaml");
  private static final String JSON = "application/json";
  private static final String FORM = "multipart/form-data";

  /** An operation of the contract. */
  private record Operation(String method, String path, JsonNode node) {
    boolean deletes() {
      return method.equals("DELETE");
    }

    boolean gets() {
      return method.equals("GET");
    }

    /** What is cancelled may have ended by then. */
    boolean mayConflict() {
      return path.endsWith("/cancel");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  @LocalServerPort private int port;

  private Service service() {
    return new Service(port);
  }

  @Test
  void theCommittedContractIsServed() throws IOException {
    // The version is that of a build, not of the contract.
    String served =
        service().get("/v3/api-docs.yaml").replaceFirst("(?m)^  version: .*$", "  version: v1");
    if (System.getProperty("braid.contract", "").equals("write")) {
      Files.writeString(COMMITTED, served);
    }
    assertThat(firstDifference(Files.readString(COMMITTED), served))
        .as("refresh it: ./mvnw test -Dtest=ContractTest -Dbraid.contract=write")
        .isEmpty();
  }

  private static String firstDifference(String committed, String served) {
    List<String> ours = committed.lines().toList();
    List<String> theirs = served.lines().toList();
    for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
      String our = i < ours.size() ? ours.get(i) : "the end";
      String their = i < theirs.size() ? theirs.get(i) : "the end";
      if (!our.equals(their)) {
        return "line %d: committed is '%s', served is '%s'".formatted(i + 1, our, their);
      }
    }
    return "";
  }

  @Test
  void everyOperationIsExplained() {
    JsonNode contract = contract();
    var names = new ArrayList<String>();
    for (Operation operation : operations(contract)) {
      JsonNode node = operation.node();
      assertThat(node.path("summary").asString("")).as("summary of %s", operation).isNotBlank();
      assertThat(node.path("description").asString("")).as("text of %s", operation).isNotBlank();
      assertThat(node.path("tags")).as("tags of %s", operation).hasSize(1);
      names.add(node.path("operationId").asString());
      for (JsonNode parameter : node.path("parameters")) {
        if (parameter.path("required").asBoolean()) {
          assertThat(parameter.has("example")).as("%s: %s", operation, parameter).isTrue();
        }
      }
    }
    assertThat(names).doesNotHaveDuplicates();
    assertThat(contract.path("tags"))
        .allSatisfy(tag -> assertThat(tag.path("description").asString("")).isNotBlank());
  }

  /** Of records with one name the contract would show one, and take it for the others. */
  @Test
  void recordsOfTheContractHaveNamesOfTheirOwn() {
    List<Class<?>> named =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.braid")
                .stream()
                .filter(type -> type.isAnnotatedWith(Schema.class))
                .<Class<?>>map(JavaClass::reflect)
                .toList();
    assertThat(named)
        .extracting(type -> type.getAnnotation(Schema.class).name())
        .contains("Point", "CalibrationPoint")
        .doesNotContain("")
        .doesNotHaveDuplicates();
    assertThat(named.stream().flatMap(ContractTest::recordsIn)).isSubsetOf(named);
  }

  private static Stream<Class<?>> recordsIn(Class<?> type) {
    return type.isRecord()
        ? Arrays.stream(type.getRecordComponents())
            .flatMap(component -> records(component.getGenericType()))
        : Stream.empty();
  }

  private static Stream<Class<?>> records(Type type) {
    return switch (type) {
      case Class<?> one when one.isRecord() -> Stream.of(one);
      case ParameterizedType of ->
          Arrays.stream(of.getActualTypeArguments()).flatMap(ContractTest::records);
      default -> Stream.empty();
    };
  }

  @Test
  void everyExampleRuns() {
    JsonNode contract = contract();
    List<Operation> operations =
        operations(contract).stream()
            .sorted(
                Comparator.comparing(Operation::deletes)
                    .thenComparing(Operation::path)
                    .thenComparing(Operation::gets)) // what is made is got afterwards
            .toList();
    for (Operation operation : operations) {
      String path = path(operation);
      JsonNode content = operation.node().path("requestBody").path("content");
      if (content.has(FORM)) {
        run(operation, path, FORM + "; boundary=frontier", form(operation));
      } else if (content.has(JSON)) {
        List<JsonNode> examples = examples(content.path(JSON), contract);
        assertThat(examples).as("examples of %s", operation).isNotEmpty();
        examples.forEach(example -> run(operation, path, JSON, example.toString().getBytes(UTF_8)));
      } else {
        run(operation, path, "", new byte[0]);
      }
    }
  }

  private void run(Operation operation, String path, String type, byte[] body) {
    var answer = service().send(operation.method(), path, type, body);
    if (operation.mayConflict() && answer.statusCode() == 409) {
      return;
    }
    assertThat(answer.statusCode())
        .as("%s: %s", operation, new String(answer.body(), UTF_8))
        .isBetween(200, 299);
  }

  private static JsonNode contract() {
    return new YAMLMapper().readTree(COMMITTED.toFile());
  }

  private static List<Operation> operations(JsonNode contract) {
    var operations = new ArrayList<Operation>();
    for (Map.Entry<String, JsonNode> path : contract.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
        operations.add(new Operation(method, path.getKey(), operation.getValue()));
      }
    }
    return operations;
  }

  /** The path with the examples of its parameters. */
  private String path(Operation operation) {
    String path = operation.path();
    var query = new ArrayList<String>();
    for (JsonNode parameter : operation.node().path("parameters")) {
      String name = parameter.path("name").asString();
      String value = URLEncoder.encode(parameter.path("example").asString(""), UTF_8);
      switch (parameter.path("in").asString()) {
        case "path" -> path = path.replace("{" + name + "}", value);
        case "query" -> {
          if (parameter.has("example")) {
            query.add(name + "=" + value);
          }
        }
        default -> {}
      }
    }
    return query.isEmpty() ? path : path + "?" + String.join("&", query);
  }

  /** The examples of a body; where there are none, its properties' examples together are one. */
  private static List<JsonNode> examples(JsonNode content, JsonNode contract) {
    if (content.has("examples")) {
      return content.path("examples").valueStream().map(example -> example.path("value")).toList();
    }
    String schema = content.path("schema").path("$ref").asString("");
    ObjectNode body = new JsonMapper().createObjectNode();
    contract
        .at(schema.replaceFirst("#", ""))
        .path("properties")
        .properties()
        .forEach(property -> body.set(property.getKey(), property.getValue().path("example")));
    return List.of(body);
  }

  /**
   * What uploads are sent, whose examples cannot hold files: a tiny dataset, or the demo model,
   * downloaded.
   */
  private byte[] form(Operation operation) {
    var parts = new LinkedHashMap<String, byte[]>();
    if (operation.path().startsWith("/v1/datasets")) {
      parts.put("schema.yaml", "modalities: [{name: gene, type: tabular}]".getBytes(UTF_8));
      parts.put("gene.csv", "id,EGFR,TP53\na,0.1,0.2\nb,0.3,\nc,1.5,0.4\n".getBytes(UTF_8));
    } else {
      String version = "/v1/models/demo/versions/1/";
      parts.put("config.yaml", service().send("GET", version + "config", "", new byte[0]).body());
      parts.put(
          "weights.safetensors",
          service().send("GET", version + "weights", "", new byte[0]).body());
    }
    var body = new ByteArrayOutputStream();
    parts.forEach((fileName, content) -> {
      String head =
          "--frontier\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n";
      String name = fileName.substring(0, fileName.indexOf('.'));
      body.writeBytes(head.formatted(name, fileName).getBytes(UTF_8));
      body.writeBytes(content);
      body.writeBytes("\r\n".getBytes(UTF_8));
    });
    body.writeBytes("--frontier--\r\n".getBytes(UTF_8));
    return body.toByteArray();
  }
}
