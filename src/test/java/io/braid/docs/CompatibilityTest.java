package io.braid.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openapitools.openapidiff.core.OpenApiCompare;
import org.openapitools.openapidiff.core.model.ChangedOpenApi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Clients that were written against the released contract go on working. Whoever breaks them on
 * purpose says so in the changelog, and copies the contract to {@code openapi/released.yaml}.
 */
class CompatibilityTest {
  private static final Path RELEASED = Path.of("openapi/released.yaml");
  private static final Path COMMITTED = Path.of("openapi/braid.yaml");

  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void theContractBreaksNoClientOfTheReleasedOne() throws IOException {
    ChangedOpenApi changed = compare(Files.readString(RELEASED), Files.readString(COMMITTED));
    assertThat(changed.isCompatible()).as("%s", changed.getChangedOperations()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a field of an answer is renamed | '        modal_sparsity:\n' | '        sparsity:\n'",
        "an operation moves | '/v1/collections/{collection}/value:' |"
            + " '/v1/collections/{collection}/worth:'",
        "the type of a field changes | 'dimension:\n"
            + "          type: integer' | 'dimension:\n"
            + "          type: string'",
        "a field may be missing | 'required:\n      - architecture\n' | 'required:\n'",
        "a request needs more | 'required:\n"
            + "      - samples\n"
            + "' | 'required:\n"
            + "      - samples\n"
            + "      - outputs\n"
            + "'",
      })
  void aChangeThatBreaksClientsIsSeen(String change, String old, String renamed)
      throws IOException {
    String contract = Files.readString(COMMITTED);
    assertThat(contract).contains(old);
    assertThat(compare(contract, contract.replace(old, renamed)).isCompatible())
        .as(change)
        .isFalse();
  }

  /** Of what the library does not look at: what is optional, and what may be null. */
  @Test
  void nothingOfTheReleasedContractIsLost() throws IOException {
    assertThat(
            losses(
                YAML.readTree(Files.readString(RELEASED)),
                YAML.readTree(Files.readString(COMMITTED))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "an optional field of a request is renamed | '        order_by:\n' | '        sort:\n'",
        "another one is | '        epochs:\n' | '        rounds:\n'",
        "an optional field of an answer is | '        confidence:\n' | '        certainty:\n'",
        "a field may be null | 'dimension:\n          type: integer' |"
            + " 'dimension:\n          type: [integer, \"null\"]'",
        "a choice goes | '- lucene\n' | '- hnsw\n'",
      })
  void aLossIsSeen(String change, String old, String changed) throws IOException {
    String contract = Files.readString(COMMITTED);
    assertThat(contract).contains(old);
    assertThat(losses(YAML.readTree(contract), YAML.readTree(contract.replace(old, changed))))
        .as(change)
        .isNotEmpty();
  }

  /** Properties and choices that are there no more, and types that may be null by now. */
  private static List<String> losses(JsonNode released, JsonNode now) {
    var losses = new ArrayList<String>();
    collect(released, now, "", losses);
    return losses;
  }

  private static void collect(JsonNode released, JsonNode now, String at, List<String> losses) {
    for (var field : released.properties()) {
      JsonNode before = field.getValue();
      JsonNode after = now.path(field.getKey());
      String place = at + "/" + field.getKey();
      boolean isProperty = at.endsWith("/properties");
      boolean mayBeNull = isNullable(after) && !isNullable(before);
      if (isProperty && (after.isMissingNode() || mayBeNull)) {
        losses.add(place);
      }
      if (field.getKey().equals("enum") && before.isArray()) {
        List<JsonNode> left = after.valueStream().toList();
        before
            .valueStream()
            .filter(value -> !left.contains(value))
            .forEach(value -> losses.add(place + "/" + value));
      }
      if (!field.getKey().startsWith("example")) {
        collect(before, after, place, losses);
      }
    }
  }

  private static boolean isNullable(JsonNode schema) {
    return schema.path("type").valueStream().anyMatch(type -> type.asString().equals("null"));
  }

  private static ChangedOpenApi compare(String old, String now) {
    return OpenApiCompare.fromSpecifications(read(old), read(now));
  }

  private static OpenAPI read(String contract) {
    JsonNode tree = YAML.readTree(contract);
    ((ObjectNode) tree).put("openapi", "3.0.3");
    nameOneType(tree);
    var options = new ParseOptions();
    options.setResolve(true);
    return new OpenAPIV3Parser()
        .readContents(YAML.writeValueAsString(tree), List.of(), options)
        .getOpenAPI();
  }

  /** Types as OpenAPI 3.0 has them, since the library does not compare lists of types. */
  private static void nameOneType(JsonNode node) {
    if (node instanceof ObjectNode schema && schema.path("type").isArray()) {
      List<String> types = schema.path("type").valueStream().map(JsonNode::asString).toList();
      schema.put("nullable", types.contains("null"));
      schema.remove("type");
      List<String> others = types.stream().filter(type -> !type.equals("null")).toList();
      if (others.size() == 1) {
        schema.put("type", others.getFirst());
      }
    }
    node.forEach(CompatibilityTest::nameOneType);
  }
}
