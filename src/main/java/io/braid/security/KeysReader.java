package io.braid.security;

import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.ConfigText;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Reads a file of keys, YAML or JSON:
 *
 * <pre>{@code
 * keys:
 *   - {name: lab, role: write, sha256: 9f86d081..., requests_per_second: 50}
 * }</pre>
 */
final class KeysReader {
  private static final int MAX_KEYS = 10_000;
  private static final int MAX_RATE = 1_000_000;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final List<Fault> faults = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, AccessKey> keys = new HashMap<>();

  private KeysReader() {}

  /**
   * @return by the hashes of their secrets
   * @throws BraidException that lists what is wrong, without the values of hashes
   */
  static Map<String, AccessKey> read(String fileName, byte[] text) {
    return new KeysReader().keys(ConfigText.parse("keys", fileName, text));
  }

  private Map<String, AccessKey> keys(JsonNode root) {
    var fields = new ConfigObject(root, "", faults);
    JsonNode list = fields.get("keys").orElseGet(MissingNode::getInstance);
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_KEYS) {
      fields.fault("keys", "%d, expected 1 to %d keys".formatted(list.size(), MAX_KEYS));
    }
    fields.finish();
    for (int i = 0; i < list.size(); i++) {
      add(new ConfigObject(list.get(i), "/keys/" + i, faults));
    }
    BraidException.refuse(faults);
    return Map.copyOf(keys);
  }

  private void add(ConfigObject fields) {
    String name = text(fields, "name", NAME, "expected " + NAME);
    if (!name.isEmpty() && !names.add(name)) {
      fields.fault("name", "'" + name + "' is there twice");
    }
    Role role = fields.requiredChoice("role", List.of(Role.values())).orElse(Role.READ);
    String hash = text(fields, "sha256", SHA256, "expected 64 small hexadecimal digits");
    int rate = fields.integer("requests_per_second", 0, 1, MAX_RATE);
    fields.finish();
    var key =
        new AccessKey(name, role, hash, rate == 0 ? OptionalInt.empty() : OptionalInt.of(rate));
    if (!hash.isEmpty() && keys.put(hash, key) != null) {
      fields.fault("sha256", "it is that of another key");
    }
  }

  /** What is no secret is shown in the fault; a hash is not. */
  private static String text(ConfigObject fields, String field, Pattern form, String expected) {
    String text = fields.get(field).map(value -> value.asString("")).orElse("");
    if (!form.matcher(text).matches()) {
      String given = form == NAME && !text.isEmpty() ? "'" + text + "', " : "";
      fields.fault(field, given + expected);
    }
    return text;
  }
}
