package io.braid.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** YAML and JSON of the repository. */
final class Yaml {
  private static final YAMLMapper MAPPER = new YAMLMapper();

  private Yaml() {}

  static JsonNode read(String file) {
    try {
      return MAPPER.readTree(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with what another says in place of its own. */
  static String merged(Path file, Path over) throws IOException {
    JsonNode tree = MAPPER.readTree(Files.readString(file));
    return MAPPER.writeValueAsString(
        (JsonNode) MAPPER.readerForUpdating(tree).readValue(Files.readString(over)));
  }

  /** The documents of a text that are not empty. */
  static List<JsonNode> documents(String text) {
    try (var documents = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return documents.readAll().stream().filter(document -> !document.isEmpty()).toList();
    }
  }
}
