package io.braid.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The body of a training job, put together from a file and from what was typed. */
final class JobRequest {
  private JobRequest() {}

  /**
   * @param file JSON or YAML with what settings start from
   * @param settings {@code key=value}, where a key may have dots between levels
   */
  static ObjectNode of(Optional<Path> file, List<String> settings) {
    ObjectNode body = file.map(JobRequest::read).orElseGet(Client.JSON::createObjectNode);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw CommandFailure.usage(
            "--set '%s': expected key=value, such as epochs=20".formatted(setting));
      }
      put(body, setting.substring(0, equals).strip(), value(setting.substring(equals + 1)));
    }
    return body;
  }

  private static ObjectNode read(Path file) {
    try {
      if (new YAMLMapper().readTree(DatasetUpload.read(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new CommandFailure(file + ": expected an object with the fields of a job");
    } catch (JacksonException e) {
      throw new CommandFailure("%s: %s".formatted(file, e.getOriginalMessage()));
    }
  }

  /** JSON where it is that, else a text. */
  private static JsonNode value(String text) {
    try {
      return Client.JSON.readTree(text.strip());
    } catch (JacksonException e) {
      return Client.JSON.getNodeFactory().stringNode(text.strip());
    }
  }

  private static void put(ObjectNode body, String key, JsonNode value) {
    ObjectNode at = body;
    String[] levels = key.split("\\.", -1);
    for (int i = 0; i < levels.length - 1; i++) {
      at = at.get(levels[i]) instanceof ObjectNode object ? object : at.putObject(levels[i]);
    }
    at.set(levels[levels.length - 1], value);
  }
}
