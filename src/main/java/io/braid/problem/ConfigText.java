package io.braid.problem;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** The text of a config as a tree. YAML anchors and aliases are refused: a config needs none. */
public final class ConfigText {
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxNestingDepth(16).maxNumberLength(100).build();
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(CONSTRAINTS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(CONSTRAINTS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ConfigText() {}

  /**
   * @param part what the text is called in a fault: {@code config}
   * @param fileName tells JSON from YAML by its ending; where it has neither, the text does
   */
  public static JsonNode parse(String part, String fileName, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (isJson(fileName.toLowerCase(Locale.ROOT), text)) {
        return JSON.readTree(text);
      }
      refuseAliases(part, text);
      return YAML.readTree(text);
    } catch (CharacterCodingException e) {
      throw unreadable(part, "not UTF-8");
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw unreadable(
          part,
          e.getOriginalMessage()
              + (at == null
                  ? ""
                  : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
    }
  }

  private static boolean isJson(String fileName, String text) {
    if (fileName.endsWith(".yaml") || fileName.endsWith(".yml")) {
      return false;
    }
    return fileName.endsWith(".json") || text.stripLeading().startsWith("{");
  }

  private static void refuseAliases(String part, String text) {
    try (var parser = (YAMLParser) YAML.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
          throw unreadable(part, "YAML anchors and aliases are not read here");
        }
      }
    }
  }

  private static BraidException unreadable(String part, String detail) {
    return BraidException.invalid(List.of(new Fault(part, detail)));
  }
}
